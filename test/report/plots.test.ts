import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { calibrationPlot } from '../../src/report/calibration-plot.ts';
import { type LearningCurve, learningCurves, meanCurve, rateDrops } from '../../src/report/learning-curves.ts';
import { accuracyPlot, confusionPlot, lossPlot } from '../../src/report/plots.ts';
import { speakersPlot } from '../../src/report/speakers-plot.ts';
import type { LogEntry } from '../../src/run/run-files.ts';

/*
 * Pictures are compared with the files in golden/. After a wanted change draw them anew with
 *   npx vitest run test/report/plots.test.ts --update
 * and look at each in a browser before it is committed.
 */
const golden = (name: string) => `golden/${name}.svg`;

const CONFUSION = [
  [8, 1, 0, 1],
  [1, 2, 1, 0],
  [0, 2, 14, 0],
  [0, 0, 0, 0],
];
/** Names that need room, and markup that is none. */
const SIX = ['高兴', 'a, "b"', '<i>rude and loud</i> people', 'Wut', 'bored', 'contemptuous'];
const OF_SIX = SIX.map((_, t) => SIX.map((_, p) => (t === p ? 20 - t : (t + 2 * p) % 4)));
const SPEAKERS = [
  { speaker: '03', utterances: 20, wa: 0.5, ua: 0.25, intervals: { wa: { low: 0.3, high: 0.7 }, ua: null } },
  { speaker: 'a <speaker> & a long name', utterances: 10, wa: 1, ua: 1, intervals: { wa: null, ua: null } },
];
const POOLED = {
  ...{ wa: 2 / 3, ua: 0.5, macroF1: 0.5, utterances: 30 },
  intervals: { wa: { low: 0.5, high: 0.8 }, ua: { low: 0.4, high: 0.6 } },
};

const epoch = (fold: string, epoch: number, learningRate: number, loss: number, accuracy: number): LogEntry => ({
  ...{ event: 'epoch', time: '2026-03-01T09:00:00.000Z', fold, epoch, learningRate, loss, accuracy },
});
const LOG = [
  epoch('b', 1, 0.05, 1.2, 0.4),
  epoch('a', 1, 0.05, 1.4, 0.25),
  epoch('a', 2, 0.05, 9, 0), // done again after the run was continued
  epoch('a', 2, 0.05, 1, 0.5),
  epoch('a', 3, 0.005, 0.5, 0.75),
  epoch('b', 2, 0.05, 0.8, 0.7),
];
const BINS = [
  { count: 10, meanConfidence: 0.4, accuracy: 0.5 },
  { count: 10, meanConfidence: 0.9, accuracy: 0.8 },
];
const CURVES: LearningCurve[] = learningCurves(LOG);

describe('pictures', () => {
  it.each([
    ['confusion', () => confusionPlot(CONFUSION, EMOTIONS)],
    ['confusion-of-six', () => confusionPlot(OF_SIX, SIX)],
    ['speakers', () => speakersPlot(SPEAKERS, POOLED)],
    ['loss', () => lossPlot(CURVES)],
    ['accuracy', () => accuracyPlot(CURVES)],
    ['calibration', () => calibrationPlot(BINS)],
  ])('%s is drawn as before, however often', async (name, draw) => {
    await expect(draw()).toMatchFileSnapshot(golden(name));
    expect(draw()).toBe(draw());
  });

  it('draws bars as long as their figures', () => {
    const bars = [...svg(speakersPlot(SPEAKERS, POOLED)).querySelectorAll('.bar rect')];
    const widths = bars.map((bar) => Number(bar.getAttribute('width')));
    const full = Math.max(...widths);
    const shares = [POOLED.wa, 0.5, 1, POOLED.ua, 0.25, 1]; // WA of all, 03 and the other; then UA
    expect(widths.map((width) => (width / full).toFixed(3))).toEqual(shares.map((share) => share.toFixed(3)));
  });

  it('shades cells by their share of the row, an empty row not at all', () => {
    const cells = [...svg(confusionPlot(CONFUSION, EMOTIONS)).querySelectorAll('.cell rect')];
    const shades = cells.map((cell) => (Number(cell.getAttribute('fill-opacity')) - 0.04) / 0.96);
    const shares = [0.8, 0.1, 0, 0.1, 0.25, 0.5, 0.25, 0, 0, 0.125, 0.875, 0, 0, 0, 0, 0];
    expect(shades.map((shade) => shade.toFixed(3))).toEqual(shares.map((share) => share.toFixed(3)));
  });

  it('gives many classes cells of one size, as wide as their names', () => {
    const names = ['neutral', 'happy', 'angry', 'sad', 'calm', 'disgusted', 'fearful', 'surprised'];
    const plot = svg(
      confusionPlot(
        names.map((_, t) => names.map((_, p) => Number(t === p))),
        names,
      ),
    );
    const cells = [...plot.querySelectorAll('.cell rect')];
    expect(cells).toHaveLength(64);
    expect(new Set(cells.map((cell) => cell.getAttribute('width'))).size).toBe(1);
    expect(plot.querySelectorAll('[transform*=rotate]')).toHaveLength(0); // all stand upright
  });

  it('keeps the title of an axis clear of its highest tick', () => {
    const plot = svg(calibrationPlot(BINS));
    const heightOf = (axis: string, text: string) => {
      const own = [...plot.querySelectorAll(`g[class="y-axis ${axis}"] text`)].find((one) => one.textContent === text)!;
      const place = `${own.parentElement!.getAttribute('transform')} ${own.getAttribute('transform')}`;
      return [...place.matchAll(/translate\([^,]+,([^)]+)\)/g)].reduce((sum, [, y]) => sum + Number(y), 0);
    };
    // both are 12 px high: the title hangs from its place, the tick's middle is at its own
    expect(heightOf('tick label', '100') - 6 - (heightOf('label', 'recognised rightly, %') + 12)).toBeGreaterThan(4);
  });

  it('draws a fold of one epoch', () => {
    const one = svg(lossPlot(learningCurves(LOG.slice(0, 1))));
    expect(one.querySelectorAll('.dot circle')).toHaveLength(1);
    expect(one.outerHTML).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('learning curves', () => {
  it('keeps the last entry of an epoch, folds and epochs sorted', () => {
    const losses = CURVES.map(({ fold, epochs }) => [fold, ...epochs.map(({ loss }) => loss)]);
    expect(losses).toEqual([
      ['a', 1.4, 1, 0.5],
      ['b', 1.2, 0.8],
    ]);
  });

  it('averages the epochs that every fold has reached', () => {
    const points = meanCurve(CURVES, ({ loss }) => loss);
    expect(points.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(points[0]!.value).toBeCloseTo(1.3, 12);
    expect(points[1]!.value).toBeCloseTo(0.9, 12);
    expect(meanCurve([], ({ loss }) => loss)).toEqual([]);
  });

  it('finds where the learning rate falls', () => {
    expect(rateDrops(CURVES)).toEqual([{ epoch: 3, learningRate: 0.005 }]);
  });
});

const svg = (text: string) => parseHTML(`<body>${text}</body>`).document.querySelector('svg')!;
