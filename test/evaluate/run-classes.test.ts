import { expect, it } from 'vitest';
import { withClasses } from '../../src/evaluate/run-classes.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { PREDICTIONS } from './finished-run.ts';
import { runOf } from './run.ts';

const { options } = runOf(PREDICTIONS).config;
const corpusOf = (...classes: string[]) => ({
  ...{ name: 'csv', directory: '/corpus', leftOut: {}, classes },
  utterances: classes.map((emotion, i) => ({ id: `u${i}`, file: `u${i}.wav`, emotion, speaker: 's' })),
});
const wide = (classes: number) => ({ ...options, architecture: { ...DEFAULT_ARCHITECTURE, classes } });

it('writes down the classes of the corpus, but not the default four', () => {
  expect(withClasses(wide(3), corpusOf('Wut', 'sad', 'calm')).classes).toEqual(['Wut', 'sad', 'calm']);
  expect(withClasses(options, corpusOf('neutral', 'happy', 'angry', 'sad'))).toEqual(options);
  const turned = ['happy', 'neutral', 'angry', 'sad'];
  expect(withClasses(options, corpusOf(...turned)).classes).toEqual(turned);
});

it.each([
  ['a network of another width', options, corpusOf('Wut', 'sad'), /architecture.classes to be 2, for Wut, sad, got 4/],
  [
    'other classes than the corpus has',
    { ...wide(2), classes: ['sad', 'Wut'] },
    corpusOf('Wut', 'sad'),
    /the corpus has the classes Wut, sad, but the run was to have sad, Wut/,
  ],
  [
    'an utterance of none of them',
    wide(2),
    { ...corpusOf('Wut', 'sad', 'calm'), classes: ['Wut', 'sad'] },
    /utterance u2 is calm, which is none of the classes Wut, sad/,
  ],
])('refuses %s', (_, given, corpus, message) => {
  expect(() => withClasses(given, corpus)).toThrow(message);
  expect(() => withClasses(given, corpus)).toThrow(expect.objectContaining({ code: 'usage' }));
});
