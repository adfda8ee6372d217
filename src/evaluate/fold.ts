import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { classesOf } from '../corpus/classes.ts';
import { openCache } from '../features/cache.ts';
import { writeWhole } from '../files.ts';
import type { UnitContext } from '../jobs/units.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../model/checkpoint.ts';
import { sha256Of } from '../run/hashes.ts';
import { readIfThere, readJson, runPaths } from '../run/run-folder.ts';
import { manifestOf, RUN_CONFIG } from '../run/run-schemas.ts';
import { writeEpoch, writeFold } from '../run/sealed-files.ts';
import { type TrainingState, train, weightsOf } from '../train/loop.ts';
import type { EpochReport } from '../train/schedule.ts';
import { createScorer } from './score.ts';
import { trainingData } from './training-data.ts';
import { readState, writeState } from './training-state.ts';

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

/** What a fold tells: how far it is, and, after every epoch, of all its epochs. */
export type FoldEvent =
  | { readonly segmentsSeen: number; readonly segmentsInAll: number }
  | { readonly history: readonly EpochReport[] };

/**
 * Trains on everybody but the fold's speakers, scores those with the last epoch's weights, and writes both down. Where a former
 * process was stopped, it goes on from the last whole epoch.
 */
export async function work(
  { run, fold, directory, cache }: FoldUnit,
  { tell, signal }: UnitContext<FoldEvent>,
): Promise<void> {
  performance.mark('attune:fold-started');
  const paths = runPaths(run);
  const { options } = (await readJson(paths.config, RUN_CONFIG))!;
  const { recordings } = (await readJson(paths.manifest, manifestOf(classesOf(options))))!;
  const { architecture, frontEnd } = options;
  const asCheckpoint = ({ tensors, history }: TrainingState): Checkpoint => ({
    ...{ architecture, frontEnd, classes: classesOf(options), tensors },
    notes: { fold, history: JSON.stringify(history) },
  });
  const inUse = (state: TrainingState) => writeCheckpoint(asCheckpoint({ ...state, tensors: weightsOf(state) }));

  const others = recordings.filter((recording) => recording.fold !== fold);
  const tested = recordings.filter((recording) => recording.fold === fold);
  const scorer = createScorer(tested, directory, { threads: options.threads, again: options.scoreEveryEpoch ?? false });
  if (options.scoreEveryEpoch) await mkdir(dirname(paths.epoch(fold, 1)), { recursive: true });
  const data = await trainingData(others, await openCache(cache, frontEnd), options);
  const segmentsInAll = data.labels.length * options.schedule.epochs;
  const resume = await readState(paths.state(fold), fold, options.optimizer);
  if (resume) tell({ history: resume.history });
  const state = await train(data, {
    ...options,
    ...{ resume, signal },
    onStep: (segmentsSeen) => tell({ segmentsSeen, segmentsInAll }),
    async onEpoch(state) {
      const { history } = state;
      if (options.scoreEveryEpoch)
        await writeEpoch(run, fold, history.length, await scorer(readCheckpoint(inUse(state), 'this epoch')));
      await writeState(paths.state(fold), asCheckpoint(state));
      tell({ history });
    },
  });
  const file = paths.checkpoint(fold);
  await writeWhole(file, inUse(state));
  const bytes = (await readIfThere(file))!; // as it stands on disk, the way its users will have it
  const predictions = await scorer(readCheckpoint(bytes, file));
  await writeFold(run, fold, { checkpoint: sha256Of(bytes), predictions });
  await rm(paths.state(fold), { force: true });
}
