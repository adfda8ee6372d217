import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { writeCheckpoint } from '../../src/model/checkpoint.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { reportHtml } from '../../src/report/report.ts';
import { environment } from '../../src/run/environment.ts';
import { hashesOf, writeHashes } from '../../src/run/hashes.ts';
import { predictionsCsv } from '../../src/run/predictions-file.ts';
import type { LogEntry } from '../../src/run/run-files.ts';
import { finalFiles, makeRunFolder, readJson, runPaths, writeJson } from '../../src/run/run-folder.ts';
import { RUN_CONFIG } from '../../src/run/run-schemas.ts';
import { writeFold } from '../../src/run/sealed-files.ts';
import { confusionOf, scoresOf } from '../../src/statistics/confusion.ts';
import type { Prediction } from '../../src/statistics/prediction.ts';
import { verifyRun } from '../../src/verify/verify.ts';
import { predict } from './predict.ts';
import { ENVIRONMENT, runOf } from './run.ts';

// Recalls by hand: neutral 2/2, happy 1/2, angry 0/1, sad 1/1; so WA 4/6 and UA (1 + 1/2 + 0 + 1) / 4 = 0.625.
export const PREDICTIONS = [
  predict('a1', 'ann', 'neutral', 'neutral'),
  predict('a2', 'ann', 'happy', 'happy'),
  predict('a3', 'ann', 'sad', 'sad'),
  predict('b1', 'bob', 'neutral', 'neutral'),
  predict('b2', 'bob', 'happy', 'angry'),
  { ...predict('b3', 'bob', 'angry', 'sad'), probabilities: [0.1, 0.2, 0.3000004, 0.3999996] },
];
const SMALL = { ...DEFAULT_ARCHITECTURE, width: 0.125 };
const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');

/**
 * Writes a finished run whose recordings are short texts in `FOLDER/corpus`.
 *
 * @param options `older`: as versions wrote it that gave no digests to folds, and hashed neither log nor report
 */
export async function writeFinishedRun(
  folder: string,
  predictions: readonly Prediction[] = PREDICTIONS,
  { older = false }: { readonly older?: boolean } = {},
): Promise<string> {
  const run = join(folder, 'run');
  const paths = runPaths(run);
  const { config, manifest, metrics } = runOf(predictions);
  const options = { ...config.options, architecture: SMALL, schedule: { ...config.options.schedule, epochs: 2 } };
  const recordings = manifest.recordings.map((recording) => ({ ...recording, sha256: sha256(recording.utterance) }));
  await makeRunFolder(run);
  await mkdir(join(folder, 'corpus'), { recursive: true });
  for (const { file, utterance } of recordings) await writeFile(join(folder, 'corpus', file), utterance);
  await writeJson(paths.config, { ...config, options });
  await writeJson(paths.manifest, { ...manifest, recordings });
  await writeJson(paths.metrics, metrics);
  await writeFile(paths.predictions, predictionsCsv(predictions, EMOTIONS));
  const folds = [...new Set(predictions.map(({ fold }) => fold))];
  for (const fold of folds) {
    const own = predictions.filter((prediction) => prediction.fold === fold);
    const bytes = checkpointOf(fold);
    await writeFile(paths.checkpoint(fold), bytes);
    if (older) await writeJson(paths.fold(fold), own);
    else await writeFold(run, fold, { checkpoint: sha256(bytes), predictions: own });
  }
  const log = logOf(folds, (fold) =>
    scoresOf(
      confusionOf(
        predictions.filter((own) => own.fold === fold),
        EMOTIONS,
      ),
    ),
  );
  if (!older) Object.assign(log.at(-1)!, { environment: environment() });
  await writeFile(paths.log, log.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  const files = finalFiles(run, folds, options).filter((file) => !older || file !== paths.log);
  const hashes = await hashesOf(run, files);
  const about = { config: { ...config, options }, manifest: { ...manifest, recordings }, metrics, predictions };
  await writeFile(paths.report, reportHtml({ ...about, log, hashes }));
  await writeHashes(run, { ...hashes, ...(older ? {} : await hashesOf(run, [paths.report])) });
  return run;
}

/** Makes the hashes of a changed run anew. */
export async function rehash(run: string, folds: readonly string[] = ['ann', 'bob']): Promise<void> {
  const { options } = (await readJson(runPaths(run).config, RUN_CONFIG))!;
  await writeHashes(run, await hashesOf(run, [...finalFiles(run, folds, options), runPaths(run).report]));
}

const HISTORY = [
  { epoch: 1, learningRate: 0.05, loss: 1.5, accuracy: 0.25 },
  { epoch: 2, learningRate: 0.05, loss: 1.25, accuracy: 0.5 },
];
const time = '2026-03-01T09:00:00.000Z';

const logOf = (folds: readonly string[], scores: (fold: string) => { wa: number; ua: number }): LogEntry[] => [
  { event: 'start', time, environment: ENVIRONMENT },
  ...folds.flatMap((fold): LogEntry[] => [
    ...HISTORY.map((report) => ({ event: 'epoch', time, fold, ...report }) as const),
    { event: 'fold', time, fold, wa: scores(fold).wa, ua: scores(fold).ua },
  ]),
  { event: 'end', time },
];

const checkpointOf = (fold: string) =>
  writeCheckpoint({
    ...{ architecture: SMALL, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS, tensors: initialWeights(SMALL, 1) },
    notes: { fold, history: JSON.stringify(HISTORY) },
  });

/** What is not checked where no folder of recordings is given. */
export const NO_FOLDER = ['the recordings: no folder was given', 'the scores of the checkpoints: no folder was given'];

/** What is not checked where the report is not the page that the other files give. */
export const OTHER_PAGE =
  'report.html but for its figures and tables: it is not the page that this version makes, as where another one wrote it';

/** What is not checked of a run of an older version. */
export const NOT_HASHED = 'the bytes of log.jsonl and report.html: not in hashes.json, as older versions left them out';

/** What differs in a run. */
export async function findings(run: string, directory?: string): Promise<string[]> {
  const { agrees, statements } = await verifyRun({ run, ...(directory !== undefined && { directory }) });
  const differing = statements.filter(({ result }) => result === 'differs').map(({ text }) => text);
  expect(agrees).toBe(differing.length === 0);
  return differing;
}

/** What is not checked of a run. */
export const unchecked = async (run: string, directory?: string): Promise<string[]> =>
  (await verifyRun({ run, ...(directory !== undefined && { directory }) })).statements
    .filter(({ result }) => result === 'not checked')
    .map(({ text }) => text);

/** Changes a file as text. */
export async function rewrite(path: string, from: string | RegExp, to: string): Promise<void> {
  const before = await readFile(path, 'utf8');
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  await writeFile(path, after);
}
