import { describe, expect, it } from 'vitest';
import type { Emotion } from '../../src/corpus/emotions.ts';
import { leaveOneSpeakerOut } from '../../src/corpus/protocols.ts';
import type { Utterance } from '../../src/corpus/utterance.ts';

const say = (speaker: string, ...emotions: Emotion[]): Utterance[] =>
  emotions.map((emotion, i) => ({ id: `${speaker}${i}`, file: `${speaker}${i}.wav`, emotion, speaker }));

const ALL: Emotion[] = ['neutral', 'happy', 'angry', 'sad'];
const ids = (utterances: readonly Utterance[]) => utterances.map(({ id }) => id);

describe('leaving one speaker out', () => {
  const utterances = [...say('10', ...ALL), ...say('9', 'sad', 'happy'), ...say('B', ...ALL), ...say('a', 'angry')];
  const folds = leaveOneSpeakerOut({ utterances });

  it('makes a fold a speaker, sorted by code units and named after them', () => {
    expect(folds.map(({ name }) => name)).toEqual(['10', '9', 'B', 'a']);
  });

  it('shares no speaker between training and test', () => {
    for (const { name, train, test } of folds) {
      expect(new Set(test.map(({ speaker }) => speaker))).toEqual(new Set([name]));
      expect(train.map(({ speaker }) => speaker)).not.toContain(name);
    }
  });

  it('uses every utterance in every fold, and tests each once', () => {
    for (const { train, test } of folds) expect(ids([...train, ...test]).sort()).toEqual(ids(utterances).sort());
    expect(ids(folds.flatMap(({ test }) => test)).sort()).toEqual(ids(utterances).sort());
  });

  it('lets a test set lack a class', () => {
    expect(ids(folds[3]!.test)).toEqual(['a0']);
  });
});

it.each([
  ['no speaker', [], /at least two speakers, but there is none/],
  ['one speaker', say('03', ...ALL), /at least two speakers, but there is one, 03/],
])('refuses %s', (_, utterances, message) => {
  expect(() => leaveOneSpeakerOut({ utterances })).toThrow(expect.objectContaining({ code: 'corpus' }));
  expect(() => leaveOneSpeakerOut({ utterances })).toThrow(message);
});
