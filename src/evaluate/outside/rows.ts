import { type CsvError, parse } from 'csv-parse/sync';
import { AttuneError } from '../../errors.ts';
import { readWhole } from '../../read-file.ts';
import { clipped } from '../../text.ts';

/** Columns that say of which utterance a row is; of several the first that is there counts. */
export const NAMES = ['utterance', 'file', 'path'];

/** A row of a tool's table. */
export interface Row {
  /** by column */
  readonly cells: Readonly<Record<string, string>>;
  /** file and line, for errors */
  readonly at: string;
}

interface Rows {
  readonly header: readonly string[];
  /** undefined where no column names utterances */
  readonly nameColumn: string | undefined;
  readonly rows: readonly Row[];
}

export const damaged = (at: string, what: string, cause?: unknown) =>
  new AttuneError('run', `${at}: ${what}`, { cause });

/** @throws AttuneError `run`, naming file and line, where the file cannot be read or is no CSV */
export async function readRows(file: string): Promise<Rows> {
  const bytes = await readWhole(file).catch((cause) => {
    throw new AttuneError('run', `cannot read ${file}: ${cause.message}; give a CSV of predictions`, { cause });
  });
  let header: string[] = [];
  const columns = (names: readonly string[]) => {
    header = names.map((name) => name.trim());
    if (!NAMES.some((name) => header.includes(name)) && /[;\t]/.test(header.join()))
      throw damaged(
        `${file}, line 1`,
        `the columns are "${clipped(header.join())}"; separate columns by commas, and write decimals with points`,
      );
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
    const nameColumn = NAMES.find((name) => header.includes(name));
    return {
      header,
      nameColumn,
      rows: parsed.map(({ record, info }) => ({ cells: record, at: `${file}, line ${info.lines}` })),
    };
  } catch (cause) {
    if (cause instanceof AttuneError) throw cause;
    const { message, lines } = cause as CsvError & { lines?: number };
    throw damaged(`${file}, line ${lines}`, `not a table of predictions: ${message}`, cause);
  }
}
