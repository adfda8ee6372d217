// What should learn behind the speech encoder: heads trained on EmoDB, scored on EmoDB's other speakers and on development speakers of RAVDESS and nEMO.
//
//   npx tsx recipes/encoder-heads.ts [--only 'NAME;NAME'] [--out results/encoder]
//   npx tsx recipes/encoder-heads.ts --by-sentence     EmoDB alone, by who never heard the speaker nor the sentence: by-sentence.json
//   npx tsx recipes/encoder-heads.ts --nested          EmoDB alone, by the head that the nine others chose among themselves: nested.json
//
// The speakers that recipes/shared/development.ts lists choose; nobody else of RAVDESS and nEMO is read. Features take some minutes at each start;
// each head is kept in heads.json when it is done, so that a stopped recipe goes on. Folders of recordings come from ATTUNE_CORPORA.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from '../bench/machine.ts';
import { writeJson } from '../src/run/run-folder.ts';
import { writeBySentence } from './encoder-heads/by-sentence.ts';
import { type HeardRecording, hear } from './encoder-heads/features.ts';
import { figuresOf, type HeadFigures, type Heads, writeHeadsPage } from './encoder-heads/figures.ts';
import { HEADS, scorer } from './encoder-heads/heads.ts';
import { writeNested } from './encoder-heads/nested.ts';
import { keptJson } from './shared/kept-json.ts';

const { values } = parseArgs({
  options: {
    ...({ only: { type: 'string' }, out: { type: 'string', default: 'results/encoder' } } as const),
    'by-sentence': { type: 'boolean', default: false },
    nested: { type: 'boolean', default: false },
  },
});
const corpora = process.env.ATTUNE_CORPORA;
if (!corpora) throw new Error('expected the folder that holds emodb, ravdess and nemo in ATTUNE_CORPORA');
const names = values.only?.split(';') ?? Object.keys(HEADS);
const unknown = names.find((name) => !(name in HEADS));
if (unknown) throw new Error(`expected some of ${Object.keys(HEADS).join(', ')} in --only, got ${unknown}`);

if (values['by-sentence']) {
  await writeBySentence(await hear('emodb', corpora), join(values.out, 'by-sentence.json'));
  process.exit();
}

if (values.nested) {
  await writeNested(await hear('emodb', corpora), join(values.out, 'nested.json'));
  process.exit();
}

/** EmoDB's ten speakers in five folds of two. */
const FOLDS = 5;

const path = join(values.out, 'heads.json');
const kept = (await keptJson<Heads>(path))?.heads ?? [];
const heads = [...kept];
const left = names.filter((name) => !kept.some((head) => head.name === name));
if (left.length) {
  await mkdir(values.out, { recursive: true });
  const emodb = await hear('emodb', corpora);
  const others = { ravdess: await hear('ravdess', corpora), nemo: await hear('nemo', corpora) };
  for (const name of left) {
    heads.push(await trial(name, emodb, others));
    await writeJson(path, { made: machine(1), heads } satisfies Heads);
  }
}
await writeHeadsPage(values.out);

async function trial(
  name: string,
  emodb: readonly HeardRecording[],
  others: Readonly<Record<'ravdess' | 'nemo', readonly HeardRecording[]>>,
): Promise<HeadFigures> {
  const began = performance.now();
  const speakers = [...new Set(emodb.map(({ speaker }) => speaker))].sort();
  const own: (readonly number[])[] = new Array(emodb.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const isTested = ({ speaker }: HeardRecording) => speakers.indexOf(speaker) % FOLDS === fold;
    const score = await scorer(
      HEADS[name]!,
      emodb.filter((recording) => !isTested(recording)),
    );
    for (const [i, recording] of emodb.entries()) if (isTested(recording)) own[i] = await score.of(recording);
    await score.close();
  }
  const score = await scorer(HEADS[name]!, emodb);
  const scored = async (recordings: readonly HeardRecording[]) => {
    const all: number[][] = [];
    for (const recording of recordings) all.push(await score.of(recording));
    return figuresOf(recordings, all);
  };
  const figures = {
    name,
    emodb: figuresOf(emodb, own),
    ravdess: await scored(others.ravdess),
    nemo: await scored(others.nemo),
  };
  await score.close();
  process.stderr.write(
    `${name}: UA ${[figures.emodb, figures.ravdess, figures.nemo].map(({ ua }) => (100 * ua).toFixed(1)).join(', ')} (${((performance.now() - began) / 1000).toFixed(0)} s)\n`,
  );
  return figures;
}
