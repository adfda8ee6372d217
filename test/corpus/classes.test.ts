import { describe, expect, it } from 'vitest';
import { foldsOf } from '../../src/corpus/protocols.ts';
import { type ReadOptions, readCorpus, readWithLabels } from '../../src/corpus/read.ts';
import { folderOf, folderWith } from './folder.ts';

/** What is read of a folder, and how many utterances each class has. */
async function read(folder: string, options: ReadOptions = {}, learned?: readonly string[]) {
  const { corpus, labels } = await readWithLabels(folder, options, learned);
  const { classes, utterances, leftOut, warnings } = corpus;
  const counts = new Map<string, number>();
  for (const { emotion } of utterances) counts.set(emotion, (counts.get(emotion) ?? 0) + 1);
  return { classes, counts: Object.fromEntries(counts), leftOut, labels, warnings };
}

const EMODB = ['03', '08'].flatMap((speaker) => [...'NFWTLEA'].map((letter) => `${speaker}a01${letter}a.wav`));
const CREMA = ['1001', '1002'].flatMap((actor) =>
  ['NEU', 'HAP', 'ANG', 'SAD', 'DIS', 'FEA'].map((code) => `${actor}_DFA_${code}_XX.wav`),
);
const RAVDESS = ['01', '02'].flatMap((actor) =>
  [1, 2, 3, 4, 5, 6, 7, 8].map((code) => `03-01-0${code}-01-01-01-${actor}.wav`),
);

/** A table of recordings of these speakers and labels, and the files that it names. */
const tableOf = (...rows: (readonly [speaker: string, label: string])[]) =>
  folderWith({
    'labels.csv': `file,emotion,speaker\n${rows.map(([who, label], i) => `${i}.wav,"${label.replaceAll('"', '""')}",${who}`).join('\n')}\n`,
    ...Object.fromEntries(rows.map((_, i) => [`${i}.wav`, 'RIFF'])),
  });
const both = (...labels: string[]) => labels.flatMap((label) => [['ann', label] as const, ['bob', label] as const]);

describe('all classes', () => {
  it.each([
    ['EmoDB', EMODB, ['neutral', 'happy', 'angry', 'sad', 'bored', 'disgusted', 'fearful']],
    ['CREMA-D', CREMA, ['neutral', 'happy', 'angry', 'sad', 'disgusted', 'fearful']],
    ['RAVDESS', RAVDESS, ['neutral', 'happy', 'angry', 'sad', 'calm', 'disgusted', 'fearful', 'surprised']],
  ])('of %s are the four and then the others by name', async (_, files, classes) => {
    const found = await read(await folderOf(...files), { classes: 'all' });
    expect(found.classes).toEqual(classes);
    expect(found.counts).toEqual(Object.fromEntries(classes.map((name) => [name, 2])));
    expect(found.leftOut).toEqual({});
  });

  it('are the four of EmoDB unless they are asked for', async () => {
    const { classes, leftOut } = await read(await folderOf(...EMODB));
    expect(classes).toBeUndefined();
    expect(leftOut).toEqual({ 'emotion is boredom': 2, 'emotion is disgust': 2, 'emotion is fear': 2 });
  });

  it('may be labels that nobody foresaw, in one spelling each', async () => {
    const folder = await tableOf(
      ...both('rudeness', 'Wut', '高兴', 'very  sad', 'Fear'),
      ['cem', 'wut'],
      ['ann', 'joy'],
    );
    expect(await read(folder, { classes: 'all' })).toMatchObject({
      classes: ['Wut', 'fearful', 'rudeness', 'very  sad', '高兴'],
      counts: { Wut: 3, fearful: 2, rudeness: 2, 'very  sad': 2, 高兴: 2 },
      leftOut: { 'emotion is joy, of one speaker alone': 1 },
      warnings: [
        expect.stringMatching(/: class happy is left out: one speaker alone has it, so that nothing could be/),
      ],
    });
  });

  it('are spelt as most recordings have them', async () => {
    const rare = await tableOf(...both('wut', 'ruhig'), ['ann', 'WUT'], ['ann', 'Ruhig'], ['bob', 'Ruhig']);
    expect((await read(rare, { classes: 'all' })).classes).toEqual(['Ruhig', 'wut']);
  });

  it('may be folders of any name', async () => {
    const files = ['rudeness', 'Wut', '高兴'].flatMap((name) => [`${name}/ann/1.wav`, `${name}/bob/1.wav`]);
    expect((await read(await folderOf(...files), { classes: 'all' })).classes).toEqual(['Wut', 'rudeness', '高兴']);
    await expect(read(await folderOf(...files))).rejects.toThrow('is no corpus that is known');
  });

  it('are named and put together by labels, and left out by ignored', async () => {
    const labels = { happy: ['F', 'W'], tired: ['L'], ignored: ['A'] };
    expect(await read(await folderOf(...EMODB), { classes: 'all', labels })).toMatchObject({
      classes: ['neutral', 'happy', 'sad', 'disgusted', 'tired'],
      counts: { happy: 4, tired: 2 },
      leftOut: { 'emotion is fear': 2 },
    });
  });
});

