import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Curves } from '../../../src/studies/faithfulness/curves.ts';
import { faithfulnessPlot } from '../../../src/studies/faithfulness/plot.ts';
import { type CurvesByOrder, ORDERS, type OrderName } from '../../../src/studies/faithfulness/study.ts';
import { beats, contestOf, type StudiedUtterance, summarize } from '../../../src/studies/faithfulness/summary.ts';

describe('a contest', () => {
  it('weighs utterances alike, and counts what was won', () => {
    const gains = [[1, 2, 3], [-1], [0], [4, -2], [1], [1]]; // of speakers: 6, -1, 0, 2, 1, 1 in all, of 9 utterances
    const { gain, speakersWon, utterancesWon, interval } = contestOf(gains, 1);
    expect(gain).toBeCloseTo(9 / 9, 12);
    expect([speakersWon, utterancesWon]).toEqual([4, 6]);
    expect(interval!.low).toBeLessThan(gain);
    expect(interval!.high).toBeGreaterThan(gain);
  });

  it('that all speakers win alike has no width, and p is two swaps of 64', () => {
    const { interval, p } = contestOf(
      Array.from({ length: 6 }, () => [0.5, 0.5]),
      1,
    );
    expect(interval).toEqual({ low: 0.5, high: 0.5 });
    expect(p).toBe(2 / 64);
  });

  it('of fewer than six speakers has no interval', () => {
    expect(contestOf([[1], [2], [3]], 1).interval).toBeNull();
  });
});

/** Straight curves from 4 to 0 and back, raised in between by what an order is better by. */
function studied(speaker: string, better: Partial<Record<OrderName, number>>): StudiedUtterance {
  const curves = Object.fromEntries(
    ORDERS.map((name): [OrderName, Curves] => {
      const by = better[name] ?? 0;
      return [name, { deletion: [4, 2 - by, 0], insertion: [0, 2 + by, 4] }];
    }),
  ) as CurvesByOrder;
  return { utterance: `${speaker}a`, speaker, curves: { mean: curves, zero: curves } };
}

describe('a summary', () => {
  const speakers = ['03', '08', '09', '10', '11', '12'];
  const summary = summarize(
    speakers.map((speaker, i) => studied(speaker, { product: 1, energy: 0.5, shifted: i % 2 ? 0 : 2 })),
    1,
  );
  const contest = (kind: string, rival: string) =>
    summary.contests.find((one) => one.fill === 'mean' && one.kind === kind && one.rival === rival)!;

  it('has areas and gains in logits, above 0 where the product map is better', () => {
    // areas: (4 + 2 (2 - by)) / 4, so 1.5, 1.75 and 2; put in, (2 (2 + by) + 4) / 4, so 2.5, 2.25 and 2
    expect(summary.product.slice(0, 2).map(({ area }) => area)).toEqual([1.5, 2.5]);
    expect(contest('deletion', 'energy')).toMatchObject({ area: 1.75, gain: 0.25, speakersWon: 6, utterancesWon: 6 });
    expect(contest('insertion', 'energy')).toMatchObject({ area: 2.25, gain: 0.25 });
    expect(contest('insertion', 'random')).toMatchObject({ area: 2, gain: 0.5 });
    expect(contest('deletion', 'shifted')).toMatchObject({ area: 1.5, gain: 0, speakersWon: 3 });
    expect(summary.contests).toHaveLength(24);
  });

  it('lets the product map beat a rival only by every interval and every p', () => {
    expect(beats(summary.contests, 'energy')).toBe(true); // p = 2 / 64
    expect(beats(summary.contests, 'shifted')).toBe(false);
    const doubtful = summary.contests.map((one) =>
      one.rival === 'energy' && one.kind === 'insertion' && one.fill === 'zero' ? { ...one, p: 0.06 } : one,
    );
    expect(beats(doubtful, 'energy')).toBe(false);
    const none = summary.contests.map((one) => ({ ...one, interval: null }));
    expect(beats(none, 'energy')).toBe(false);
  });

  it('averages the curves', () => {
    const curve = summary.curves.find(({ order, kind }) => order === 'shifted' && kind === 'insertion')!;
    expect(curve.logits).toEqual([0, 3, 4]);
  });

  it('is drawn: a curve an order in four panels, as before', async () => {
    const figure = faithfulnessPlot(summary);
    await expect(figure).toMatchFileSnapshot('golden/faithfulness.svg');
    const { document } = parseHTML(`<!doctype html><html><body>${figure}</body></html>`);
    const lines = [...document.querySelectorAll('.line path')];
    expect(lines).toHaveLength(28);
    const [random, product] = [lines[2]!, lines[6]!].map((path) => path.getAttribute('d')!.split(/[ML,]/).map(Number));
    expect(product![4]! - random![4]!).toBeCloseTo((330 - 54 - 46) / 4, 1); // lower by 1 of 4 logits, in pixels
    const names = [...document.querySelectorAll('text')].filter((one) => one.textContent === 'product map');
    const lefts = names.map((name) => Number(/translate\(([^,]+),/.exec(name.getAttribute('transform')!)![1]) + 8);
    expect(lefts).toHaveLength(4);
    // within the panel even in DejaVu Sans Bold, where the longest name is 86.1 px wide
    for (const left of lefts) expect(left + 86.1).toBeLessThan(480);
  });
});
