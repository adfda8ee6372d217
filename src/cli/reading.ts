import { type Command, InvalidArgumentError, Option } from 'commander';
import { EMOTIONS } from '../corpus/emotions.ts';
import type { LabelOptions } from '../corpus/labels.ts';
import { CORPORA, type ReadOptions, readWithLabels } from '../corpus/read.ts';
import { speakerPattern } from '../corpus/speaker-pattern.ts';
import { say } from './terminal.ts';

/** What the user gave of the options that {@link addReadingOptions} adds. */
export interface ReadingFlags {
  corpus?: string;
  labels?: LabelOptions;
  turns?: 'improvised' | 'all';
  speaker?: string;
}

/** The options of everything that reads a corpus. */
export function addReadingOptions(command: Command): Command {
  return command
    .addOption(new Option('--corpus <name>', 'how the folder is read (default: by its layout)').choices(CORPORA))
    .option(
      '--labels <map>',
      "the corpus's own labels of an emotion, such as happy=hap,exc, or those to leave out, ignored=xxx; may be given again",
      labels,
    )
    .addOption(
      new Option('--turns <which>', 'IEMOCAP: turns to read (default: improvised)').choices(['improvised', 'all']),
    )
    .option(
      '--speaker <regex>',
      'folder per class: pattern whose first group, found in the path, is the speaker',
      pattern,
    );
}

/** How to read the corpus, from what the user gave; undefined where nothing was given. */
export function readingOptions({ corpus, labels, turns, speaker }: ReadingFlags): ReadOptions | undefined {
  const options: ReadOptions = {
    ...(corpus !== undefined && { corpus }),
    ...(labels && { labels }),
    ...(turns && { turns }),
    ...(speaker !== undefined && { speaker }),
  };
  return Object.keys(options).length ? options : undefined;
}

/** Reads a corpus with its labels, and says on stderr what of them is passed over. */
export async function readAndWarn(directory: string, options?: ReadOptions): ReturnType<typeof readWithLabels> {
  const read = await readWithLabels(directory, options);
  for (const warning of read.corpus.warnings ?? []) say(`attune: warning: ${warning}`);
  return read;
}

const MEANINGS = [...EMOTIONS, 'ignored'] as const;

/** Adds `happy=hap,exc`, or several of the kind parted by semicolons, to what was given before. */
export function labels(text: string, before: LabelOptions = {}): LabelOptions {
  const given: Record<string, readonly string[]> = { ...before };
  for (const part of text.split(';')) {
    const [, name, list] = /^\s*(\w+)\s*=(.*)$/.exec(part) ?? [];
    const meaning = MEANINGS.find((meaning) => meaning === name);
    const own = list?.split(',').map((label) => label.trim());
    if (!meaning || !own?.every(Boolean))
      throw new InvalidArgumentError(
        `Expected such as happy=hap,exc with one of ${MEANINGS.join(', ')} before the sign.`,
      );
    given[meaning] = [...(given[meaning] ?? []), ...own];
  }
  return given;
}

function pattern(text: string): string {
  try {
    speakerPattern(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
  return text;
}
