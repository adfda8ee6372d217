import { describe, expect, it } from 'vitest';
import { overlaps } from '../../src/corpus/overlaps.ts';
import type { Utterance } from '../../src/corpus/utterance.ts';

const utterance = (speaker: string, file: string, start?: number, end?: number): Utterance => ({
  ...{ id: `${file}@${start ?? ''}-${end ?? ''}`, file, emotion: 'sad', speaker },
  ...(start !== undefined && { start }),
  ...(end !== undefined && { end }),
});
const found = (utterances: Utterance[], train: Utterance[] = [], test: Utterance[] = []) =>
  overlaps({ name: 'made', directory: '/', utterances, leftOut: {} }, [{ name: 'f', train, test }]).map(
    ({ code, name, fatal, message }) => [code, name, fatal, message.slice(message.indexOf(': ') + 2).split('. ')[0]],
  );
const [early, late, later] = [
  utterance('ann', 'call', 1, 3),
  utterance('bob', 'call', 2.5, 4),
  utterance('bob', 'call', 4, 6),
];

describe('utterances of one file that share sound', () => {
  it('stop a run where a fold is trained on one and tested on the other', () => {
    expect(found([early, late, later], [later, late], [early])[0]).toEqual([
      ...['overlap-on-both-sides', 'overlap-on-both-sides:f', true, 'call@1-3 and call@2.5-4 (0.50 s)'],
    ]);
    expect(found([early, later], [later], [early])).toEqual([]);
  });

  it('are told of where they have different speakers, wherever they stand', () => {
    expect(found([later, late, early])).toEqual([
      ...[['speakers-overlap', 'speakers-overlap', false, 'call@1-3 and call@2.5-4 (0.50 s)']],
    ]);
    expect(found([early, { ...late, speaker: 'ANN' }])).toEqual([]);
  });

  it('are found among many, within others and to the end of the file', () => {
    const all = [
      utterance('ann', 'call', 0, 60),
      utterance('bob', 'call', 10, 11),
      utterance('cem', 'call', 50),
      utterance('dan', 'call', 55),
      utterance('eva', 'other', 10, 11),
    ];
    expect(found(all)[0]![3]).toBe(
      'call@0-60 and call@10-11 (1.00 s), call@0-60 and call@50- (10.00 s), call@0-60 and call@55- (5.00 s), call@50- and call@55- (all from 55 s on)',
    );
    expect(found([utterance('ann', 'call'), utterance('bob', 'call', 3, 4)])[0]![3]).toBe(
      'call@- and call@3-4 (1.00 s)',
    );
  });

  it('do not where their rounded times just meet', () => {
    expect(found([early, utterance('bob', 'call', 2.95, 4)])).toEqual([]);
    expect(found([early, utterance('bob', 'call', 2.94, 4)])).toHaveLength(1);
  });
});
