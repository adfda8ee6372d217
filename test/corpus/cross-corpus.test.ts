import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { auditCorpus } from '../../src/corpus/audit.ts';
import { acrossCorpora } from '../../src/corpus/cross-corpus.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import type { Corpus } from '../../src/corpus/utterance.ts';
import { temporaryFolder } from '../cli/attune.ts';

const corpusOf = (name: string, directory: string, emotions: readonly (typeof EMOTIONS)[number][]): Corpus => ({
  name,
  directory: resolve(directory),
  utterances: emotions.map((emotion, i) => ({ id: `u${i}`, file: `u${i}.wav`, emotion, speaker: '03' })),
  leftOut: { 'emotion is fear': 2 },
});

it('trains on one corpus and tests on the other, with names that cannot collide', () => {
  const { corpus, folds } = acrossCorpora(
    corpusOf('emodb', '/data/de/emodb', EMOTIONS),
    corpusOf('ravdess', '/data/en/ravdess', ['sad']),
  );
  expect(corpus).toMatchObject({
    name: 'emodb to ravdess',
    directory: '/data',
    leftOut: { 'emodb: emotion is fear': 2, 'ravdess: emotion is fear': 2 },
  });
  expect(corpus.utterances).toHaveLength(5);
  expect(folds).toHaveLength(1);
  expect(folds[0]).toMatchObject({
    name: 'ravdess',
    test: [{ id: 'ravdess/u0', speaker: 'ravdess/03', file: 'en/ravdess/u0.wav' }],
  });
  expect(folds[0]!.train.map(({ file }) => file)).toContain('de/emodb/u0.wav');
});

it('calls two corpora of one name train and test, and who is called alike in both is one person', () => {
  const { folds } = acrossCorpora(corpusOf('csv', '/data/a', EMOTIONS), corpusOf('csv', '/data/b', ['sad']));
  expect(folds[0]).toMatchObject({ name: 'test', test: [{ id: 'test/u0', speaker: '03', file: 'b/u0.wav' }] });
});

it('has the classes of the corpus that is trained on', () => {
  const learned = { ...corpusOf('csv', '/data/a', ['sad', 'happy']), classes: ['sad', 'happy'] };
  const tested = { ...corpusOf('csv', '/data/b', ['sad']), classes: ['sad', 'happy'] };
  expect(acrossCorpora(learned, tested).corpus.classes).toEqual(['sad', 'happy']);
  expect(acrossCorpora(corpusOf('csv', '/data/a', EMOTIONS), tested).corpus).not.toHaveProperty('classes');
});

it('lets the audit see speakers on both sides, and whom each corpus lacks', async () => {
  const folder = await temporaryFolder();
  const parts: Corpus[] = [];
  for (const part of ['a', 'b']) {
    await writeSyntheticCorpus(join(folder, part), { speakers: 1, utterancesPerEmotion: 1, seed: parts.length });
    const read = await readCorpus(join(folder, part));
    const utterances = read.utterances.map((utterance) => ({ ...utterance, speaker: '03' }));
    parts.push({ ...read, name: 'emodb', utterances });
  }
  const { corpus, folds } = acrossCorpora(parts[0]!, parts[1]!);
  const names = (await auditCorpus(corpus, { folds })).map(({ name }) => name);
  const absent = 'speaker-missing:08,09,10,11,12,13,14,15,16';
  expect(names).toEqual(['speaker-on-both-sides:test', absent, absent]);
});

it.each([
  ['the same folder', '/data/a', '/data/a', EMOTIONS, /lie within each other/],
  ['a folder within the other', '/data', '/data/a', EMOTIONS, /lie within each other/],
])('refuses %s', (_, train, test, emotions, message) => {
  expect(() => acrossCorpora(corpusOf('csv', train, emotions), corpusOf('csv', test, ['sad']))).toThrow(message);
});
