import { classesOf } from '../corpus/classes.ts';
import { countOf, type Provenance, startedFrom } from '../corpus/provenance.ts';
import { AttuneError } from '../errors.ts';
import { inFull } from '../features/front-end.ts';
import { writeWhole } from '../files.ts';
import { createNetwork, stated } from '../model/architecture.ts';
import { type Checkpoint, readCheckpoint } from '../model/checkpoint.ts';
import type { Weights } from '../model/network.ts';
import { warmStart } from '../model/warm-start.ts';
import { readWhole, whyUnread } from '../read-file.ts';
import { differences } from '../run/differences.ts';
import { sha256Of } from '../run/hashes.ts';
import type { InitialCheckpoint, RunOptions } from '../run/run-files.ts';
import { readIfThere, runPaths } from '../run/run-folder.ts';

/** A checkpoint that folds start from. */
export interface StartingWeights {
  readonly bytes: Uint8Array;
  readonly checkpoint: Checkpoint;
}

/**
 * Reads the weights that a run is to start from.
 *
 * @throws AttuneError `checkpoint` where the file cannot be read, is damaged or no checkpoint
 */
export async function readStart(path: string): Promise<StartingWeights> {
  const bytes = await readWhole(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AttuneError(
      'checkpoint',
      `${path}: the checkpoint to start from cannot be read (${whyUnread(cause)}); give the path of a .safetensors file of a run`,
      { cause },
    );
  });
  return { bytes, checkpoint: readCheckpoint(bytes, path) };
}

/**
 * The options of a run with what it starts from.
 *
 * @throws AttuneError `usage` where the weights are of another network or front end than the options have, or options are about weights
 *   that were not given
 */
export function withStart(options: RunOptions, start: StartingWeights | undefined): RunOptions {
  if (!start) {
    const idle = (['init', 'freeze'] as const).find((name) => options[name]);
    if (idle)
      throw new AttuneError('usage', `the option ${idle} is for weights to start from: give \`init\`, or leave it out`);
    return options;
  }
  refuseOtherNetwork(options, start.checkpoint);
  return { ...options, init: recordOf(start) };
}

/** What the config of a run says of the weights that it starts from. */
export function recordOf({ bytes, checkpoint: { provenance } }: StartingWeights): InitialCheckpoint {
  const sha256 = sha256Of(bytes);
  if (!provenance) return { sha256 };
  const corpora = provenance.corpora.map((corpus) => ({ ...corpus, speakers: corpus.speakers.length }));
  const { incomplete } = provenance;
  return { sha256, trainedOn: { corpora, recordings: countOf(provenance), ...(incomplete && { incomplete }) } };
}

type Built = Pick<RunOptions, 'architecture'>;

/** @throws AttuneError `usage` where weights are of another kind of network than the one that is to be trained */
export function refuseOtherFamily(options: Built, start: Built): void {
  const [asked, given] = [createNetwork(options.architecture), createNetwork(start.architecture)];
  if (asked.kind !== given.kind)
    throw new AttuneError(
      'usage',
      `the weights of \`init\` are of another family, ${given.kind} (${given.name}), than the network to be trained, ${asked.kind} (${asked.name}): start from weights of its own family`,
    );
}

function refuseOtherNetwork(options: RunOptions, start: Checkpoint): void {
  refuseOtherFamily(options, start);
  const [its, own] = [start, options].map(({ architecture, frontEnd }) => ({
    ...{ ...stated(architecture), classes: 0 },
    frontEnd: inFull(frontEnd),
  }));
  const changed = differences(its, own);
  if (changed.length)
    throw new AttuneError(
      'usage',
      `the weights of \`init\` are used with their own network and front end, but other ones were asked for: ${changed.join('; ')}. Leave these options out, or start from other weights.`,
    );
}

/** Keeps a copy in the run's folder, so that the run can go on and be made again by itself. */
export async function keepStart(run: string, start: StartingWeights | undefined): Promise<void> {
  if (!start) return;
  const path = runPaths(run).init;
  if (!(await readIfThere(path))?.equals(start.bytes)) await writeWhole(path, start.bytes);
}

/**
 * What a fold starts from, and what weights are then trained on.
 *
 * @param path of the run's copy
 * @throws AttuneError `run` where the copy is missing, or another file than the run was started with
 */
export async function startOf(
  path: string,
  options: RunOptions,
): Promise<{ readonly weights: Weights; readonly onTop: (own: Provenance) => Provenance }> {
  const bytes = await readIfThere(path);
  const [expected, found] = [options.init?.sha256, bytes && sha256Of(bytes)];
  if (!bytes || found !== expected)
    throw new AttuneError(
      'run',
      `${path} is not the checkpoint that the run was started from: expected SHA-256 ${expected}, got ${found ?? 'no file'}. Put it back, or start the same command again.`,
    );
  const checkpoint = readCheckpoint(bytes, path);
  return {
    weights: warmStart(checkpoint, { ...options, classes: classesOf(options) }),
    onTop: (own) => startedFrom(checkpoint.provenance, own),
  };
}
