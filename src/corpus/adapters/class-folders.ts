import { AttuneError } from '../../errors.ts';
import type { Adapter } from '../adapter.ts';
import { ENGLISH } from '../english.ts';
import { IGNORED, keyOf, labelMap } from '../labels.ts';
import { speakerPattern } from '../speaker-pattern.ts';

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
  async sign({ recordings }, { labels, classes }) {
    const map = labelMap(ENGLISH, labels);
    const folders = [...new Set(recordings.filter(isInFolder).map(labelOf))];
    const listed = new Set(typeof classes === 'object' ? classes.map(keyOf) : []);
    const isNamed = (folder: string) => {
      const { meaning = classes === 'all' || listed.has(keyOf(folder)) ? folder : IGNORED } = map(folder);
      return meaning !== IGNORED;
    };
    const named = folders.filter(isNamed);
    return named.length ? `folders ${named.map((folder) => `${folder}/`).join(', ')}` : undefined;
  },
  async read({ recordings }, { speaker: pattern }) {
    const files = recordings.filter(isInFolder);
    const speakers = pattern === undefined ? files.map(speakerByFolder) : speakersByPattern(pattern, files);
    return files.map((file, i) => ({ file, source: file, label: labelOf(file), speaker: speakers[i]! }));
  },
};

const isInFolder = (file: string) => file.includes('/');
const labelOf = (file: string) => file.slice(0, file.indexOf('/'));

function speakerByFolder(file: string): string | AttuneError {
  const [label, speaker, ...rest] = file.split('/');
  if (rest.length) return speaker!;
  return new AttuneError(
    'corpus',
    `${file}: nothing tells who speaks; expected a folder per speaker (${label}/SPEAKER/${speaker}), or give a pattern whose first group is the speaker in the path, such as \`speaker\` "/([^_]+)_" for angry/SPEAKER_1.wav`,
  );
}

function speakersByPattern(text: string, files: readonly string[]): (string | AttuneError)[] {
  const found = speakerPattern(text).find(files.map((file) => file.normalize('NFC')));
  const nobody = (file: string) =>
    new AttuneError('corpus', `${file}: the pattern ${text} of \`speaker\` finds no speaker in this path`);
  return files.map((file, i) => found[i] || nobody(file));
}
