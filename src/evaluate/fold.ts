import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { classesOf } from '../corpus/classes.ts';
import { writeWhole } from '../files.ts';
import type { UnitContext } from '../jobs/units.ts';
import { sha256Of } from '../run/hashes.ts';
import { learnedFrom } from '../run/learned-from.ts';
import { readIfThere, readJson, runPaths, stateFiles } from '../run/run-folder.ts';
import { manifestOf, RUN_CONFIG } from '../run/run-schemas.ts';
import { writeEpoch, writeFold } from '../run/sealed-files.ts';
import type { FitEvent } from './system.ts';
import { systemOf } from './systems.ts';

/** One fold of a cross-validation, a unit of work for a process of its own. */
export interface FoldUnit {
  /** the run's folder, with its config and manifest */
  readonly run: string;
  readonly fold: string;
  /** the corpus folder */
  readonly directory: string;
  /** the folder of cached features */
  readonly cache: string;
  /** the file of an encoder of the user's own, where the run's front end is one */
  readonly encoder?: string;
}

/**
 * Trains on everybody but the fold's speakers, scores those with the last epoch's weights, and writes both down. Where a former
 * process was stopped, it goes on from the last whole epoch.
 */
export async function work(
  { run, fold, directory, cache, encoder }: FoldUnit,
  { tell, signal }: UnitContext<FitEvent>,
): Promise<void> {
  performance.mark('attune:fold-started');
  const paths = runPaths(run);
  const { options } = (await readJson(paths.config, RUN_CONFIG))!;
  const manifest = (await readJson(paths.manifest, manifestOf(classesOf(options))))!;
  const { recordings } = manifest;
  const others = recordings.filter((recording) => recording.fold !== fold);
  const tested = recordings.filter((recording) => recording.fold === fold);
  const system = await systemOf(options, { directory, cache, encoder });
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
