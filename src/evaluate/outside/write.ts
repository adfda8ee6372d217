import { mkdir } from 'node:fs/promises';
import { classesOf } from '../../corpus/classes.ts';
import { leakOf, type Marks } from '../../corpus/leaks.ts';
import type { Corpus } from '../../corpus/utterance.ts';
import { AttuneError } from '../../errors.ts';
import { cannotWrite, writeWhole } from '../../files.ts';
import { refuseOverwriting } from '../../overwriting.ts';
import { differences } from '../../run/differences.ts';
import { hashesOf, nameIn, sha256Of, writeHashes } from '../../run/hashes.ts';
import { predictionsCsv } from '../../run/predictions-file.ts';
import { refuseAsOut, refuseToReplace, runPaths, writeJson } from '../../run/run-folder.ts';
import { readScore, type ScoreConfig, scorePath } from '../../run/score-file.ts';
import { gendersOf, type Metrics, metricsOf } from '../../statistics/metrics.ts';
import type { OutsideScore } from './score.ts';

/** What stands beside every figure of a system that was made elsewhere: what it has heard is not known, or is, and was let pass. */
function marksOf({ manifest: { recordings, audit } }: OutsideScore): Marks {
  const leaks = leakOf({ recordings, audit });
  return { ...(leaks && { leaks }), contamination: 'unknown' };
}

/** All figures of a system, marked. */
export function metricsOfScore(score: OutsideScore): Metrics {
  const { config, manifest, predictions } = score;
  const genders = gendersOf(manifest.recordings);
  return metricsOf(predictions, {
    classes: classesOf(config.options),
    seed: config.options.seed,
    genders,
    ...marksOf(score),
  });
}

/**
 * Refuses a folder for the figures that holds something else.
 *
 * @param read files that are to be read, beside the corpus
 * @throws AttuneError `usage` where it is the corpus's, holds a run, files that Attune did not write, or what is to be read
 */
export async function refuseOtherOut(
  out: string,
  corpus: Corpus,
  read: readonly (string | undefined)[],
): Promise<void> {
  await refuseAsOut(out, corpus);
  const { config, manifest, predictions, metrics, report, hashes } = runPaths(out);
  await refuseOverwriting(
    [scorePath(out), manifest, predictions, metrics, report, hashes],
    [corpus.directory, ...read],
  );
  await refuseToReplace(scorePath(out), [config, manifest, predictions, metrics, report, hashes]);
}

/**
 * Writes predictions, figures, manifest and report into a folder, as a run has them, with `score.json` in the place of `config.json`.
 *
 * @throws AttuneError `usage` where the folder has those of another system, or of other options
 */
export async function writeScore(out: string, score: OutsideScore, metrics: Metrics): Promise<void> {
  const { scoreHtml } = await import('../../report/score.ts'); // its plots take long to load
  const { config, manifest, predictions } = score;
  const before = await readScore(out);
  const [change] = before ? differences(before.options, config.options) : [];
  if (change)
    throw new AttuneError(
      'usage',
      `${out} holds the figures of another system, or of other options: ${change}. Give another \`out\`.`,
    );
  await mkdir(out, { recursive: true }).catch((cause) => Promise.reject(cannotWrite(out, cause)));
  const paths = runPaths(out);
  await writeJson(scorePath(out), config satisfies ScoreConfig);
  await writeJson(paths.manifest, manifest);
  await writeWhole(paths.predictions, predictionsCsv(predictions, classesOf(config.options), marksOf(score)));
  await writeJson(paths.metrics, metrics);
  const hashes = await hashesOf(out, [scorePath(out), paths.manifest, paths.predictions, paths.metrics]);
  const report = scoreHtml({ ...score, metrics, hashes });
  await writeWhole(paths.report, report);
  await writeHashes(out, { ...hashes, [nameIn(out, paths.report)]: sha256Of(report) });
}
