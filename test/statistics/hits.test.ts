import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { accuraciesOf, hitsOf, meanHits, sharesOf } from '../../src/statistics/hits.ts';
import { predict } from '../evaluate/predict.ts';

/** b comes first in the file; nobody is happy. */
const PREDICTIONS = [
  predict('b1', 'b', 'angry', 'angry'),
  predict('a1', 'a', 'neutral', 'neutral'),
  predict('a2', 'a', 'neutral', 'sad'),
  predict('a3', 'a', 'neutral', 'neutral'),
  predict('b2', 'b', 'angry', 'neutral'),
  predict('b3', 'b', 'sad', 'sad'),
];

describe('hits by speaker and class', () => {
  const { speakers, supports, hits } = hitsOf(PREDICTIONS, EMOTIONS);

  it('are counted by true class, speakers sorted', () => {
    expect(speakers).toEqual(['a', 'b']);
    expect(supports).toEqual([
      [3, 0, 0, 0],
      [0, 0, 2, 1],
    ]);
    expect(hits).toEqual([
      [2, 0, 0, 0],
      [0, 0, 1, 1],
    ]);
  });

  it('give WA and UA of any speakers, one drawn twice counting twice', () => {
    expect(accuraciesOf(hits, supports, [0, 1])).toEqual({
      wa: 4 / 6,
      ua: expect.closeTo((2 / 3 + 1 / 2 + 1) / 3, 12),
    });
    expect(accuraciesOf(hits, supports, [0, 0, 1])).toEqual({
      wa: 6 / 9,
      ua: expect.closeTo((4 / 6 + 1 / 2 + 1) / 3, 12),
    });
    expect(accuraciesOf(hits, supports, [1, 1])).toEqual({ wa: 4 / 6, ua: 0.75 });
  });

  it('give each speaker a share in the pooled figures', () => {
    const [a, b] = sharesOf(hits, supports);
    expect(a).toEqual({ wa: 2 / 6, ua: expect.closeTo(2 / 3 / 3, 12) });
    expect(b).toEqual({ wa: 2 / 6, ua: expect.closeTo((1 / 2 + 1) / 3, 12) });
  });

  it('are averaged over seeds', () => {
    const other = [
      [3, 0, 0, 0],
      [0, 0, 2, 0],
    ];
    expect(meanHits([hits, other])).toEqual([
      [2.5, 0, 0, 0],
      [0, 0, 1.5, 0.5],
    ]);
  });
});
