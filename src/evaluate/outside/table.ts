import { isAbsolute, relative, resolve, sep } from 'node:path';
import { type CsvError, parse } from 'csv-parse/sync';
import { isRecording } from '../../corpus/adapter.ts';
import { classesOf } from '../../corpus/classes.ts';
import { few } from '../../corpus/findings.ts';
import type { LabelOptions } from '../../corpus/labels.ts';
import { listTree } from '../../corpus/tree.ts';
import type { Corpus, Utterance } from '../../corpus/utterance.ts';
import { asGiven } from '../../csv.ts';
import { AttuneError } from '../../errors.ts';
import { readWhole } from '../../read-file.ts';
import { byClass, likeliest, type Meanings, meaningsOf } from './labels.ts';

/** Columns that say of which utterance a row is, and what was recognised; of several the first that is there counts. */
const NAMES = ['utterance', 'file', 'path'];
const LABELS = ['predicted', 'label', 'emotion'];
const BEFORE = 'p_';
/** How far probabilities may be from summing to 1: tools round them. */
const SLACK = 0.02;

/** What a table says of an utterance. */
export interface Said {
  readonly predicted: string;
  /** one a class of the corpus; undefined where the table has none */
  readonly probabilities: readonly number[] | undefined;
}

/** What a tool's table says of a corpus. */
export interface TableOfPredictions {
  /** by id, of every utterance of the corpus */
  readonly said: ReadonlyMap<string, Said>;
  /** the labels that it has columns of probabilities for, or that it says */
  readonly labels: readonly string[];
  /** whether it has probabilities */
  readonly probabilities: boolean;
  /** sentences: what of it is passed over */
  readonly notes: readonly string[];
}

interface Row {
  readonly cells: Readonly<Record<string, string>>;
  readonly at: string;
}

/**
 * Reads any tool's predictions: a CSV with a header, a row an utterance. A column `utterance`, `file` or `path` says of which; `predicted`,
 * `label` or `emotion` what was recognised; columns such as `p_angry` have probabilities. A column of labels may be left out where there are
 * probabilities. Other columns are passed over.
 *
 * @throws AttuneError `run`, naming file and line, where it is no such table, an utterance has no row or two, a row is of no recording of the
 *   corpus, or probabilities are none; `usage` as {@link meaningsOf} does
 */
export async function readTable(file: string, corpus: Corpus, wanted: LabelOptions): Promise<TableOfPredictions> {
  const classes = classesOf(corpus);
  const { header, rows } = await readRows(file);
  const nameColumn = NAMES.find((name) => header.includes(name));
  const labelColumn = LABELS.find((name) => header.includes(name));
  const columns = header.filter((name) => name.startsWith(BEFORE));
  if (!nameColumn || !(labelColumn || columns.length))
    throw damaged(
      `${file}, line 1`,
      `expected a column ${NAMES.join(', ')}, and one ${LABELS.join(', ')} or some such as p_${classes[0]}, got ${header.join(', ')}`,
    );
  const { placed, passedOver } = await place(rows, nameColumn, corpus, file);
  const labelOf = (row: Row) => asGiven(row.cells[labelColumn!]!);
  const told = labelColumn ? [...placed.values()].map(labelOf) : [];
  const shared = columns.map((column) => column.slice(BEFORE.length));
  const labels = [...new Set([...shared, ...told])];
  const meanings = meaningsOf(labels, classes, wanted, file);
  const of = (row: Row): Said => {
    const probabilities = columns.length ? byClass(shared, sharesOf(row, columns), classes, meanings) : undefined;
    if (!labelColumn) return { probabilities, predicted: likeliest(probabilities!, classes) };
    return { probabilities, predicted: answerOf(labelOf(row), row, { meanings, probabilities, classes }) };
  };
  return {
    said: new Map([...placed].map(([id, row]) => [id, of(row)])),
    ...{ labels, probabilities: columns.length > 0 },
    notes: passedOver.length
      ? [
          `${file}: ${passedOver.length} rows are of recordings that are left out of the corpus, and are passed over (${few(passedOver)})`,
        ]
      : [],
  };
}

const damaged = (at: string, what: string, cause?: unknown) => new AttuneError('run', `${at}: ${what}`, { cause });

