import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { classesOf } from '../corpus/classes.ts';
import { ownFolder } from '../corpus/own-folder.ts';
import { writeWhole } from '../files.ts';
import type { UnitContext } from '../jobs/units.ts';
import { checkEncoder } from '../recognize/encoder-file.ts';
import { sha256Of } from '../run/hashes.ts';
import { learnedFrom } from '../run/learned-from.ts';
import { readIfThere, readJson, runPaths, stateFiles } from '../run/run-folder.ts';
import { manifestOf, RUN_CONFIG } from '../run/run-schemas.ts';
import { writeEpoch, writeFold } from '../run/sealed-files.ts';
import { prepare } from './prepare.ts';
import { recordedCorpus, refuseOtherRecordings } from './recorded-corpus.ts';
import type { FitEvent } from './system.ts';
import { systemOf } from './systems.ts';

/** One fold of a cross-validation, a unit of work for a process of its own. Its folder is the run's, with its config and manifest. */
export interface FoldUnit {
  readonly fold: string;
  /** by which a machine finds the corpus among its own */
  readonly corpus: string;
}

/** What a fold's run says, and where this machine has what it needs. */
async function open({ corpus }: FoldUnit, { folder, means: { corpora, cache, encoder } }: UnitContext<FitEvent>) {
  const paths = runPaths(folder);
  const { options } = (await readJson(paths.config, RUN_CONFIG))!;
  const manifest = (await readJson(paths.manifest, manifestOf(classesOf(options))))!;
  const [first] = manifest.recordings;
  const directory = await ownFolder(corpora, corpus, first ? [first.file] : []);
  const own = options.frontEnd.kind === 'onnx' ? encoder : undefined; // a machine may have one for other runs
  return { paths, options, manifest, place: { directory, cache, encoder: own } };
}

/**
 * Looks whether a machine has the run's recordings, each with its hash, and its encoder, and puts the features into its cache.
 *
 * @throws AttuneError `corpus` where recordings are missing or differ, naming them; `checkpoint` or `usage` where the encoder is another one
 */
export async function ready(unit: FoldUnit, context: UnitContext<FitEvent>): Promise<void> {
  const { options, manifest, place } = await open(unit, context);
  await checkEncoder(options.frontEnd, place.encoder);
  const prepared = await prepare(recordedCorpus(manifest, place.directory), [], {
    ...{ frontEnd: options.frontEnd, cache: place.cache, encoder: place.encoder, signal: context.signal },
    ...(options.augmentation && { augmentation: options.augmentation }),
  });
  refuseOtherRecordings(manifest, prepared, place.directory);
}

/**
 * Trains on everybody but the fold's speakers, scores those with the last epoch's weights, and writes both down. Where a former
 * process was stopped, it goes on from the last whole epoch.
 */
export async function work(unit: FoldUnit, context: UnitContext<FitEvent>): Promise<void> {
  performance.mark('attune:fold-started');
  const { fold } = unit;
  const { folder: run, tell, signal } = context;
  const { paths, options, manifest, place } = await open(unit, context);
  const { recordings } = manifest;
  const others = recordings.filter((recording) => recording.fold !== fold);
  const tested = recordings.filter((recording) => recording.fold === fold);
  const system = await systemOf(options, place);
  const score = (fitted: Uint8Array, name: string) => system.score(fitted, name, tested, signal);
  if (options.scoreEveryEpoch) await mkdir(dirname(paths.epoch(fold, 1)), { recursive: true });
  const fitted = await system.fit(others, {
    ...{ provenance: learnedFrom(manifest, fold), resume: paths.state(fold), fold, signal, onEvent: tell },
    inner: (stage) => paths.state(fold, stage),
    ...(options.init && { init: paths.init }),
    ...(options.scoreEveryEpoch && {
      onEpoch: async (epoch, fitted) => writeEpoch(run, fold, epoch, await score(fitted, 'this epoch')),
    }),
  });
  const file = paths.checkpoint(fold);
  await writeWhole(file, fitted);
  const bytes = (await readIfThere(file))!; // as it stands on disk, the way its users will have it
  const chosen = system.chosen?.(bytes, file);
  const predictions = await score(bytes, file);
  await writeFold(run, fold, { checkpoint: sha256Of(bytes), ...(chosen && { chosen }), predictions });
  for (const state of stateFiles(run, fold, options)) await rm(state, { force: true });
}
