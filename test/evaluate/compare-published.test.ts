import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../src/evaluate/compare.ts';
import { readPredictions } from '../../src/run/predictions-file.ts';

/**
 * NumPy 2.4.6 and SciPy 1.17.1, from the rows of predictions.csv: two "seeds", bilinear-1 and compare2016-unweighted, beside attention. The
 * difference of a swap is the mean over seeds of mean(right) and of the mean recall, speaker by speaker from the one or the other;
 * p is the share of itertools.product([0, 1], repeat=10) whose difference is as far from zero. Jackknife: pseudo-values,
 * numpy.std(ddof=1), scipy.stats.t.ppf(0.975, 9). Bootstrap: numpy.percentile of 200,000 draws, default_rng(5).
 */
describe('a comparison of published runs against NumPy and SciPy', async () => {
  const run = async (name: string) => ({
    ...{ run: name, predictions: await readPredictions(`results/${name}/predictions.csv`) },
  });
  const seeds = await Promise.all(['poolings/bilinear-1', 'opensmile/compare2016-unweighted'].map(run));
  const attention = await run('emodb-attention');
  const primary = (['wa', 'ua'] as const).map((figure) => ({ first: 'A', second: 'B', figure }));
  const [pair] = compareSystems([seeds, [attention]], { seed: 1, draws: 20_000, primary }).pairs;

  it('agrees in differences, the p of all swaps, and the jackknife', () => {
    const close = (value: number) => expect.closeTo(value, 12);
    expect(pair!.wa).toMatchObject({
      ...{ difference: close(0.020648967551622488), test: { p: 0.2890625, swaps: 1024 } },
      jackknife: { low: close(-0.01510577343190097), high: close(0.056403708535145945) },
    });
    expect(pair!.ua).toMatchObject({
      ...{ difference: close(0.03630954583178553), test: { p: 0.0390625, correctedP: 0.078125 } },
      jackknife: { low: close(-0.0001920112868358942), high: close(0.07281110295040695) },
    });
  });

  it('agrees in the bootstrap, as near as draws are', () => {
    const near = ({ low, high }: { low: number; high: number }, expected: readonly [number, number]) => {
      expect(Math.abs(low - expected[0])).toBeLessThan(0.0015); // five standard errors of a percentile of 20,000 draws
      expect(Math.abs(high - expected[1])).toBeLessThan(0.0015);
    };
    near(pair!.wa.interval!, [-0.008012820512820512, 0.05116959064327485]);
    near(pair!.ua.interval!, [0.008066654447702836, 0.06925840101224105]);
  });
});
