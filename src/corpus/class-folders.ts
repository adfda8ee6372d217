import { AttuneError } from '../errors.ts';
import type { Adapter, ReadOptions } from './adapter.ts';
import { ENGLISH } from './english.ts';
import { labelMap } from './labels.ts';

/**
 * A folder per class, `angry/03/x.wav` or `angry/x.wav`: the label is the folder at the top. The speaker is the folder below it, or what
 * the first group of a pattern finds in the path (`--speaker`).
 */
export const classFolders: Adapter = {
  name: 'class-folders',
  expects: 'a folder per class such as angry/SPEAKER/a.wav',
  labels: ENGLISH,
  others: 'in no folder of a class',
  takes: ['speaker'],
  async sign({ recordings }, { labels }) {
    const map = labelMap(ENGLISH, labels);
    const folders = [...new Set(recordings.filter(isInFolder).map(labelOf))];
    const named = folders.filter((folder) => ![undefined, 'ignored'].includes(map(folder).meaning));
    return named.length ? `folders ${named.map((folder) => `${folder}/`).join(', ')}` : undefined;
  },
  async read({ recordings }, options) {
    const speakerOf = options.speaker === undefined ? speakerByFolder : speakerByPattern(options.speaker);
    return recordings
      .filter(isInFolder)
      .map((file) => ({ file, source: file, label: labelOf(file), speaker: speakerOf(file) }));
  },
};

const isInFolder = (file: string) => file.includes('/');
const labelOf = (file: string) => file.slice(0, file.indexOf('/'));

function speakerByFolder(file: string): string | AttuneError {
  const [label, speaker, ...rest] = file.split('/');
  if (rest.length) return speaker!;
  return new AttuneError(
    'corpus',
    `${file}: nothing tells who speaks; expected a folder per speaker (${label}/SPEAKER/${speaker}), or give a pattern whose first group is the speaker in the path, such as --speaker "/([^_]+)_" for angry/SPEAKER_1.wav`,
  );
}

function speakerByPattern(text: string) {
  const pattern = speakerPattern(text);
  return (file: string): string | AttuneError =>
    pattern.exec(file.normalize('NFC'))?.[1] ||
    new AttuneError('corpus', `${file}: the pattern ${text} of --speaker finds no speaker in this path`);
}

/**
 * The pattern of {@link ReadOptions.speaker}.
 *
 * @throws AttuneError `usage` where it is no regular expression, or has no group
 */
export function speakerPattern(text: NonNullable<ReadOptions['speaker']>): RegExp {
  let [pattern, groups] = [/(?:)/, 0];
  try {
    pattern = new RegExp(text, 'u');
    groups = new RegExp(`${text}|`, 'u').exec('')!.length - 1; // matches nothing, but counts the groups
  } catch (cause) {
    throw new AttuneError('usage', `the pattern of the speaker is no regular expression: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (groups) return pattern;
  throw new AttuneError('usage', `the pattern of the speaker, ${text}, has no group: put the speaker in parentheses`);
}