describe('a list of classes', () => {
  it('is read in its order, by class or label, and all else is left out and counted', async () => {
    const folder = await folderOf(...EMODB);
    const { classes, counts, leftOut, labels } = await read(folder, { classes: ['Sad', 'boredom', 'fearful'] });
    expect(classes).toEqual(['sad', 'bored', 'fearful']);
    expect(counts).toEqual({ sad: 2, bored: 2, fearful: 2 });
    expect(leftOut).toMatchObject({ 'emotion is neutral': 2, 'emotion is angry': 2 });
    expect(labels.slice(0, 3).map(({ label, emotion }) => [label, emotion])).toEqual([
      ['sad', 'sad'],
      ['boredom', 'bored'],
      ['fear', 'fearful'],
    ]);
  });

  it('takes a label by itself where its class has several', async () => {
    const folder = await tableOf(...both('afraid', 'fear', 'x, "y"'));
    expect(await read(folder, { classes: ['x, "y"', 'fear', 'AFRAID'] })).toMatchObject({
      classes: ['x, "y"', 'fear', 'afraid'],
      counts: { fear: 2, afraid: 2, 'x, "y"': 2 },
    });
  });

  it('comes from the names that labels map on, where one is none of the four', async () => {
    const labels = { aroused: ['happy', 'angry'], calm: ['N', 'sad'] };
    expect(await read(await folderOf(...EMODB), { labels })).toMatchObject({
      classes: ['aroused', 'calm'],
      counts: { aroused: 4, calm: 4 },
      leftOut: { 'emotion is boredom': 2, 'emotion is disgust': 2, 'emotion is fear': 2 },
    });
    expect((await read(await folderOf(...EMODB), { labels, classes: ['calm', 'sad', 'aroused'] })).classes).toEqual([
      'calm',
      'sad',
      'aroused',
    ]);
  });

  it.each([
    ['a class that the corpus lacks', { classes: ['happy', 'rude'] }, 'no recording is of class rude; the corpus has '],
    ['a class twice', { classes: ['sad', 'happy', 'sad'] }, 'class sad is named twice'],
    [
      'one class alone',
      { classes: ['sad'] },
      'expected two classes or more, each of 2 speakers or more, got sad alone',
    ],
    ['none', { classes: [] }, 'expected two classes or more, each of 2 speakers or more, got none'],
    [
      'labels of a class that is not in it',
      { classes: ['sad', 'happy'], labels: { tired: ['L'] } },
      'labels are given to tired, which is none of the classes sad, happy',
    ],
    [
      'labels of other than the four where these are asked for',
      { classes: 'four' as const, labels: { tired: ['L'] } },
      'labels are given to tired, which is none of the classes neutral',
    ],
    ['a name that is taken', { labels: { uncertain: ['L'], sad: ['T'] } }, 'label "uncertain" cannot name a class'],
  ])('refuses %s', async (_, options, message) => {
    const reading = read(await folderOf(...EMODB), options);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ name: 'AttuneError' });
  });

  it('refuses a class of one speaker alone, which all leaves out', async () => {
    const folder = await tableOf(...both('sad', 'happy'), ['ann', 'rude'], ['ANN', 'rude']);
    await expect(read(folder, { classes: ['sad', 'rude'] })).rejects.toThrow(/class rude is of one speaker alone, ann/);
    expect(await read(folder, { classes: 'all' })).toMatchObject({
      classes: ['happy', 'sad'],
      leftOut: { 'emotion is rude, of one speaker alone': 2 },
    });
    const rest = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ['ann', name] as const);
    const [warning] = (await read(await tableOf(...both('sad', 'happy'), ...rest), { classes: 'all' })).warnings!;
    expect(warning).toMatch(/: classes a, b, c, d, e and 1 more are left out: one speaker alone has each of them/);
  });
});

describe('a corpus that is only tested', () => {
  it('may lack classes that were learned, and leaves out others', async () => {
    const folder = await tableOf(['ann', 'sad'], ['ann', 'WUT'], ['ann', 'rude']);
    expect(await read(folder, {}, ['Wut', 'happy', 'sad'])).toMatchObject({
      classes: ['Wut', 'happy', 'sad'],
      counts: { sad: 1, Wut: 1 },
      leftOut: { 'emotion is rude': 1 },
    });
  });
});

it('divides by the classes of the corpus: folds of whole speakers hold their share of each', async () => {
  const rows = [...'abcdefgh'].flatMap((speaker, i) => [
    [speaker, i < 4 ? 'rude' : 'polite'] as const,
    [speaker, 'bored'] as const,
  ]);
  const corpus = await readCorpus(await tableOf(...rows), { classes: 'all' });
  for (const { test } of foldsOf(corpus, { protocol: 'speaker-folds', folds: 4, seed: 1 }))
    expect(test.map(({ emotion }) => emotion).sort()).toEqual(['bored', 'bored', 'polite', 'rude']);
});
