import { dirname, resolve } from 'node:path';
import { few } from '../corpus/findings.ts';
import { speakerPattern } from '../corpus/speaker-pattern.ts';
import { AttuneError } from '../errors.ts';
import type { Listed } from './recordings.ts';
import type { Normalized } from './report.ts';

/** What makes a source of recordings. */
export type GroupedBy = Normalized['by'];

/** Which recordings are of one source. */
export interface Grouping {
  readonly by: GroupedBy;
  /** the group of each recording, in order: what tells it from others, and what it is called */
  readonly groups: readonly Group[];
}

export interface Group {
  readonly key: string;
  /** undefined where it is parted further, by the speakers of its turns */
  readonly name: string | undefined;
}

/** Where the speakers of recordings stand; one at the most. */
export interface SpeakersGiven {
  /** a pattern whose first group, found in the path, is the speaker */
  readonly speaker?: string | undefined;
  /** a CSV with the columns file and speaker */
  readonly speakers?: string | undefined;
  /** a file of turns, each of which names its speaker: one of the same name in another recording is another */
  readonly turns?: string | undefined;
}

/**
 * Groups recordings by the folder that was given for them, or by speaker (Node only).
 *
 * @throws AttuneError `usage` where a recording's speaker is not told, or by two; `corpus` where the table cannot be read
 */
export async function groupsOf(recordings: readonly Listed[], by: GroupedBy, given: SpeakersGiven): Promise<Grouping> {
  if (by === 'folder') return { by, groups: foldersOf(recordings) };
  const { speaker, speakers, turns } = given;
  const told = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`\`${name}\``]));
  if (told.length > 1) throw new AttuneError('usage', `${told.join(' and ')} each say who speaks: give one of them`);
  if (speaker !== undefined) return { by, groups: named(byPattern(recordings, speaker)) };
  if (speakers !== undefined) return { by, groups: named(await byTable(recordings, speakers)) };
  if (turns !== undefined) return { by, groups: recordings.map(({ file }) => ({ key: file, name: undefined })) };
  throw new AttuneError(
    'usage',
    '`normalize` speaker takes who speaks: give `speaker` with a pattern, `speakers` with a CSV, or `turns`',
  );
}

const named = (names: readonly string[]): Group[] => names.map((name) => ({ key: name, name }));

function foldersOf(recordings: readonly Listed[]): Group[] {
  const names = new Map<string, string>();
  return recordings.map(({ root }) => {
    const key = resolve(root);
    const name = names.get(key) ?? root;
    names.set(key, name);
    return { key, name };
  });
}

function byPattern(recordings: readonly Listed[], pattern: string): string[] {
  const paths = recordings.map(({ path }) => path.normalize('NFC'));
  const found = speakerPattern(pattern).find(paths);
  return allOf(found, paths, `the pattern ${pattern} of \`speaker\` finds no speaker`);
}

/** Speakers by the files of a table, which are named from its folder on, as in a corpus of a CSV. */
async function byTable(recordings: readonly Listed[], table: string): Promise<string[]> {
  const { readTable } = await import('../corpus/csv-table.ts');
  const speakers = new Map<string, { speaker: string; line: number }>();
  for (const { cells, line } of await readTable(table, ['file', 'speaker'], { verbatim: 'file' })) {
    const { file, speaker } = cells;
    if (!file.trim() || !speaker)
      throw new AttuneError(
        'usage',
        `${table}, line ${line}: expected a file and its speaker, got "${file},${speaker}"`,
      );
    const path = resolve(dirname(table), file).normalize('NFC');
    const before = speakers.get(path);
    if (before && before.speaker !== speaker)
      throw new AttuneError(
        'usage',
        `${table}, line ${line}: ${file} is spoken by ${speaker}, and in line ${before.line} by ${before.speaker}: give its turns (\`turns\`) in place of the table`,
      );
    speakers.set(path, before ?? { speaker, line });
  }
  const found = recordings.map(({ file }) => speakers.get(resolve(file).normalize('NFC'))?.speaker);
  return allOf(
    found,
    recordings.map(({ file }) => file),
    `${table} names no speaker`,
  );
}

function allOf(found: readonly (string | undefined)[], files: readonly string[], told: string): string[] {
  const missing = files.filter((_, i) => !found[i]);
  if (!missing.length) return found as string[];
  throw new AttuneError(
    'usage',
    `${told} for ${missing.length} of ${files.length} recordings (${few(missing)}): expected one for each; change it, or give those others apart`,
  );
}
