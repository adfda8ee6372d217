import { basename } from 'node:path';
import { classesOf } from '../corpus/classes.ts';
import { acrossCorpora } from '../corpus/join.ts';
import { foldsOf } from '../corpus/protocols.ts';
import { divideBySplit, type Split } from '../corpus/split.ts';
import type { Corpus, Fold } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import { writeWhole } from '../files.ts';
import { checkArgument } from '../json.ts';
import { endRun, finishedFold } from '../run/end-run.ts';
import { testedCorpora } from '../run/learned-from.ts';
import { marksOf } from '../run/marks.ts';
import { predictionsCsv } from '../run/predictions-file.ts';
import type { Manifest, RunConfig, RunOptions } from '../run/run-files.ts';
import { runPaths, writeJson } from '../run/run-folder.ts';
import { chosenOfFolds } from '../run/tuning.ts';
import { gendersOf, type Metrics, metricsOf } from '../statistics/metrics.ts';
import { trainFolds } from './train-folds.ts';
import { TRAINING_RUN, type TrainingRun } from './training-run.ts';

/** A cross-validation: what to train, where to write it, and how. */
export interface CrossvalOptions extends TrainingRun {
  /** the corpus to test on; for the protocol `cross-corpus` alone, which must have it */
  readonly testOn?: Corpus;
  /** the published folds, as `readSplit` gives them; for the protocol `split` alone, which must have them */
  readonly split?: Split;
}

/**
 * Cross-validation (section 3.1 of the paper): trains a network a fold and scores what it never heard with the weights of the last
 * epoch; no choice is made on test data. The corpus is audited first. Stopped at any moment and started again, it goes on, and
 * ends with the same bytes.
 *
 * @returns the figures of `metrics.json`; beside it in `out` lie the predictions, a checkpoint a fold, the manifest and the report
 * @throws AttuneError `usage` where a setting is out of its range, or the run in `out` was started with other options; `run` where its recordings have changed;
 *   `corpus` where the audit finds what is not accepted
 *
 * @example
 * ```ts
 * import { DEFAULT_ARCHITECTURE, DEFAULT_FRONT_END } from 'attune';
 * import { crossValidate, DEFAULT_OPTIMIZER, DEFAULT_SCHEDULE, readCorpus } from 'attune/node';
 *
 * const metrics = await crossValidate({
 *   corpus: await readCorpus('emodb'),
 *   out: 'runs/mine',
 *   options: {
 *     protocol: 'leave-one-speaker-out',
 *     architecture: DEFAULT_ARCHITECTURE,
 *     frontEnd: DEFAULT_FRONT_END,
 *     schedule: { ...DEFAULT_SCHEDULE, epochs: 2 }, // two, to see that it works
 *     optimizer: DEFAULT_OPTIMIZER,
 *     seed: 1,
 *     threads: 1,
 *   },
 *   jobs: 2,
 *   cache: 'cache',
 *   onEvent: (told) => {
 *     if (told.event === 'epoch') console.log(`fold ${told.fold}, epoch ${told.epoch}: loss ${told.loss.toFixed(3)}`);
 *   },
 * });
 * console.log(metrics.wa, metrics.ua, metrics.intervals.note);
 * ```
 */
export async function crossValidate(given: CrossvalOptions): Promise<Metrics> {
  checkArgument(given, TRAINING_RUN, 'the cross-validation');
  const { corpus, folds, options } = await divide(given);
  const { config, manifest } = await trainFolds({ ...given, corpus, options }, folds);
  return finish(
    given.out,
    config,
    manifest,
    folds.map(({ name }) => name),
  );
}

/** The corpus as the protocol has it, and its folds. */
async function divide({
  corpus,
  testOn,
  split,
  options,
  onEvent,
}: CrossvalOptions): Promise<{ corpus: Corpus; folds: readonly Fold[]; options: RunOptions }> {
  const { protocol, folds, seed } = options;
  if ((protocol === 'split') !== (split !== undefined))
    throw new AttuneError(
      'usage',
      split
        ? `folds of others are for the protocol split, not ${protocol}`
        : 'the protocol split takes `split`, got none',
    );
  if (split) {
    const { warnings = [], namesElsewhere, ...divided } = await divideBySplit(corpus, split);
    for (const text of warnings) onEvent?.({ event: 'warning', text: `warning: ${text}` });
    const stated = { name: basename(split.path), sha256: split.sha256, ...(namesElsewhere && { namesElsewhere }) };
    return { ...divided, options: { ...options, split: stated } };
  }
  if (protocol !== 'cross-corpus' && testOn)
    throw new AttuneError('usage', `a second corpus to test on is for the protocol cross-corpus, not ${protocol}`);
  if (protocol === 'cross-corpus' && testOn) return { ...acrossCorpora(corpus, testOn), options };
  return { corpus, options, folds: foldsOf(corpus, { protocol, seed, ...(folds !== undefined && { folds }) }) };
}

/** Puts the folds together: predictions, figures and report. */
async function finish(out: string, config: RunConfig, manifest: Manifest, folds: readonly string[]): Promise<Metrics> {
  const { reportHtml } = await import('../report/report.ts'); // its plots take as long to load as all else, so not at the start
  const paths = runPaths(out);
  const classes = classesOf(config.options);
  const finished = (await Promise.all(folds.map((fold) => finishedFold(out, fold, classes)))).map((fold) => fold!);
  const predictions = finished.flatMap((fold) => fold.predictions);
  const { seed } = config.options;
  const marks = marksOf(config.options, manifest);
  const genders = gendersOf(manifest.recordings);
  const metrics = metricsOf(predictions, { classes, seed, genders, ...testedCorpora(manifest), ...marks });
  await writeWhole(paths.predictions, predictionsCsv(predictions, classes, marks));
  await writeJson(paths.metrics, metrics);
  const about = { config, manifest, metrics, predictions, chosen: chosenOfFolds(folds, finished) };
  await endRun(out, folds, config.options, (told) => reportHtml({ ...about, ...told }));
  return metrics;
}
