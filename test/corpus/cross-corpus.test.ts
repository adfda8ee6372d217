import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { acrossCorpora } from '../../src/corpus/cross-corpus.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import type { Corpus } from '../../src/corpus/utterance.ts';

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

it('calls two corpora of one name train and test', () => {
  const { folds } = acrossCorpora(corpusOf('csv', '/data/a', EMOTIONS), corpusOf('csv', '/data/b', ['sad']));
  expect(folds[0]).toMatchObject({ name: 'test', test: [{ id: 'test/u0', file: 'b/u0.wav' }] });
});

it.each([
  ['the same folder', '/data/a', '/data/a', EMOTIONS, /lie within each other/],
  ['a folder within the other', '/data', '/data/a', EMOTIONS, /lie within each other/],
  ['nothing to train on for a class', '/data/a', '/data/b', ['sad', 'angry'] as const, /train on for neutral, happy/],
])('refuses %s', (_, train, test, emotions, message) => {
  expect(() => acrossCorpora(corpusOf('csv', train, emotions), corpusOf('csv', test, ['sad']))).toThrow(message);
});
