import { join, posix, win32 } from 'node:path';
import { isWhole, timesText } from '../../audio/excerpt.ts';
import { AttuneError } from '../../errors.ts';
import { type Adapter, idOf, type Labelled, type Tree, withoutExtension } from '../adapter.ts';
import { columnsOf, readTable, type TableRow } from '../csv-table.ts';
import { type TimeColumns, timeColumnsOf, timesIn } from '../csv-times.ts';
import { ENGLISH } from '../english.ts';
import { nameKey } from '../spelling.ts';
import type { Utterance } from '../utterance.ts';

const COLUMNS = ['file', 'emotion', 'speaker'] as const;
type Row = TableRow<(typeof COLUMNS)[number]>;

/** Columns that are read where they are there. */
const MORE = ['session', 'gender', 'script'];
/** Columns that nobody expects to change anything: what is said, who says it, and what counts rows or seconds. */
const PASSED_OVER = new Set(
  `text transcript transcription sentence utterance words translation note notes comment comments description
  age accent dialect language country nationality id index row duration`.split(/\s+/),
);

const GENDERS: ReadonlyMap<string, NonNullable<Utterance['gender']>> = new Map([
  ['f', 'female'],
  ['female', 'female'],
  ['m', 'male'],
  ['male', 'male'],
]);

/**
 * A table of recordings: a CSV at the top of the folder with the columns `file`, `emotion`, `speaker` and, where they are known, `session`,
 * `gender` (female, male, f, m) and `script` (what is said). Files are named relative to the table, with forward slashes. A recording that
 * it does not name is left out. With the columns `start` and `end`, or `duration`, a row is a part of a recording, as in audformat's
 * segmented tables (https://audeering.github.io/audformat/data-tables.html): seconds, `00:00:01.25` or `0 days 00:00:01.250000`; an end
 * that is empty or `NaT` is the file's.
 */
export const csvCorpus: Adapter = {
  name: 'csv',
  expects: 'a CSV with the columns file,emotion,speaker',
  labels: ENGLISH,
  others: 'not named in the CSV',
  async sign(tree) {
    const tables = await tablesIn(tree);
    const meant = tables.filter(({ missing }) => missing.length <= 1); // one column short is a slip, not another kind of table
    return meant.length ? meant.map(({ name }) => name).join(' and ') : undefined;
  },
  async read(tree) {
    const path = join(tree.root, tree.table ?? (await tableOf(tree)));
    const rows = await readTable(path, COLUMNS, { verbatim: 'file' });
    const columns = timeColumnsOf(Object.keys(rows[0]?.cells ?? {}), `${path}, line 1`);
    const names = new Map(tree.files.map((file) => [file.normalize('NFC'), file]));
    const genders = new Map<string, { gender: string; line: number }>();
    const files = new Map<string, { file: string; line: number }>();
    const lines = new Map<string, number>();
    return rows.map((row) => {
      const source = `${path}, line ${row.line}`;
      const reading = readingOf(row, source, (cell) => fileOf(cell, source, { ...tree, names }), columns);
      const stem = withoutExtension(reading.file);
      const first = files.get(stem) ?? { file: reading.file, line: row.line };
      if (first.file !== reading.file)
        throw refusal(
          source,
          `${reading.file} and ${first.file} in line ${first.line} differ in their extension alone; give one of them, or another name`,
        );
      files.set(stem, first);
      const id = idOf(reading);
      const before = lines.get(id);
      const what = isWhole(reading) ? reading.file : `${reading.file}, ${timesText(reading)},`;
      if (before) throw refusal(source, `${what} stands in line ${before} already; give it once`);
      lines.set(id, row.line);
      const { speaker, gender } = reading;
      if (typeof speaker !== 'string' || !gender) return reading;
      const key = nameKey(speaker);
      const known = genders.get(key) ?? { gender, line: row.line };
      if (known.gender !== gender)
        throw refusal(source, `speaker ${speaker} is ${gender} here and ${known.gender} in line ${known.line}`);
      genders.set(key, known);
      return reading;
    });
  },
  async warnings(tree) {
    const path = join(tree.root, tree.table ?? (await tableOf(tree)));
    const columns = await columnsOf(path);
    const times = timeColumnsOf(columns, path);
    const used = [...COLUMNS, ...MORE, ...(times ? [times.start, times.end.column] : [])];
    const others = columns.filter((column) => column && !used.includes(column) && !PASSED_OVER.has(column));
    if (!others.length) return [];
    const [noun, are] = others.length === 1 ? ['column', 'is'] : ['columns', 'are'];
    return [
      `${path}: ${noun} ${others.join(', ')} ${are} not used; Attune reads ${[...COLUMNS, ...MORE].join(', ')}, start, end and duration.`,
    ];
  },
};

