import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/corpus/findings.ts';
import { type Division, leakNote, leakOf } from '../../src/corpus/leaks.ts';

const APART = [
  { speaker: 'ann', fold: '1' },
  { speaker: 'bob', fold: '2' },
];
const finding = (code: Finding['code']): Finding => ({ code, name: code, fatal: true, message: '' });

describe('leakOf', () => {
  it.each<[string, Division, string | undefined]>([
    ['whole speakers', { protocol: 'speaker-folds', recordings: APART }, undefined],
    ['a random split, by its name', { protocol: 'random-leaking', recordings: APART }, 'speakers'],
    [
      'a speaker whom two folds test',
      { protocol: 'leave-one-session-out', recordings: [...APART, { speaker: 'ann', fold: '2' }] },
      'speakers',
    ],
    [
      'a speaker who is tested, and trained on by every fold',
      { protocol: 'cross-corpus', recordings: [{ speaker: 'ann' }, { speaker: 'ann', fold: 'b' }] },
      'speakers',
    ],
    ['speakers who are only trained on', { protocol: 'cross-corpus', recordings: [{ speaker: 'cem' }] }, undefined],
    ['predictions of an unknown protocol', { recordings: [...APART, { speaker: 'bob', fold: '1' }] }, 'speakers'],
    ['an accepted copy', { recordings: APART, audit: [finding('same-audio-on-both-sides')] }, 'recordings'],
    ['an accepted utterance', { recordings: APART, audit: [finding('utterance-on-both-sides')] }, 'recordings'],
    ['accepted shared sound', { recordings: APART, audit: [finding('overlap-on-both-sides')] }, 'recordings'],
    ['copies within a side', { recordings: APART, audit: [finding('same-audio'), finding('one-script')] }, undefined],
  ])('of %s', (_, division, leak) => {
    expect(leakOf(division)).toBe(leak);
  });

  it('is told in a sentence', () => {
    expect(leakNote('speakers')).toBe(
      'LEAKS: speakers stand on both sides of folds, so these figures say nothing about new speakers.',
    );
    expect(leakNote('recordings', 'folds of B', 'its figures')).toBe(
      'LEAKS: recordings or copies of them stand on both sides of folds of B, so its figures promise too much.',
    );
  });
});
