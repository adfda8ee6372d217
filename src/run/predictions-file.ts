import { type CsvError, parse } from 'csv-parse/sync';
import * as v from 'valibot';
import { byCodeUnits } from '../corpus/adapter.ts';
import { CLASSES } from '../corpus/classes.ts';
import { EMOTIONS } from '../corpus/emotions.ts';
import type { Marks } from '../corpus/leaks.ts';
import { asGiven, csvText } from '../csv.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument } from '../json.ts';
import { readWhole } from '../read-file.ts';
import type { Prediction } from '../statistics/prediction.ts';

const LABELS = ['utterance', 'speaker', 'fold', 'emotion', 'predicted'] as const;
/** Stands before a class in the name of the column of its probability. */
const BEFORE = 'p_';

const columnOf = (name: string) => `${BEFORE}${name}`;

type Row = Readonly<Record<(typeof LABELS)[number], string>> & Readonly<Record<string, string>>;

/**
 * The text of `predictions.csv`: a header, then a row an utterance, sorted by utterance; RFC 4180 with `\n` at line ends.
 * Names that a spreadsheet would calculate have an apostrophe before them. Probabilities keep six decimals. Of folds that leak, each row ends with what, in a further column `leaks`; and of folds whose starting weights or speech encoder
 * do not say what they were trained on with `unknown`, in a column `contamination`.
 *
 * @param classes in the order of the probabilities
 */
export function predictionsCsv(
  predictions: readonly Prediction[],
  classes: readonly string[],
  marks: Marks = {},
): string {
  const marked = (['leaks', 'contamination'] as const).filter((mark) => marks[mark]);
  const sorted = [...predictions].sort((a, b) => byCodeUnits(a.utterance, b.utterance));
  const rows = sorted.map((prediction) => [
    ...LABELS.map((label) => prediction[label]),
    ...prediction.probabilities.map((probability) => probability.toFixed(6)),
    ...marked.map((mark) => marks[mark]!),
  ]);
  return csvText([[...LABELS, ...classes.map(columnOf), ...marked], ...rows]);
}

/**
 * Reads the `predictions.csv` of a run, or a peer's: a header, then a row an utterance, with the columns `utterance`, `speaker`, `fold`,
 * `emotion` and `predicted`, and one a class such as `p_angry`, in any order; further columns are passed over. An apostrophe before a
 * name that a spreadsheet would calculate, such as `'=x`, is taken away.
 *
 * @param classes in the order in which probabilities are wanted; default: those of the header, as {@link readClasses} tells them
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
export async function readPredictions(file: string, classes?: readonly string[]): Promise<Prediction[]> {
  checkArgument(file, v.string(), 'the path of predictions');
  checkArgument(classes, v.optional(CLASSES), 'the classes');
  const { names, rows } = await readRows(file, classes);
  const lines = new Map<string, number>();
  return rows.map(({ record, info }) => {
    const at = `${file}, line ${info.lines}`;
    const prediction = predictionOf(record, names, at);
    const before = lines.get(prediction.utterance);
    if (before)
      throw new AttuneError('run', `${at}: utterance ${prediction.utterance} already stands in line ${before}`);
    lines.set(prediction.utterance, info.lines);
    return prediction;
  });
}

/**
 * The classes of a `predictions.csv`: what stands behind `p_` in the names of its columns, in their order; the default four always in that of
 * {@link EMOTIONS}.
 *
 * @throws AttuneError `run`, naming file and line, where the file is missing or no CSV, or a column is missing
 *
 * @example
 * ```ts
 * import { metricsOf, readClasses, readPredictions } from 'attune/node';
 *
 * const file = 'runs/emodb/predictions.csv';
 * const classes = await readClasses(file);
 * const { perClass } = metricsOf(await readPredictions(file), { seed: 1, classes });
 * for (const name of classes) console.log(name, perClass[name]?.recall);
 * ```
 */
export async function readClasses(file: string): Promise<string[]> {
  checkArgument(file, v.string(), 'the path of predictions');
  return [...(await readRows(file)).names];
}

interface ParsedRow {
  readonly record: Row;
  readonly info: { readonly lines: number };
}

async function readRows(file: string, classes?: readonly string[]) {
  const text = (
    await readWhole(file).catch((cause) => {
      throw new AttuneError('run', `cannot read ${file}: ${cause.message}`, { cause });
    })
  ).toString('utf8');
  return rowsOf(file, text, classes);
}

/** The classes whose columns a header has; where there are too few, it lacks those of the four. */
function classesIn(header: readonly string[]): readonly string[] {
  const columns = header.filter((column) => column.startsWith(BEFORE));
  const names = [...new Set(columns.map((column) => column.slice(BEFORE.length)))];
  const areFour = names.length === EMOTIONS.length && EMOTIONS.every((name) => names.includes(name));
  return areFour || names.length < 2 ? EMOTIONS : names;
}

function rowsOf(
  file: string,
  text: string,
  classes: readonly string[] | undefined,
): { readonly names: readonly string[]; readonly rows: readonly ParsedRow[] } {
  let names: readonly string[] = [];
  const columns = (header: string[]) => {
    names = classes ?? classesIn(header);
    const expected = [...LABELS, ...names.map(columnOf)];
    const missing = expected.filter((column) => !header.includes(column));
    if (missing.length) throw new AttuneError('run', `${file}, line 1: column ${missing.join(', ')} is missing`);
    const twice = expected.find((column) => header.indexOf(column) !== header.lastIndexOf(column));
    if (twice) throw new AttuneError('run', `${file}, line 1: column ${twice} stands there twice; leave one of them`);
    return header;
  };
  if (!text.trim()) columns([]);
  try {
    const rows = parse(text, { columns, info: true, bom: true }) as unknown as ParsedRow[];
    return { names, rows };
  } catch (cause) {
    if (cause instanceof AttuneError) throw cause;
    const { message, lines } = cause as CsvError & { lines?: number };
    throw new AttuneError('run', `${file}, line ${lines}: not a table of predictions: ${message}`, { cause });
  }
}

function predictionOf(row: Row, classes: readonly string[], at: string): Prediction {
  const emotion = (column: 'emotion' | 'predicted'): string => {
    const found = classes.find((name) => name === asGiven(row[column]));
    if (found !== undefined) return found;
    throw new AttuneError('run', `${at}: ${column} must be one of ${classes.join(', ')}, got "${row[column]}"`);
  };
  const probabilities = classes.map((name) => {
    const cell = row[columnOf(name)]!;
    const value = cell.trim() ? Number(cell) : Number.NaN;
    if (value >= 0 && value <= 1) return value;
    throw new AttuneError('run', `${at}: ${columnOf(name)} must be a number from 0 to 1, got "${cell}"`);
  });
  const [utterance, speaker, fold] = [row.utterance, row.speaker, row.fold].map(asGiven) as [string, string, string];
  return { utterance, speaker, fold, emotion: emotion('emotion'), predicted: emotion('predicted'), probabilities };
}
