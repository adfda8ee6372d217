import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { foldsOf } from '../src/corpus/protocols.ts';
import { readCorpus } from '../src/corpus/read.ts';
import type { Random } from '../src/random.ts';
import { mutateText } from './mutate.ts';
import { type Target, takenOrRefused } from './target.ts';

const EMOTIONS = ['neutral', 'happy', 'angry', 'sad'];
const SPEAKERS = ['ann', 'bob', 'çağla'];
const FILES = SPEAKERS.flatMap((speaker) =>
  EMOTIONS.map((emotion) => ({ file: `${speaker}-${emotion}.wav`, speaker, emotion })),
);

const table = (header: string, row: (entry: (typeof FILES)[number], n: number) => string) =>
  [header, ...FILES.map(row), ''].join('\n');

/** Tables as people have them; one that is not Attune's kind is refused whole. */
const TABLES = [
  table('file,emotion,speaker', ({ file, emotion, speaker }) => `${file},${emotion},${speaker}`),
  table('file,emotion,speaker,gender,session,script', ({ file, emotion, speaker }, n) =>
    [file, emotion, speaker, speaker === 'bob' ? 'm' : 'female', `s${n % 2}`, `"text ${n % 4}, as said"`].join(','),
  ),
  table('file,start,end,speaker,emotion', ({ file, emotion, speaker }, n) =>
    [file, `0 days 00:00:0${n % 3}.250000`, 'NaT', speaker, emotion].join(','),
  ),
  table('file;emotion;speaker', ({ file, emotion, speaker }) => `${file};${emotion};${speaker}`),
];

/** Tables of recordings, and the folds that are made of them. */
export const tables: Target = {
  name: 'table',
  weight: 2,
  async prepare(folder) {
    const corpus = join(folder, 'corpus');
    await mkdir(corpus, { recursive: true });
    for (const { file } of FILES) await writeFile(join(corpus, file), file); // reading labels opens no recording
    return (random: Random) => {
      const which = random.integer(TABLES.length);
      const input = mutateText(TABLES[which]!, random);
      return {
        ...{ seed: `table ${which}`, input },
        run: async () => {
          await writeFile(join(corpus, 'input.csv'), input);
          return takenOrRefused('', async () => {
            const read = await readCorpus(join(corpus, 'input.csv'));
            const folds = foldsOf(read, { protocol: 'leave-one-speaker-out', seed: 1 });
            const all = await readCorpus(join(corpus, 'input.csv'), { classes: 'all' });
            return { read, folds, all };
          });
        },
      };
    };
  },
};
