import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AttuneError } from '../errors.ts';
import type { OnnxFrontEnd } from '../features/front-end.ts';
import { locate, pathOnDisk } from '../file-names.ts';
import type { Listening, RunListener } from '../run/events.ts';
import { checkDivision } from './division.ts';
import { type FinishedRun, readFinishedRun } from './doubted-run.ts';
import { checkFigures } from './figures.ts';
import { checkCheckpoints, checkFiles } from './files.ts';
import { checkLog } from './log.ts';
import { checkAgainstManifest, checkFoldFiles, checkProbabilities } from './predictions.ts';
import { checkRecordings } from './recordings.ts';
import { checkSplit } from './split.ts';
import { checkStart } from './start.ts';
import { notChecked, type Statement } from './statement.ts';

export interface VerifyOptions {
  /** folder of a finished run */
  readonly run: string;
  /** the corpus folder, or the CSV in it; absent: recordings are not looked at, nor the checkpoints' scores */
  readonly directory?: string;
  /** a fold to train again, which takes `directory` */
  readonly retrain?: {
    readonly fold: string;
    /** the folder of cached features */
    readonly cache: string;
  };
  /** the file of an encoder of the user's own, where the run was made behind one; absent: what takes it is not checked */
  readonly encoder?: string;
  /** the published folds by which the run was divided; absent: they are not compared with them */
  readonly split?: string;
  /** told of it as it goes; absent: nobody is */
  readonly onEvent?: RunListener;
  /** aborted, its reason is thrown within a second or two */
  readonly signal?: AbortSignal;
}

export interface Verification {
  readonly run: string;
  /** whether nothing differs */
  readonly agrees: boolean;
  readonly statements: readonly Statement[];
}

/**
 * Doubts a finished run: calculates its figures again from its predictions, compares its files with each other, with their hashes and with
 * what its protocol promises, its recordings with the manifest, scores them again with the checkpoints, and, where asked to, trains a
 * fold again.
 *
 * @throws AttuneError `run` where the folder holds no finished run or a file of it cannot be read; `corpus` where `directory` is not
 *   there, or `split` is none; `usage` where there is no such fold to train again, or no `directory` to train it from, or the run has no split
 */
export async function verifyRun({
  run,
  directory,
  retrain,
  encoder,
  split,
  onEvent,
  signal,
}: VerifyOptions): Promise<Verification> {
  const files = await readFinishedRun(run);
  const { frontEnd } = files.config.options;
  if (encoder !== undefined) await (await import('../recognize/encoder-file.ts')).checkEncoder(frontEnd, encoder); // the runtime takes long to load
  const recordings = directory === undefined ? undefined : await folderOf(directory);
  if (retrain && !files.folds.includes(retrain.fold))
    throw new AttuneError('usage', `${run} has no fold ${retrain.fold}: expected one of ${files.folds.join(', ')}`);
  if (retrain && !recordings)
    throw new AttuneError('usage', 'to train a fold again takes the recordings: give their folder after the run');
  const statements = [
    ...(files.predictions.length ? await checkPredictions(files) : [NOTHING_TESTED]),
    ...checkDivision(files),
    ...(await checkSplit(files, split)),
    ...(await checkFiles(files)),
    ...(await checkStart(files)),
    ...(await checkCheckpoints(files)),
    ...(await checkLog(files)),
  ];
  if (recordings)
    statements.push(...(await checkByRecordings(files, recordings, { retrain, encoder, onEvent, signal })));
  else {
    statements.push(notChecked('the recordings: no folder was given'));
    if (files.predictions.length) statements.push(notChecked('the scores of the checkpoints: no folder was given'));
  }
  return { run, agrees: statements.every(({ result }) => result !== 'differs'), statements };
}

/** What takes the recordings: their hashes, and where these agree the scores of the checkpoints and a fold trained again. */
async function checkByRecordings(
  files: FinishedRun,
  directory: string,
  { retrain, encoder, onEvent, signal }: Listening & { [K in 'retrain' | 'encoder']: VerifyOptions[K] },
): Promise<Statement[]> {
  const heard = await checkRecordings(files, directory, { onEvent, signal });
  const tested = files.predictions.length > 0;
  if (heard.some(({ result }) => result !== 'agrees')) {
    const others = 'the recordings are not those of the run';
    return [
      ...heard,
      ...(tested ? [notChecked(`the scores of the checkpoints: ${others}`)] : []),
      ...(retrain ? [notChecked(`fold ${retrain.fold} was not trained again: ${others}`)] : []),
    ];
  }
  if (files.config.options.frontEnd.kind === 'onnx' && encoder === undefined)
    return [...heard, ...withoutEncoder(files.config.options.frontEnd, { tested, retrain })];
  const { checkScores } = await import('./scores.ts'); // the runtime takes long to load
  const scores = tested ? await checkScores(files, directory, { encoder, onEvent, signal }) : [];
  if (!retrain) return [...heard, ...scores];
  const { retrainFold } = await import('./retrain.ts');
  return [...heard, ...scores, ...(await retrainFold(files, { ...retrain, directory, encoder, onEvent, signal }))];
}

/** What is not checked where the encoder of the user's own is not there that a run was made behind. */
function withoutEncoder(
  { encoder }: OnnxFrontEnd,
  { tested, retrain }: { tested: boolean; retrain: VerifyOptions['retrain'] },
): Statement[] {
  const why = `the encoder that the run was made behind was not given (SHA-256 ${encoder}); name its file with \`encoder\``;
  return [
    ...(tested ? [notChecked(`the scores of the checkpoints: ${why}`)] : []),
    ...(retrain ? [notChecked(`fold ${retrain.fold} was not trained again: ${why}`)] : []),
  ];
}

const checkPredictions = async (files: FinishedRun): Promise<Statement[]> => [
  ...(await checkFigures(files)),
  ...checkAgainstManifest(files),
  ...(await checkProbabilities(files)),
  ...(await checkFoldFiles(files)),
  ...(await (await import('./report.ts')).checkReport(files)), // its plots take as long to load as all else
];

const NOTHING_TESTED = notChecked(
  'the figures: there are none, since the run trained one network on every recording (train-on-all) and tested nothing',
);

async function folderOf(path: string): Promise<string> {
  const place = await pathOnDisk(path);
  const found = await stat(await locate(place)).catch((cause) => {
    throw new AttuneError('corpus', `cannot read ${place}: give the folder that holds the recordings`, { cause });
  });
  return found.isDirectory() ? place : dirname(place);
}
