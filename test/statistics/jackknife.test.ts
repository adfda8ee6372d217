import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { readPredictions } from '../../src/run/predictions-file.ts';
import type { Confusion } from '../../src/statistics/confusion.ts';
import { confusionOf } from '../../src/statistics/confusion.ts';
import { groupBy } from '../../src/statistics/group.ts';
import { hitsOf } from '../../src/statistics/hits.ts';
import { jackknifeAccuracies, jackknifeInterval, jackknifeSpeakers } from '../../src/statistics/jackknife.ts';

const close = (low: number, high: number) => ({ low: expect.closeTo(low, 12), high: expect.closeTo(high, 12) });

/** Ten utterances of one speaker, all of them neutral, `right` of them recognised. */
const neutral = (right: number): Confusion => [
  [right, 10 - right, 0, 0],
  [0, 0, 0, 0],
  [0, 0, 0, 0],
  [0, 0, 0, 0],
];

describe('the jackknife-t interval', () => {
  it('of a mean is the one of the t test', () => {
    // scipy.stats.t.interval(0.95, 5, numpy.mean(x), scipy.stats.sem(x)), x = [0.3, 0.5, 0.6, 0.8, 0.7, 0.4]
    const { wa, ua } = jackknifeSpeakers([3, 5, 6, 8, 7, 4].map(neutral));
    expect(wa).toEqual(close(0.35366856930196766, 0.7463314306980324));
    expect(ua).toEqual(wa); // one class
  });

  it('is cut off where no figure can lie', () => {
    expect(jackknifeInterval(0.9, [0.9, 0.5, 1, 0.8], 0)).toEqual({ low: expect.any(Number), high: 1 });
    expect(jackknifeInterval(0.1, [0.9, 0.1, 0, 0.2], 0).low).toBe(0);
    expect(jackknifeInterval(-0.1, [0.9, 0.1, 0, 0.2], -1).low).toBeLessThan(-0.1);
  });

  it('has no width where all speakers are alike', () => {
    expect(jackknifeSpeakers(Array.from({ length: 6 }, () => neutral(7))).wa).toEqual(close(0.7, 0.7));
  });

  it('takes six speakers, and says how many there are', () => {
    expect(jackknifeSpeakers([5, 6, 7, 8, 9].map(neutral))).toEqual({
      ...{ wa: null, ua: null, macroF1: null },
      note: 'no jackknife-t intervals: they take at least 6 speakers, there are 5',
    });
    expect(jackknifeSpeakers([5, 6, 7, 8, 9, 4].map(neutral)).note).toBe(
      '95 % jackknife-t intervals: 6 speakers, one left out at a time, 5 degrees of freedom',
    );
  });

  it('is left out where a figure without one speaker is one of other classes', () => {
    const angry: Confusion = [
      [10, 0, 0, 0],
      [0, 0, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 0],
    ];
    const { wa, ua, macroF1, note } = jackknifeSpeakers([...[9, 8, 9, 10, 7].map(neutral), angry]);
    expect([ua, macroF1]).toEqual([null, null]);
    expect(wa).not.toBeNull();
    expect(note).toContain('one speaker alone has a class');
    const supports = [...Array.from({ length: 5 }, () => [10, 0, 0, 0]), [10, 0, 1, 0]];
    expect(jackknifeAccuracies(supports, supports, 0)).toEqual({ wa: close(1, 1), ua: null });
  });
});

/**
 * NumPy 2.4.6 and SciPy 1.17.1, by pseudo-values: p = [n * f(all) - (n - 1) * f(all but one)] for each of n speakers, f the figures of the
 * rows of predictions.csv; f(all) +- scipy.stats.t.ppf(0.975, n - 1) * numpy.std(p, ddof=1) / sqrt(n).
 */
describe('jackknife-t intervals of published runs against SciPy', async () => {
  const [gap, attention, ravdess] = await Promise.all(
    ['poolings/gap-1', 'emodb-attention', 'poolings/ravdess-attention-1'].map((run) =>
      readPredictions(`results/${run}/predictions.csv`),
    ),
  );
  const bySpeaker = (predictions: typeof gap) =>
    [...groupBy(predictions!, ({ speaker }) => speaker).values()].map((own) => confusionOf(own, EMOTIONS));

  it('agree over 10 speakers', () => {
    expect(jackknifeSpeakers(bySpeaker(attention))).toMatchObject({
      wa: close(0.765057509208583, 0.8927595999359599),
      ua: close(0.7391426354262423, 0.8873659312831714),
      macroF1: close(0.7437422615123238, 0.8895012671310584),
    });
  });

  it('agree over 24 speakers', () => {
    expect(jackknifeSpeakers(bySpeaker(ravdess))).toMatchObject({
      wa: close(0.5679497718634015, 0.6522883233746939),
      ua: close(0.5288522089905383, 0.6247936243427952),
      macroF1: close(0.5267523476865531, 0.6311329748369273),
    });
  });

  it('agree for a system, and for the difference of two', () => {
    const [before, after] = [hitsOf(gap!, EMOTIONS), hitsOf(attention!, EMOTIONS)];
    expect(jackknifeAccuracies(after.hits, after.supports, 0).ua).toEqual(
      close(0.7391426354262423, 0.8873659312831714),
    );
    const less = after.hits.map((classes, s) => classes.map((hits, c) => hits - before.hits[s]![c]!));
    expect(jackknifeAccuracies(less, before.supports, -1)).toEqual({
      wa: close(0.005814114233172105, 0.05908264092906981),
      ua: close(-0.010082406998197062, 0.06721877746633842),
    });
  });
});
