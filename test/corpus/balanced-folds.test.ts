import { describe, expect, it } from 'vitest';
import { EMOTIONS, type Emotion } from '../../src/corpus/emotions.ts';
import { foldsOf } from '../../src/corpus/protocols.ts';
import type { Utterance } from '../../src/corpus/utterance.ts';

const say = (speaker: string, counts: Partial<Record<Emotion, number>>, session?: string): Utterance[] =>
  EMOTIONS.flatMap((emotion) =>
    Array.from({ length: counts[emotion] ?? 0 }, (_, i) => {
      const id = `${speaker}-${emotion}-${i}`;
      return { id, file: `${id}.wav`, emotion, speaker, ...(session !== undefined && { session }) };
    }),
  );

const counts = (utterances: readonly Utterance[]) =>
  EMOTIONS.map((emotion) => utterances.filter((utterance) => utterance.emotion === emotion).length);

describe('random-leaking', () => {
  const utterances = ['a', 'b', 'c'].flatMap((speaker) => say(speaker, { neutral: 10, happy: 5, angry: 20, sad: 3 }));
  const folds = foldsOf({ utterances }, { protocol: 'random-leaking', folds: 5, seed: 1 });

  it('gives each fold its share of every class, to one utterance', () => {
    // 30, 15, 60 and 9 utterances in 5 folds
    for (const { test } of folds) {
      const [neutral, happy, angry, sad] = counts(test);
      expect([neutral, happy, angry]).toEqual([6, 3, 12]);
      expect([1, 2]).toContain(sad);
    }
  });

  it('tests each utterance once, and depends on the seed alone', () => {
    expect(folds.flatMap(({ test }) => test.map(({ id }) => id)).sort()).toEqual(utterances.map(({ id }) => id).sort());
    expect(foldsOf({ utterances }, { protocol: 'random-leaking', folds: 5, seed: 1 })).toEqual(folds);
    expect(foldsOf({ utterances }, { protocol: 'random-leaking', folds: 5, seed: 2 })).not.toEqual(folds);
  });

  it('leaks: speakers stand on both sides', () => {
    for (const { train, test } of folds)
      expect(test.some(({ speaker }) => train.some((other) => other.speaker === speaker))).toBe(true);
  });
});

describe('folds of speakers', () => {
  // four pairs of speakers whose classes complement each other: the only balanced division in four pairs one of each kind
  const angry = ['a', 'b', 'c', 'd'].flatMap((speaker) => say(speaker, { neutral: 1, happy: 1, angry: 8, sad: 1 }));
  const sad = ['e', 'f', 'g', 'h'].flatMap((speaker) => say(speaker, { neutral: 1, happy: 1, angry: 1, sad: 8 }));
  const utterances = [...angry, ...sad];

  it('keeps speakers whole and balances their classes', () => {
    const folds = foldsOf({ utterances }, { protocol: 'speaker-folds', folds: 4, seed: 3 });
    expect(folds.map(({ name }) => name)).toEqual(['1', '2', '3', '4']);
    for (const { train, test } of folds) {
      expect(counts(test)).toEqual([2, 2, 9, 9]);
      const speakers = new Set(test.map(({ speaker }) => speaker));
      expect(train.some(({ speaker }) => speakers.has(speaker))).toBe(false);
    }
  });

  it('mends by exchanges what taking speakers one by one spoils', () => {
    // one by one, 5, 4, 3, 3 and 3 in two folds end as 5 + 3 and 4 + 3 + 3
    const sizes = [5, 4, 3, 3, 3].flatMap((size, i) => say(String(i), { neutral: size, happy: 1, angry: 1, sad: 1 }));
    const folds = foldsOf({ utterances: sizes }, { protocol: 'speaker-folds', folds: 2, seed: 1 });
    expect(folds.map(({ test }) => counts(test)[0])).toEqual([9, 9]);
  });

  it('leaves no fold empty, even where one speaker outweighs all', () => {
    const uneven = [
      ...say('a', { neutral: 50, happy: 50, angry: 50, sad: 50 }),
      ...['b', 'c'].flatMap((speaker) => say(speaker, { neutral: 1, happy: 1, angry: 1, sad: 1 })),
    ];
    const folds = foldsOf({ utterances: uneven }, { protocol: 'speaker-folds', folds: 3, seed: 1 });
    expect(folds.map(({ test }) => test.length).sort((a, b) => a - b)).toEqual([4, 4, 200]);
  });

  it.each([
    [9, /at least as many speakers, but there are 8/],
    [1, /2 or more, got 1/],
    [undefined, /2 or more, got none/],
  ])('refuses %s folds', (folds, message) => {
    const options = { protocol: 'speaker-folds' as const, seed: 1, ...(folds !== undefined && { folds }) };
    expect(() => foldsOf({ utterances }, options)).toThrow(message);
  });
});

describe('leaving one session out', () => {
  const all = { neutral: 1, happy: 1, angry: 1, sad: 1 };

  it('makes a fold a session', () => {
    const utterances = [...say('F1', all, 'Ses01'), ...say('M1', all, 'Ses01'), ...say('F2', all, 'Ses02')];
    const folds = foldsOf({ utterances }, { protocol: 'leave-one-session-out', seed: 1 });
    expect(folds.map(({ name, test }) => [name, [...new Set(test.map(({ speaker }) => speaker))]])).toEqual([
      ['Ses01', ['F1', 'M1']],
      ['Ses02', ['F2']],
    ]);
  });

  it('refuses a corpus without sessions, and one of a single session', () => {
    const protocol = { protocol: 'leave-one-session-out', seed: 1 } as const;
    expect(() => foldsOf({ utterances: say('F1', all) }, protocol)).toThrow(/4 of 4 have none, such as F1-neutral-0/);
    expect(() => foldsOf({ utterances: say('F1', all, 'Ses01') }, protocol)).toThrow(/there is one, Ses01/);
  });
});
