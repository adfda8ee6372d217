import { type CsvError, parse } from 'csv-parse/sync';
import * as v from 'valibot';
import { byCodeUnits } from '../corpus/adapter.ts';
import { EMOTIONS, type Emotion } from '../corpus/emotions.ts';
import type { Leak } from '../corpus/leaks.ts';
import { asGiven, csvText } from '../csv.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument } from '../json.ts';
import { readWhole } from '../read-file.ts';
import type { Prediction } from '../statistics/prediction.ts';

const LABELS = ['utterance', 'speaker', 'fold', 'emotion', 'predicted'] as const;
const PROBABILITIES = EMOTIONS.map((emotion) => `p_${emotion}` as const);
const COLUMNS = [...LABELS, ...PROBABILITIES];

type Row = Record<(typeof COLUMNS)[number], string>;

/**
 * The text of `predictions.csv`: a header, then a row an utterance, sorted by utterance; RFC 4180 with `\n` at line ends.
 * Names that a spreadsheet would calculate have an apostrophe before them. Probabilities keep six decimals. Of folds that leak, each row ends with what, in a further column `leaks`.
 */
export function predictionsCsv(predictions: readonly Prediction[], leaks?: Leak): string {
  const sorted = [...predictions].sort((a, b) => byCodeUnits(a.utterance, b.utterance));
  const rows = sorted.map((prediction) => [
    ...LABELS.map((label) => prediction[label]),
    ...prediction.probabilities.map((probability) => probability.toFixed(6)),
    ...(leaks ? [leaks] : []),
  ]);
  return csvText([[...COLUMNS, ...(leaks ? ['leaks'] : [])], ...rows]);
}

/**
 * Reads the `predictions.csv` of a run, or a peer's: a header, then a row an utterance, with the columns `utterance`, `speaker`, `fold`,
 * `emotion`, `predicted`, `p_neutral`, `p_happy`, `p_angry` and `p_sad` in any order; further columns are passed over. An apostrophe before a
 * name that a spreadsheet would calculate, such as `'=x`, is taken away.
 *
 * @throws AttuneError `run`, naming file and line, where the file is missing or no CSV, a column is missing, a class is
 *   unknown, a probability is no number in [0, 1], or an utterance stands there twice
 *
 * @example
 * ```ts
 * import { metricsOf, readPredictions } from 'attune/node';
 *
 * const predictions = await readPredictions('runs/emodb/predictions.csv');
 * const { wa, ua } = metricsOf(predictions, { seed: 1 });
 * console.log(`${predictions.length} utterances: WA ${wa.toFixed(3)}, UA ${ua.toFixed(3)}`);
 * ```
 */
export async function readPredictions(file: string): Promise<Prediction[]> {
  checkArgument(file, v.string(), 'the path of predictions');
  const text = (
    await readWhole(file).catch((cause) => {
      throw new AttuneError('run', `cannot read ${file}: ${cause.message}`, { cause });
    })
  ).toString('utf8');
  const lines = new Map<string, number>();
  return rowsOf(file, text).map(({ record, info }) => {
    const at = `${file}, line ${info.lines}`;
    const prediction = predictionOf(record, at);
    const before = lines.get(prediction.utterance);
    if (before)
      throw new AttuneError('run', `${at}: utterance ${prediction.utterance} already stands in line ${before}`);
    lines.set(prediction.utterance, info.lines);
    return prediction;
  });
}

function rowsOf(file: string, text: string): { record: Row; info: { lines: number } }[] {
  const columns = (header: string[]) => {
    const missing = COLUMNS.filter((column) => !header.includes(column));
    if (missing.length) throw new AttuneError('run', `${file}, line 1: column ${missing.join(', ')} is missing`);
    const twice = COLUMNS.find((column) => header.indexOf(column) !== header.lastIndexOf(column));
    if (twice) throw new AttuneError('run', `${file}, line 1: column ${twice} stands there twice; leave one of them`);
    return header;
  };
  if (!text.trim()) columns([]);
  try {
    return parse(text, { columns, info: true, bom: true }) as unknown as { record: Row; info: { lines: number } }[];
  } catch (cause) {
    if (cause instanceof AttuneError) throw cause;
    const { message, lines } = cause as CsvError & { lines?: number };
    throw new AttuneError('run', `${file}, line ${lines}: not a table of predictions: ${message}`, { cause });
  }
}

function predictionOf(row: Row, at: string): Prediction {
  const emotion = (column: 'emotion' | 'predicted'): Emotion => {
    const found = EMOTIONS.find((name) => name === row[column]);
    if (found) return found;
    throw new AttuneError('run', `${at}: ${column} must be one of ${EMOTIONS.join(', ')}, got "${row[column]}"`);
  };
  const probabilities = PROBABILITIES.map((column) => {
    const value = row[column].trim() ? Number(row[column]) : Number.NaN;
    if (value >= 0 && value <= 1) return value;
    throw new AttuneError('run', `${at}: ${column} must be a number from 0 to 1, got "${row[column]}"`);
  });
  const [utterance, speaker, fold] = [row.utterance, row.speaker, row.fold].map(asGiven) as [string, string, string];
  return { utterance, speaker, fold, emotion: emotion('emotion'), predicted: emotion('predicted'), probabilities };
}