/** What was recognised; where that is ignored, the likeliest of the others. */
function answerOf(
  label: string,
  row: Row,
  of: { meanings: Meanings; probabilities: readonly number[] | undefined; classes: readonly string[] },
): string {
  const meaning = of.meanings.get(label);
  if (meaning !== undefined) return meaning;
  if (of.probabilities) return likeliest(of.probabilities, of.classes);
  throw damaged(
    row.at,
    `${label} is ignored, and without columns such as p_${of.classes[0]} nothing stands in its place`,
  );
}

function sharesOf({ cells, at }: Row, columns: readonly string[]): number[] {
  const shares = columns.map((column) => {
    const cell = cells[column]!;
    const value = cell.trim() ? Number(cell) : Number.NaN;
    if (value >= 0 && value <= 1) return value;
    throw damaged(at, `${column} must be a number from 0 to 1, got "${cell}"`);
  });
  const total = shares.reduce((a, b) => a + b, 0);
  if (Math.abs(total - 1) > SLACK) throw damaged(at, `expected probabilities that sum to 1, got ${total.toFixed(3)}`);
  return shares;
}

async function readRows(file: string): Promise<{ header: readonly string[]; rows: readonly Row[] }> {
  const bytes = await readWhole(file).catch((cause) => {
    throw new AttuneError('run', `cannot read ${file}: ${cause.message}; give a CSV of predictions`, { cause });
  });
  let header: string[] = [];
  const columns = (names: readonly string[]) => {
    header = names.map((name) => name.trim());
    const twice = header.find((name, i) => header.indexOf(name) < i);
    if (twice !== undefined) throw damaged(`${file}, line 1`, `column ${twice} stands there twice; leave one of them`);
    return header;
  };
  try {
    const options = { columns, info: true, bom: true, skip_empty_lines: true };
    const parsed = parse(bytes.toString('utf8'), options) as unknown as {
      record: Record<string, string>;
      info: { lines: number };
    }[];
    return { header, rows: parsed.map(({ record, info }) => ({ cells: record, at: `${file}, line ${info.lines}` })) };
  } catch (cause) {
    if (cause instanceof AttuneError) throw cause;
    const { message, lines } = cause as CsvError & { lines?: number };
    throw damaged(`${file}, line ${lines}`, `not a table of predictions: ${message}`, cause);
  }
}

const stem = (path: string) => (isRecording(path) ? path.replace(/\.[^./]+$/, '') : path);

/** Finds the utterance of each row. */
async function place(rows: readonly Row[], column: string, corpus: Corpus, file: string) {
  const { recordings } = await listTree(corpus.directory);
  const there = new Set(recordings.map(stem));
  const known = new Map<string, Utterance>();
  for (const utterance of corpus.utterances) known.set(utterance.id, utterance);
  const placed = new Map<string, Row>();
  const passedOver: string[] = [];
  for (const row of rows) {
    const given = asGiven(row.cells[column]!);
    const [id, ...others] = [given, stem(given), stem(within(corpus.directory, given))];
    const utterance = [id, ...others].map((name) => known.get(name!)).find(Boolean);
    if (!utterance && others.some((name) => there.has(name))) passedOver.push(given);
    else if (!utterance)
      throw damaged(row.at, `${given} is no recording in ${corpus.directory}; take the row out, or give its corpus`);
    else {
      const before = placed.get(utterance.id);
      if (before) throw damaged(row.at, `utterance ${utterance.id} already stands at ${before.at}; leave one of them`);
      placed.set(utterance.id, row);
    }
  }
  const missing = corpus.utterances.map(({ id }) => id).filter((id) => !placed.has(id));
  if (missing.length)
    throw damaged(
      file,
      `${missing.length} of ${corpus.utterances.length} utterances of the corpus have no row (${few(missing)}); predict them too, or figures would be of those alone that the tool chose`,
    );
  return { placed, passedOver };
}

/** A path as the corpus has it: relative to its folder, with forward slashes. */
function within(folder: string, path: string): string {
  const inside = relative(folder, isAbsolute(path) ? path : resolve(path));
  return inside.split(sep).join('/');
}
