import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { linearityOf } from '../../bench/growth/linearity.ts';
import type { Panel } from '../../bench/growth/panels.ts';
import { growthFigure } from '../../bench/growth/plots.ts';

const series = (name: string, ...points: [x: number, segmentsPerS: number, ideal: number][]) => {
  const all = points.map(([x, segmentsPerS, ideal]) => ({ x, segmentsPerS, ideal, peakRssMb: 1000 + x }));
  return { name, points: all, linearity: linearityOf(all) };
};
const PANELS: readonly Panel[] = [
  {
    key: 'batch',
    title: 'Batch',
    axis: 'segments a step',
    series: [series('training', [1, 10, 1], [2, 20, 1], [4, 40, 1])],
  },
  {
    key: 'cores',
    title: 'Cores',
    axis: 'cores',
    series: [series('threads', [1, 20, 1], [2, 30, 2]), series('processes', [1, 20, 1], [2, 38, 2])],
  },
];

describe('the figure', () => {
  const figure = growthFigure(PANELS);
  // inside a page the parser keeps to HTML's rules, as the golden pictures' does
  const { document } = parseHTML(`<!doctype html><html><body>${figure}</body></html>`);

  // After a wanted change: npx vitest run test/bench/growth-plots.test.ts --update, then look at it in a browser.
  it('is drawn as before', async () => {
    await expect(figure).toMatchFileSnapshot('golden/growth.svg');
  });

  it('puts dots as high as their segments/s', () => {
    const [batch] = document.querySelectorAll('svg svg');
    const heights = [...batch!.querySelectorAll('.dot circle')].map((one) => Number(one.getAttribute('cy')));
    const [one, two, four] = heights as [number, number, number];
    expect((one - four) / (one - two)).toBeCloseTo(3, 1); // 10 to 40 against 10 to 20
  });

  it('names the curves where there are several', () => {
    const [batch, cores] = [...document.querySelectorAll('svg svg')].map(({ textContent }) => textContent);
    expect(cores).toContain('processes');
    expect(batch).not.toContain('training');
  });
});
