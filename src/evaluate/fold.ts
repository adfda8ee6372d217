import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EMOTIONS } from '../corpus/emotions.ts';
import { AttuneError } from '../errors.ts';
import { openCache } from '../features/cache.ts';
import { writeWhole } from '../files.ts';
import { parameterShapes } from '../model/architecture.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../model/checkpoint.ts';
import { type TrainingState, train, weightsOf } from '../train/loop.ts';
import type { EpochReport } from '../train/schedule.ts';
import { momentumName } from '../train/step.ts';
import { historyIn } from './history.ts';
import { readIfThere, readJson, runPaths, writeJson } from './run-folder.ts';
import { MANIFEST, RUN_CONFIG } from './run-schemas.ts';
import { createScorer } from './score.ts';
import { trainingData } from './training-data.ts';

/** One fold of a cross-validation, a unit of work for a process of its own. */
export interface FoldUnit {
  /** the run's folder, with its config and manifest */
  readonly run: string;
  readonly fold: string;
  /** the corpus folder */
  readonly directory: string;
  /** the folder of cached features */
  readonly cache: string;
}

export type FoldMessage =
  | { readonly segmentsSeen: number; readonly segmentsInAll: number }
  | { readonly history: readonly EpochReport[] };

/**
 * Trains on everybody but the fold's speakers, scores those with the last epoch's weights, and writes both down. Where a former
 * process was stopped, it goes on from the last whole epoch.
 */
export async function runFold(
  { run, fold, directory, cache }: FoldUnit,
  tell: (message: FoldMessage) => void,
): Promise<void> {
  performance.mark('attune:fold-started');
  const paths = runPaths(run);
  const { options } = (await readJson(paths.config, RUN_CONFIG))!;
  const { recordings } = (await readJson(paths.manifest, MANIFEST))!;
  const { architecture, frontEnd } = options;
  const asCheckpoint = (tensors: Checkpoint['tensors'], history: readonly EpochReport[]) =>
    writeCheckpoint({
      architecture,
      frontEnd,
      classes: EMOTIONS,
      tensors,
      notes: { fold, history: JSON.stringify(history) },
    });

  const others = recordings.filter((recording) => recording.fold !== fold);
  const tested = recordings.filter((recording) => recording.fold === fold);
  const scorer = createScorer(tested, directory, { threads: options.threads, again: options.scoreEveryEpoch ?? false });
  if (options.scoreEveryEpoch) await mkdir(dirname(paths.epoch(fold, 1)), { recursive: true });
  const data = await trainingData(others, await openCache(cache, frontEnd), options);
  const segmentsInAll = data.labels.length * options.schedule.epochs;
  const resume = await readState(paths.state(fold));
  if (resume) tell({ history: resume.history });
  const state = await train(data, {
    ...options,
    resume,
    onStep: (segmentsSeen) => tell({ segmentsSeen, segmentsInAll }),
    async onEpoch({ tensors, history }) {
      if (options.scoreEveryEpoch) {
        const checkpoint = readCheckpoint(asCheckpoint(weightsOf({ tensors, history }), history), 'this epoch');
        await writeJson(paths.epoch(fold, history.length), await scorer(checkpoint));
      }
      await writeWhole(paths.state(fold), asCheckpoint(tensors, history));
      tell({ history });
    },
  });
  await writeWhole(paths.checkpoint(fold), asCheckpoint(weightsOf(state), state.history));
  const file = paths.checkpoint(fold);
  const checkpoint = readCheckpoint((await readIfThere(file))!, file); // as it stands on disk, the way its users will have it
  await writeJson(paths.fold(fold), await scorer(checkpoint));
  await rm(paths.state(fold), { force: true });
}

async function readState(path: string): Promise<TrainingState | undefined> {
  const bytes = await readIfThere(path);
  if (!bytes) return undefined;
  const state = readCheckpoint(bytes, path);
  const history = historyIn(state);
  const lacking = [...parameterShapes(state.architecture).keys()].find((name) => !state.tensors[momentumName(name)]);
  if (history && lacking === undefined) return { tensors: state.tensors, history };
  throw new AttuneError(
    'run',
    `${path} is no state that training can go on from: it has no valid ${history ? momentumName(lacking!) : 'history'}. Delete it to train the fold anew.`,
  );
}
