import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classesOf } from '../corpus/classes.ts';
import type { Marks } from '../corpus/leaks.ts';
import { folderName } from '../corpus/own-folder.ts';
import { prepare } from '../evaluate/prepare.ts';
import { recordedCorpus } from '../evaluate/recorded-corpus.ts';
import { createScorer } from '../evaluate/score.ts';
import { FOLD } from '../evaluate/units.ts';
import { possibleOffsets } from '../features/front-end.ts';
import { endWork } from '../jobs/failures.ts';
import { localPool } from '../jobs/local-pool.ts';
import type { Means } from '../jobs/units.ts';
import { readCheckpoint, readSystemCheckpoint } from '../model/checkpoint.ts';
import { percent } from '../percent.ts';
import { differences } from '../run/differences.ts';
import { environment } from '../run/environment.ts';
import type { RunListener } from '../run/events.ts';
import { nameIn } from '../run/hashes.ts';
import { historyIn } from '../run/history.ts';
import { marksOf } from '../run/marks.ts';
import type { RunConfig, RunOptions } from '../run/run-files.ts';
import { foldFiles, makeRunFolder, readIfThere, readLog, runPaths, sharedFiles, writeJson } from '../run/run-folder.ts';
import { readFold } from '../run/sealed-files.ts';
import { confusionOf, scoresOf } from '../statistics/confusion.ts';
import type { Prediction } from '../statistics/prediction.ts';
import { count } from '../text.ts';
import type { FinishedRun } from './doubted-run.ts';
import { comparable } from './older-checkpoint.ts';
import { agrees, differs, notChecked, type Statement } from './statement.ts';

