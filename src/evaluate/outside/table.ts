import { isAbsolute, relative, resolve, sep } from 'node:path';
import { isRecording } from '../../corpus/adapter.ts';
import { classesOf } from '../../corpus/classes.ts';
import { few } from '../../corpus/findings.ts';
import { keyOf, type LabelOptions } from '../../corpus/labels.ts';
import { listTree } from '../../corpus/tree.ts';
import type { Corpus, Utterance } from '../../corpus/utterance.ts';
import { asGiven } from '../../csv.ts';
import { count, visibleLines } from '../../text.ts';
import { byClass, likeliest, type Meanings, meaningsOf } from './labels.ts';
import { damaged, NAMES, type Row, readRows } from './rows.ts';

/** Columns that say what was recognised; of several the first that is there counts. */
const LABELS = ['predicted', 'label', 'emotion'];
const BEFORE = 'p_';
/** How far probabilities may be from summing to 1: tools round them. */
const SLACK = 0.02;
/** How far two probabilities may change places, where they are rounded to two decimals. */
const ROUNDING = 0.01 + 1e-9;

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

/**
 * Reads any tool's predictions: a CSV with a header, a row an utterance. A column `utterance`, `file` or `path` says of which; `predicted`,
 * `label` or `emotion` what was recognised; columns such as `p_angry` have probabilities. A column of labels may be left out where there are
 * probabilities. Other columns are passed over.
 *
 * @throws AttuneError `run`, naming file and line, where it is no such table, an utterance has no row or two, a row is of no recording of the
 *   corpus, probabilities are none, lack a class or contradict what was recognised; `usage` as {@link meaningsOf} does
 */
export async function readTable(file: string, corpus: Corpus, wanted: LabelOptions): Promise<TableOfPredictions> {
  const classes = classesOf(corpus);
  const { header, rows, nameColumn } = await readRows(file);
  const labelColumn = LABELS.find((name) => header.includes(name));
  const columns = header.filter((name) => name.startsWith(BEFORE));
  if (!nameColumn || !(labelColumn || columns.length))
    throw damaged(
      `${file}, line 1`,
      `expected a column ${NAMES.join(', ')}, and one ${LABELS.join(', ')} or some such as p_${classes[0]}, got ${header.join(', ')}`,
    );
  for (const column of [nameColumn, labelColumn]) refuseEmpty(rows, column);
  const { placed, passedOver } = await place(rows, nameColumn, corpus, file);
  const labelOf = (row: Row) => asGiven(row.cells[labelColumn!]!);
  const told = labelColumn ? [...placed.values()].map(labelOf) : [];
  const shared = columns.map((column) => column.slice(BEFORE.length));
  const labels = [...new Set([...shared, ...told])];
  const meanings = meaningsOf(labels, classes, wanted, file);
  const occurring = new Set([...corpus.utterances.map(({ emotion }) => emotion), ...told.map((l) => meanings.get(l))]);
  const lacking = classes.filter((name) => occurring.has(name) && !shared.some((own) => meanings.get(own) === name));
  if (columns.length && lacking.length)
    throw damaged(
      `${file}, line 1`,
      `there are probabilities, but no column ${lacking.map((name) => BEFORE + name).join(', ')}: add it, with 0 where the tool never says so`,
    );
  const of = (row: Row): Said => {
    if (!columns.length) return { probabilities: undefined, predicted: answerOf(labelOf(row), row, meanings, classes) };
    const shares = sharesOf(row, columns);
    const probabilities = byClass(shared, shares, classes, meanings);
    const predicted = labelColumn === undefined ? undefined : meanings.get(labelOf(row));
    if (predicted === undefined) return { probabilities, predicted: likeliest(probabilities, classes) };
    refuseContradiction(labelOf(row), row, { shared, shares, meanings, classes, probabilities });
    return { probabilities, predicted };
  };
  return {
    said: new Map([...placed].map(([id, row]) => [id, of(row)])),
    ...{ labels, probabilities: columns.length > 0 },
    notes: passedOver.length
      ? [
          `${file}: ${count(passedOver.length, 'row')} of recordings that are left out of the corpus, passed over (${few(passedOver)})`,
        ]
      : [],
  };
}

/** What was recognised, where a table has no probabilities. */
function answerOf(label: string, { at }: Row, meanings: Meanings, [first]: readonly string[]): string {
  const meaning = meanings.get(label);
  if (meaning !== undefined) return meaning;
  throw damaged(at, `${label} is ignored, and without columns such as ${BEFORE}${first} nothing stands in its place`);
}

function refuseEmpty(rows: readonly Row[], column: string | undefined): void {
  const empty = column === undefined ? undefined : rows.find(({ cells }) => !cells[column]!.trim());
  if (empty) throw damaged(empty.at, `the cell of ${column} is empty; fill it in`);
}

/** What a row says of its labels and of the classes that they mean. */
interface Shares {
  readonly shared: readonly string[];
  readonly shares: readonly number[];
  readonly meanings: Meanings;
  readonly classes: readonly string[];
  readonly probabilities: readonly number[];
}

/** Refuses a label which is neither the likeliest of those that count, nor of the likeliest class. */
function refuseContradiction(label: string, { at }: Row, of: Shares): void {
  const { shared, shares, meanings, classes, probabilities } = of;
  const ofClass = probabilities[classes.indexOf(meanings.get(label)!)]!;
  const own = shared.findIndex((name) => keyOf(name) === keyOf(label));
  const counted = shares.map((share, k) => (meanings.get(shared[k]!) === undefined ? 0 : share));
  const isGreatest = (share: number | undefined, all: readonly number[]) =>
    share !== undefined && share + ROUNDING >= Math.max(...all);
  if (isGreatest(ofClass, probabilities) || isGreatest(counted[own], counted)) return;
  throw damaged(
    at,
    `${label} is recognised with a probability of ${ofClass.toFixed(3)}, though ${likeliest(probabilities, classes)} has ${Math.max(...probabilities).toFixed(3)}: take the column of labels out to go by probabilities, or those of probabilities to go by labels`,
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

const stem = (path: string) => (isRecording(path) ? path.replace(/\.[^./]+$/, '') : path);

/** Finds the utterance of each row. */
async function place(rows: readonly Row[], column: string, corpus: Corpus, file: string) {
  const { recordings } = await listTree(corpus.directory);
  const there = new Set(recordings.map(stem));
  const known = new Map<string, Utterance>();
  for (const utterance of corpus.utterances) known.set(visibleLines(utterance.id), utterance); // as our own CSVs have it
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
