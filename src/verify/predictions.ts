import { classesOf } from '../corpus/classes.ts';
import { AttuneError } from '../errors.ts';
import { type Rule, rulesOf } from '../evaluate/rules.ts';
import { nameIn } from '../run/hashes.ts';
import type { FinishedFold } from '../run/run-files.ts';
import { runPaths } from '../run/run-folder.ts';
import { readFold } from '../run/sealed-files.ts';
import type { Prediction } from '../statistics/prediction.ts';
import { count } from '../text.ts';
import type { FinishedRun } from './doubted-run.ts';
import { type Statement, verdict } from './statement.ts';

/** Six decimals are kept of each probability: so far may each be off, and a little more. */
const ROUNDING = 2.5e-6;
/** Probabilities that are this near may be equal but for their rounding. */
const TIE = 1e-6;

/** Whether every recording that a fold tests has one prediction with the same labels, and each prediction is of such a recording. */
export function checkAgainstManifest({ manifest, predictions }: FinishedRun): Statement[] {
  const tested = manifest.recordings.filter(({ fold }) => fold !== undefined);
  const findings = [
    ...repeated(manifest.recordings.map(({ utterance }) => utterance)),
    ...disagreements(predictions, tested, 'manifest.json', labelsOf),
  ];
  return verdict(
    findings,
    `${count(tested.length, 'recording')} of manifest.json and as many predictions agree in speaker, class and fold`,
  );
}

/** Whether the recognised classes of `predictions.csv` follow from the probabilities beside them, by the rule of the run's network. */
export async function checkProbabilities(files: FinishedRun): Promise<Statement[]> {
  const { run, config, folds, predictions } = files;
  const classes = classesOf(config.options);
  const ruleOf = await rulesOf(config.options, folds, async (fold) => {
    const own = await readFoldFile(run, fold, classes);
    return typeof own === 'object' ? own : undefined;
  });
  const findings = predictions.flatMap((prediction) => {
    const { utterance, fold, predicted, probabilities } = prediction;
    const sum = probabilities.reduce((total, p) => total + p, 0);
    if (Math.abs(sum - 1) > classes.length * ROUNDING)
      return [`${utterance}: its probabilities in predictions.csv add up to ${sum.toFixed(6)}, not 1`];
    if (ruleOf) return otherThan(ruleOf(fold), prediction, classes);
    const greatest = Math.max(...probabilities);
    if (probabilities[classes.indexOf(predicted)]! >= greatest - TIE) return [];
    const likeliest = classes[probabilities.indexOf(greatest)]!;
    return [`${utterance}: predicted is ${predicted} in predictions.csv, ${likeliest} by its probabilities`];
  });
  const rule = ruleOf ? 'that the rule of its network gives' : 'of the greatest probability';
  return verdict(findings, `every predicted class is the one ${rule}`);
}

/** What a prediction should be by a rule; rounding may hide which of two it was. */
function otherThan(
  decide: Rule | undefined,
  { utterance, predicted, probabilities }: Prediction,
  classes: readonly string[],
): string[] {
  const raised = probabilities.map((p, c) => (classes[c] === predicted ? p + TIE : p - TIE));
  if (!decide || classes[decide(raised)] === predicted) return [];
  const expected = classes[decide(probabilities)];
  return [`${utterance}: predicted is ${predicted} in predictions.csv, ${expected} by the rule of its network`];
}

/** Whether `predictions.csv` is what the folds wrote, rounded. Folds whose files are not there are passed over. */
export async function checkFoldFiles({ run, config, folds, predictions }: FinishedRun): Promise<Statement[]> {
  const classes = classesOf(config.options);
  const findings: string[] = [];
  let here = 0;
  for (const fold of folds) {
    const path = runPaths(run).fold(fold);
    const own = await readFoldFile(run, fold, classes);
    if (own === undefined) continue;
    here++;
    const inCsv = predictions.filter((prediction) => prediction.fold === fold);
    const name = nameIn(run, path);
    findings.push(
      ...(typeof own === 'string' ? [`${name} ${own}`] : disagreements(inCsv, own.predictions, name, rowBy(classes))),
    );
  }
  if (!here) return [];
  return verdict(findings, `predictions.csv is what ${count(here, 'fold')} wrote, rounded`);
}

/** What a fold left behind, or what is wrong with its file, as a clause that follows its name; undefined where there is none. */
export async function readFoldFile(
  run: string,
  fold: string,
  classes: readonly string[],
): Promise<FinishedFold | string | undefined> {
  try {
    return await readFold(run, fold, classes);
  } catch (error) {
    if (error instanceof AttuneError) return error.message.slice(runPaths(run).fold(fold).length + 1);
    throw error;
  }
}

type Labelled = Pick<Prediction, 'utterance'>;
type Values = Readonly<Record<string, string | undefined>>;

const labelsOf = ({ speaker, emotion, fold }: Partial<Pick<Prediction, 'speaker' | 'emotion' | 'fold'>>): Values => ({
  ...{ speaker, emotion, fold },
});

const rowBy =
  (classes: readonly string[]) =>
  (prediction: Prediction): Values => ({
    ...{ ...labelsOf(prediction), predicted: prediction.predicted },
    ...Object.fromEntries(classes.map((emotion, c) => [`p_${emotion}`, prediction.probabilities[c]!.toFixed(6)])),
  });

/** Where `predictions.csv` says something else of an utterance than another file, or one of them says nothing. */
function disagreements<Other extends Labelled>(
  predictions: readonly Prediction[],
  others: readonly Other[],
  name: string,
  valuesOf: (labelled: Other & Prediction) => Values,
): string[] {
  const byUtterance = new Map(predictions.map((prediction) => [prediction.utterance, prediction]));
  const known = new Set(others.map(({ utterance }) => utterance));
  const findings = predictions
    .filter(({ utterance }) => !known.has(utterance))
    .map(({ utterance }) => `${utterance} is in predictions.csv, but ${name} does not test on it`);
  for (const other of others) {
    const { utterance } = other;
    const prediction = byUtterance.get(utterance);
    if (!prediction) findings.push(`${utterance} is tested by ${name}, but is not in predictions.csv`);
    else {
      const [stated, expected] = [valuesOf(prediction as Other & Prediction), valuesOf(other as Other & Prediction)];
      for (const key of Object.keys(expected))
        if (stated[key] !== expected[key])
          findings.push(`${utterance}: ${key} is ${stated[key]} in predictions.csv, ${expected[key]} in ${name}`);
    }
  }
  return findings;
}

const repeated = (utterances: readonly string[]): string[] =>
  utterances
    .filter((utterance, i) => utterances.indexOf(utterance) < i)
    .map((utterance) => `${utterance} stands twice in manifest.json`);
