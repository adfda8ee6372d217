import { isAbsolute, relative, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parse } from 'csv-parse/sync';
import type { ClassChoice } from '../corpus/classes.ts';
import { CORPORA } from '../corpus/find.ts';
import type { LabelOptions } from '../corpus/labels.ts';
import { type ReadOptions, readWithLabels } from '../corpus/read.ts';
import { csvText } from '../csv.ts';
import { inFlags } from './flags.ts';
import { say } from './terminal.ts';
import { pattern } from './values.ts';

/** What the user gave of the options that {@link addReadingOptions} adds. */
export interface ReadingFlags {
  corpus?: string;
  classes?: ClassChoice;
  labels?: LabelOptions;
  turns?: 'improvised' | 'all';
  speaker?: string;
}

/** The options of everything that reads a corpus, or `several`. */
export function addReadingOptions(command: Command, several?: 'several'): Command {
  return command
    .addOption(new Option('--corpus <name>', 'how the folder is read (default: by its layout)').choices(CORPORA))
    .addOption(classesOption())
    .addOption(labelsOption(several))
    .addOption(
      new Option('--turns <which>', 'IEMOCAP: turns to read (default: improvised)').choices(['improvised', 'all']),
    )
    .option(
      '--speaker <regex>',
      'folder per class: pattern whose first group, found in the path, is the speaker',
      pattern,
    );
}

function labelsOption(several?: 'several'): Option {
  const option = new Option(
    '--labels <map>',
    `the corpus's own labels of a class, such as happy=hap,exc, or those to leave out, ignored=xxx; may be given again. Names that are none of the four are the classes${several ? '. Of one corpus of several: emodb:happy=happy' : ''}`,
  );
  return several ? option.argParser(labelsByCorpus) : option.argParser(labels);
}

/** Which classes are read, or of these made. */
export const classesOption = (made?: readonly string[]) =>
  new Option(
    '--classes <which>',
    `four (neutral, happy, angry, sad), all ${made ? `(${made.join(', ')})` : 'that two speakers or more show'}, or names parted by commas, in this order (default: four)`,
  ).argParser(classes);

function classes(text: string): ClassChoice {
  if (text === 'four' || text === 'all') return text;
  const names = cellsOf(text);
  if (names?.every(Boolean)) return names;
  throw new InvalidArgumentError('Expected four, all, or names of classes parted by commas.');
}

/** Cells parted by commas; one that holds a comma stands in quotes, as in CSV. Undefined where the quotes do not fit. */
function cellsOf(text: string): string[] | undefined {
  try {
    return (parse(text, { trim: true }) as string[][])[0] ?? [''];
  } catch {
    return undefined;
  }
}

/** How to read the corpus, from what the user gave; undefined where nothing was given. */
export function readingOptions({ corpus, classes, labels, turns, speaker }: ReadingFlags): ReadOptions | undefined {
  const options: ReadOptions = {
    ...(corpus !== undefined && { corpus }),
    ...(classes !== undefined && { classes }),
    ...(labels && { labels }),
    ...(turns && { turns }),
    ...(speaker !== undefined && { speaker }),
  };
  return Object.keys(options).length ? options : undefined;
}

/** The same as on a command line, as text. */
export const readingText = ({ corpus, classes, labels, turns, speaker }: ReadingFlags): string[] => [
  ...(corpus ? [`--corpus ${corpus}`] : []),
  ...(classes ? [`--classes ${typeof classes === 'string' ? classes : listText(classes)}`] : []),
  ...Object.entries(labels ?? {}).map(([name, own]) => `--labels ${quoted(`${name}=${own}`)}`),
  ...(turns ? [`--turns ${turns}`] : []),
  ...(speaker ? [`--speaker ${quoted(speaker)}`] : []),
];

/** The folder of a corpus as others can give it: one in ATTUNE_CORPORA by that name. */
export function folderText(directory: string): string {
  const corpora = process.env.ATTUNE_CORPORA;
  const inside = corpora ? relative(resolve(corpora), resolve(directory)) : '..';
  return inside.startsWith('..') || isAbsolute(inside) ? directory : `$ATTUNE_CORPORA/${inside}`;
}

const listText = (names: readonly string[]): string => {
  const text = csvText([names]).trimEnd();
  return /^[\w,.-]+$/.test(text) ? text : quoted(text);
};

/** As a shell takes it for one word. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Reads a corpus with its labels, and says on stderr what of them is passed over. */
export async function readAndWarn(
  directory: string,
  options?: ReadOptions,
  learned?: readonly string[],
): ReturnType<typeof readWithLabels> {
  const read = await readWithLabels(directory, options, learned);
  for (const warning of read.corpus.warnings ?? []) say(`attune: warning: ${inFlags(warning)}`);
  return read;
}

/** Adds `happy=hap,exc`, or several of the kind parted by semicolons, to what was given before. */
export function labels(text: string, before: LabelOptions = {}): LabelOptions {
  const given: Record<string, readonly string[]> = { ...before };
  for (const part of text.split(';')) {
    const [, name, list] = /^\s*([^=]*[^=\s])\s*=(.*)$/.exec(part) ?? [];
    const own = cellsOf(list ?? '');
    if (name === undefined || name === '__proto__' || !own?.every(Boolean))
      throw new InvalidArgumentError('Expected such as happy=hap,exc with a class, or ignored, before the sign.');
    given[name] = [...(Object.hasOwn(given, name) ? given[name]! : []), ...own];
  }
  return given;
}

/** Label maps of single corpora, by the name that stands before them, and under the empty name the one of all others. */
export type LabelsByCorpus = Readonly<Record<string, LabelOptions>>;

/** Adds `happy=hap,exc`, or `emodb:happy=happy` of one corpus of several, to what was given before. */
export function labelsByCorpus(text: string, before: LabelsByCorpus = {}): LabelsByCorpus {
  const [, name = '', map = ''] = /^(?:\s*([^:=;]*[^:=;\s])\s*:)?(.*)$/s.exec(text)!;
  return { ...before, [name]: labels(map, before[name]) };
}