export interface RetrainOptions {
  /** one of the run's */
  readonly fold: string;
  /** the corpus folder, its recordings those of the manifest */
  readonly directory: string;
  /** the folder of cached features */
  readonly cache: string;
  /** the file of an encoder of the user's own, where the run was made behind one */
  readonly encoder?: string | undefined;
  readonly onEvent?: RunListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * In another environment sums are rounded otherwise, and training makes much of little. What must hold there: the loss of the first
 * epoch, which tells data, order and initial weights, differs by no more than this part of it,
 */
export const LOSS_TOLERANCE = 0.02;
/** and no more than this part of the fold's utterances is recognised as another class. */
export const CHANGED_TOLERANCE = 0.25;

/** A trained fold: its checkpoint's bytes, and what it makes of the test speakers. */
interface Trained {
  readonly checkpoint: Buffer | undefined;
  readonly predictions: readonly Prediction[];
}

/**
 * Trains a fold again in a folder of its own, in the way in which the run did, and compares weights and predictions. In the environment
 * of the run they must be equal to the last bit, in another one within {@link LOSS_TOLERANCE} and {@link CHANGED_TOLERANCE}.
 */
export async function retrainFold(files: FinishedRun, options: RetrainOptions): Promise<Statement[]> {
  const { run, predictions, config } = files;
  const { fold } = options;
  if (config.options.init && !(await readIfThere(runPaths(run).init)))
    return [notChecked(`fold ${fold} was not trained again: the weights that it starts from are not here`)];
  const again = await trainAgain(files, options);
  const before: Trained = {
    checkpoint: await readIfThere(runPaths(run).checkpoint(fold)),
    predictions: predictions.filter((prediction) => prediction.fold === fold),
  };
  const name = nameIn(run, runPaths(run).checkpoint(fold));
  const changes = await environmentChanges(files);
  const sameWeights =
    before.checkpoint?.equals(comparable(before.checkpoint, again.checkpoint!)) ?? 'no checkpoint to compare with';
  const tested = before.predictions.length;
  const otherwise = changedRows(before.predictions, again.predictions);
  if (sameWeights !== false && !otherwise.length)
    return [
      agrees(
        `fold ${fold} was trained again: ${sameWeights === true ? `${name} is the same to the last byte` : sameWeights}${tested ? `, and so are its ${count(tested, 'prediction')}` : ''}`,
      ),
    ];
  return changes.length ? withinTolerance(fold, before, again, changes) : unequal(fold, name, sameWeights, otherwise);
}

async function trainAgain(
  files: FinishedRun,
  { fold, directory, cache, encoder, onEvent = () => {}, signal }: RetrainOptions,
): Promise<Trained> {
  const { config, manifest } = files;
  const { scoreEveryEpoch: _, ...options } = config.options; // it chooses nothing and changes nothing
  await prepare(recordedCorpus(manifest, directory), [], {
    ...{ frontEnd: options.frontEnd, cache, encoder },
    ...(options.augmentation && { augmentation: options.augmentation }),
    ...{ onEvent, signal },
  });
  const run = await mkdtemp(join(tmpdir(), 'attune-verify-'));
  try {
    const paths = runPaths(run);
    await makeRunFolder(run);
    await writeJson(paths.config, { ...config, options } satisfies RunConfig);
    if (options.init) await copyFile(runPaths(files.run).init, paths.init);
    await writeJson(paths.manifest, manifest);
    const marks = marksOf(options, manifest);
    const classes = classesOf(options);
    const means = { corpora: [directory], cache, ...(encoder !== undefined && { encoder }) };
    await trainInProcess(run, fold, { options, means, classes, marks, onEvent, signal });
    const checkpoint = await readIfThere(paths.checkpoint(fold));
    const { predictions } = (await readFold(run, fold, classes))!;
    return { checkpoint, predictions: await nearest(files, { fold, directory, encoder }, { checkpoint, predictions }) };
  } finally {
    await rm(run, { recursive: true, force: true });
  }
}

/** What was scored, or, where the run does not state what became of a segment's mean, what is nearest to its predictions of all it may mean. */
async function nearest(
  { config: { options }, manifest, predictions: before }: FinishedRun,
  { fold, directory, encoder }: Pick<RetrainOptions, 'fold' | 'directory' | 'encoder'>,
  { checkpoint, predictions }: Trained,
): Promise<readonly Prediction[]> {
  const own = before.filter((prediction) => prediction.fold === fold);
  const ways = [predictions];
  const [, ...others] = changedRows(own, predictions).length ? possibleOffsets(options.frontEnd) : [];
  const tested = manifest.recordings.filter((recording) => recording.fold === fold);
  const score = createScorer(directory, { threads: options.threads, again: false, encoder });
  for (const offset of others) {
    const network = readCheckpoint(checkpoint!, 'the checkpoint');
    ways.push(await score({ ...network, frontEnd: { ...network.frontEnd, offset } }, tested));
  }
  return ways.reduce((a, b) => (changedRows(own, b).length < changedRows(own, a).length ? b : a));
}

async function trainInProcess(
  run: string,
  fold: string,
  {
    options,
    means,
    classes,
    marks,
    onEvent,
    signal,
  }: {
    options: RunOptions;
    means: Means;
    classes: readonly string[];
    marks: Marks;
    onEvent: RunListener;
    signal: AbortSignal | undefined;
  },
): Promise<void> {
  onEvent({ event: 'folds', folds: [fold], finished: [] });
  let told = 0;
  await localPool(1).execute({
    ...{ kind: FOLD, units: [{ fold, corpus: folderName(means.corpora[0]!) }], folder: run, means, signal },
    shared: sharedFiles(options),
    filesOf: () => foldFiles(fold, options),
    nameOf: ({ fold }) => `fold ${fold}`,
    onFailed: endWork,
    onEvent({ fold }, event) {
      if ('warning' in event) return; // the run told of it
      if ('segmentsSeen' in event) return onEvent({ event: 'step', fold, ...event });
      const time = new Date().toISOString();
      for (const report of event.history.slice(told)) onEvent({ event: 'epoch', time, fold, ...report });
      told = event.history.length;
    },
    async onDone({ fold }) {
      const { predictions } = (await readFold(run, fold, classes))!;
      if (!predictions.length) return; // a fold that tests nobody
      const { wa, ua } = scoresOf(confusionOf(predictions, classes));
      onEvent({ event: 'fold', time: new Date().toISOString(), fold, wa, ua, ...marks });
    },
  });
}

/** In what this environment differs from any in which the run was made. */
async function environmentChanges({ run, config }: FinishedRun): Promise<string[]> {
  const starts = (await readLog(run)).flatMap((entry) => (entry.event === 'start' ? [entry.environment] : []));
  const now = environment();
  return [...new Set([config.environment, ...starts].flatMap((before) => differences(before, now)))];
}

/** Utterances of which another class or other probabilities, to six decimals, are told. */
function changedRows(before: readonly Prediction[], again: readonly Prediction[]): string[] {
  const row = ({ predicted, probabilities }: Prediction) => `${predicted} ${probabilities.map((p) => p.toFixed(6))}`;
  const known = new Map(before.map((prediction) => [prediction.utterance, row(prediction)]));
  return again.flatMap((prediction) =>
    known.get(prediction.utterance) === row(prediction) ? [] : [prediction.utterance],
  );
}

const unequal = (
  fold: string,
  name: string,
  sameWeights: boolean | string,
  otherwise: readonly string[],
): Statement[] => [
  ...(sameWeights === false
    ? [differs(`fold ${fold} was trained again in the same environment: ${name} differs`)]
    : []),
  ...otherwise.map((utterance) =>
    differs(`fold ${fold} was trained again in the same environment: its prediction of ${utterance} differs`),
  ),
];

function withinTolerance(fold: string, before: Trained, again: Trained, changes: readonly string[]): Statement[] {
  const [loss, lossAgain] = [before, again].map(firstLoss);
  const known = new Map(before.predictions.map(({ utterance, predicted }) => [utterance, predicted]));
  const changed = again.predictions.filter(({ utterance, predicted }) => known.get(utterance) !== predicted).length;
  const inAll = before.predictions.length;
  const lossDiffers = loss !== undefined && !(Math.abs(lossAgain! - loss) <= LOSS_TOLERANCE * loss);
  const told = [
    `fold ${fold} was trained again in another environment (${changes.join('; ')}), where equal bytes are not expected:`,
    loss === undefined
      ? 'no checkpoint to compare with;'
      : `loss of the first epoch ${loss.toFixed(4)}, again ${lossAgain!.toFixed(4)} (${100 * LOSS_TOLERANCE} % may differ);`,
    inAll
      ? `${changed} of ${count(inAll, 'utterance')} recognised as another class (${100 * CHANGED_TOLERANCE} % may be); WA ${accuracy(before)}, again ${accuracy(again)}`
      : 'nothing is tested',
  ].join(' ');
  return [lossDiffers || changed > CHANGED_TOLERANCE * inAll ? differs(told) : agrees(told)];
}

const accuracy = ({ predictions }: Trained) =>
  percent(predictions.filter(({ emotion, predicted }) => emotion === predicted).length / predictions.length);

/** Training loss of the first epoch, from the notes of a checkpoint that can be read. */
function firstLoss({ checkpoint }: Trained): number | undefined {
  if (!checkpoint) return undefined;
  try {
    return historyIn(readSystemCheckpoint(checkpoint, 'the checkpoint'))?.[0]?.loss;
  } catch {
    return undefined; // damaged, which is told elsewhere
  }
}