/** Whether a file is a CSV at the top of the folder. */
export const isTable = (file: string): boolean => /^[^./][^/]*\.csv$/i.test(file);

/** The CSVs at the top of the folder, with the columns that each lacks. */
const tablesIn = ({ root, files }: Tree) =>
  Promise.all(
    files.filter(isTable).map(async (name) => {
      const found = await columnsOf(join(root, name));
      return { name, missing: COLUMNS.filter((column) => !found.includes(column)) };
    }),
  );

/** The one CSV that is meant: the one with all columns, else the only one, which then gets its own error. */
async function tableOf(tree: Tree): Promise<string> {
  const tables = await tablesIn(tree);
  const whole = tables.filter(({ missing }) => !missing.length);
  const [only, ...more] = whole.length ? whole : tables;
  if (only && !more.length) return only.name;
  if (!only) throw new AttuneError('corpus', `${tree.root} holds no CSV at its top: expected ${csvCorpus.expects}`);
  const list = [only, ...more].map(({ name, missing }) =>
    missing.length ? `${name} lacks ${missing.join(', ')}` : name,
  );
  throw new AttuneError(
    'corpus',
    whole.length
      ? `${tree.root} holds several CSVs with the columns ${COLUMNS.join(',')}: ${list.join(', ')}; give the one that is meant in place of the folder`
      : `${tree.root} holds no CSV with the columns ${COLUMNS.join(',')}: line 1 of ${list.join('; of ')}`,
  );
}

function readingOf(
  { cells }: Row,
  source: string,
  fileOf: (cell: string) => string,
  times: TimeColumns | undefined,
): Labelled {
  const { emotion, session, gender, script } = cells;
  if (!emotion) throw refusal(source, 'emotion is empty; take the row out, or give its label');
  return {
    file: fileOf(cells.file),
    ...(times && timesIn(cells, times, source)),
    source,
    label: emotion,
    speaker: cells.speaker || refusal(source, 'speaker is empty; no fold can be made without it'),
    ...(gender && { gender: genderOf(gender, source) }),
    ...(session && { session }),
    ...(script && { script }),
  };
}

/** The file of a row as the disk spells it, which may code accents in another way. Blanks belong to a name where there is such a file. */
function fileOf(
  given: string,
  source: string,
  { names, others }: Pick<Tree, 'others'> & { readonly names: ReadonlyMap<string, string> },
): string {
  const found = names.get(posix.normalize(given).normalize('NFC'));
  const cell = given.trim();
  if (!cell) throw refusal(source, 'file is empty');
  if (posix.isAbsolute(cell) || win32.isAbsolute(cell))
    throw refusal(source, `${cell} is an absolute path; name files relative to the folder of the CSV`);
  const path = posix.normalize(cell);
  if (path === '..' || path.startsWith('../'))
    throw refusal(source, `${cell} lies outside the folder of the CSV; put the CSV above all recordings`);
  const file = found ?? names.get(path.normalize('NFC'));
  if (file !== undefined) return file;
  const other = others.get(path);
  if (other) throw refusal(source, `${cell} is a ${other}, not a file`);
  const hint = cell.includes('\\') ? '; write folders with forward slashes' : '; check its name, capitals included';
  throw refusal(source, `there is no file ${cell}${hint}`);
}

function genderOf(cell: string, source: string) {
  const gender = GENDERS.get(cell.toLowerCase());
  if (gender) return gender;
  throw refusal(source, `gender is "${cell}"; expected female or male (f, m), or nothing`);
}

const refusal = (source: string, what: string) => new AttuneError('corpus', `${source}: ${what}`);
