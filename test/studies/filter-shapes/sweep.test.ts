import { parse } from 'csv-parse/sync';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { figure2 } from '../../../src/studies/filter-shapes/plots.ts';
import { sweepCsv, sweepMarkdown } from '../../../src/studies/filter-shapes/report.ts';
import {
  DEFAULT_HEIGHTS,
  DEFAULT_WIDTHS,
  folderOf,
  shortened,
  sizesOf,
} from '../../../src/studies/filter-shapes/sweep.ts';
import { checkSchedule, DEFAULT_SCHEDULE } from '../../../src/train/schedule.ts';
import { sizeOf, sweepOf } from './finished-sweep.ts';

/*
 * The picture is compared with golden/figure2.svg. After a wanted change draw it anew with
 *   npx vitest run test/studies/filter-shapes/sweep.test.ts --update
 * and look at it in a browser before it is committed.
 */

describe('the sizes of a sweep', () => {
  it('are heights at width 2 and widths at height 2, what both name once', () => {
    const names = sizesOf([10, 2, 2], [8, 2, 80]).map(folderOf);
    expect(names).toEqual(['h002-w002', 'h010-w002', 'h002-w008', 'h002-w080']);
  });

  it('are at least eight an axis by default, from 20 to 1000 Hz and from 20 to 800 ms, the paper’s choices among them', () => {
    for (const [sides, last, chosen] of [
      [DEFAULT_HEIGHTS, 100, 10],
      [DEFAULT_WIDTHS, 80, 8],
    ] as const) {
      expect(new Set(sides).size).toBeGreaterThanOrEqual(8);
      expect([sides[0], sides.at(-1)]).toEqual([2, last]);
      expect(sides).toContain(chosen);
    }
    expect(sizesOf(DEFAULT_HEIGHTS, DEFAULT_WIDTHS)).toHaveLength(DEFAULT_HEIGHTS.length + DEFAULT_WIDTHS.length - 1);
  });

  it('are refused where there are none', () => {
    expect(() => sizesOf([], [])).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

describe('a shortened schedule', () => {
  it.each([
    [50, [21, 31, 41]],
    [10, [5, 7, 9]],
    [25, [11, 16, 21]],
    [1, [2, 2, 2]], // the first epoch keeps the whole rate
  ])('of %d epochs divides the rate at %j', (epochs, decayEpochs) => {
    expect(shortened(epochs)).toEqual({ ...DEFAULT_SCHEDULE, epochs, decayEpochs });
    checkSchedule(shortened(epochs));
  });
});

/** WA 0.5, 0.6 and 0.55 along the heights, 0.5, 0.7 and 0.4 along the widths; recalls from these. */
const SWEEP = sweepOf([
  sizeOf(2, 2, { wa: 0.5, recall: [0.4, 0.1, 0.8, 0.6], interval: [0.4, 0.58] }),
  sizeOf(10, 2, { wa: 0.6, recall: [0.62, 0.15, 0.8, 0.7], interval: [0.5, 0.7], jackknife: [0.48, 0.72] }),
  sizeOf(100, 2, { wa: 0.55, recall: [0.6, 0.2, 0.7, 0.59], interval: [0.45, 0.65] }),
  sizeOf(2, 8, { wa: 0.7, recall: [0.5, 0.65, 0.85, 0.61], interval: [0.52, 0.8], jackknife: [0.51, 0.85] }),
  sizeOf(2, 80, { wa: 0.4, recall: [0.45, 0.05, 0.3, 0.5], interval: [0.3, 0.5] }),
]);

describe('the picture', () => {
  const figure = figure2(SWEEP.sizes);
  const [tall, wide] = [
    ...parseHTML(`<!doctype html><html><body>${figure}</body></html>`).document.querySelectorAll('svg svg'),
  ];
  /** of WA, the only curve with round dots, across and down */
  const places = (panel: Element) =>
    [...panel.querySelectorAll('circle')].map((dot) => ['cx', 'cy'].map((name) => Number(dot.getAttribute(name))));

  it('is drawn as before, however often', async () => {
    await expect(figure).toMatchFileSnapshot('golden/figure2.svg');
    expect(figure2(SWEEP.sizes)).toBe(figure);
  });

  it('puts WA at its height, sizes on a logarithmic axis', () => {
    const [first, second, third] = places(tall!) as [[number, number], [number, number], [number, number]];
    expect((first[1] - second[1]) / (third[1] - second[1])).toBeCloseTo((0.6 - 0.5) / (0.6 - 0.55), 1);
    expect((third[0] - second[0]) / (second[0] - first[0])).toBeCloseTo(Math.log(1000 / 100) / Math.log(100 / 20), 2);
  });

  it('draws each class in both panels, with sizes in Hz and in ms', () => {
    const textOf = (panel: Element) => [...panel.querySelectorAll('text')].map((node) => node.textContent);
    for (const name of ['WA', 'neutral', 'happy', 'angry', 'sad']) {
      expect(textOf(tall!)).toContain(name);
      expect(textOf(wide!)).toContain(name);
    }
    expect(textOf(tall!)).toEqual(expect.arrayContaining(['20', '100', '1000', 'height, Hz']));
    expect(textOf(wide!)).toEqual(expect.arrayContaining(['20', '80', '800', 'width, ms']));
  });

  it('shades no interval where there is none, and leaves out a class that nobody spoke', () => {
    const bare = figure2([
      { ...sizeOf(2, 2, { wa: 0.5, recall: [0.5, null, 0.5, 0.5] }), waInterval: null, waJackknife: null },
      { ...sizeOf(4, 2, { wa: 0.6, recall: [0.5, null, 0.5, 0.5] }), waInterval: null, waJackknife: null },
    ]);
    expect(bare).not.toContain('shaded');
    expect(bare).not.toContain('>happy<');
    expect(bare).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('the table for other programs', () => {
  it('has a row a size, in bins, frames, Hz and ms', () => {
    const rows: Record<string, string>[] = parse(sweepCsv(SWEEP), { columns: true });
    expect(rows).toHaveLength(5);
    expect(rows[1]).toEqual({
      ...{ height_bins: '10', width_frames: '2', frequency_hz: '100', time_ms: '20' },
      ...{
        wa: '0.600000',
        wa_low: '0.500000',
        wa_high: '0.700000',
        wa_jackknife_low: '0.480000',
        wa_jackknife_high: '0.720000',
        ua: '0.567500',
        macro_f1: '0.500000',
        training_loss: '1.250000',
      },
      ...{ recall_neutral: '0.620000', recall_happy: '0.150000', recall_angry: '0.800000', recall_sad: '0.700000' },
    });
  });

  it('has the recalls of any classes, as page and picture have', () => {
    const sizes = [2, 4].map((height) => ({ ...SWEEP.sizes[0]!, height, recall: { Wut: 0.5, 'a, "b"': 0.25 } }));
    const [head, row] = parse(sweepCsv(sweepOf(sizes))) as string[][];
    expect([head!.slice(-2), row!.slice(-2)]).toEqual([
      ['recall_Wut', 'recall_a, "b"'],
      ['0.500000', '0.250000'],
    ]);
    const page = sweepMarkdown(sweepOf(sizes));
    expect(page).toContain('16:2 (section 3.2)');
    expect(page).toContain('0.69 is that of a guess among 2.');
    expect(page).toMatch(/happy is worst, whatever the shape \| not measured/);
    expect(figure2(sizes)).toContain('a, "b"');
  });

  it('leaves a cell empty where there is no figure', () => {
    const size = { ...sizeOf(2, 2, { wa: 0.5, recall: [0.5, null, 0.5, 0.5] }), waInterval: null, waJackknife: null };
    const [row] = parse(sweepCsv(sweepOf([size])), { columns: true }) as Record<string, string>[];
    expect([row!.wa_low, row!.wa_high, row!.recall_happy]).toEqual(['', '', '']);
  });
});

describe('the page', () => {
  const page = sweepMarkdown(SWEEP);

  it('says first that it is exploratory, and how it was made', () => {
    expect(page).toMatch(/^\*\*Exploratory: .*may be quoted as a score\.\*\*\n/);
    expect(page).toContain('(figure2.svg)');
    expect(page).toContain('```\nnpx attune sweep DIR --out RUN\n```');
    expect(page).toContain(
      'a rate of 0.05, divided by 10 at 5, 7, 9 (the paper: one speaker left out at a time, 50 epochs of batches of 64, ',
    );
  });

  it('says before all else that its folds leak, where they do', () => {
    expect(page).not.toContain('LEAKS');
    expect(sweepMarkdown({ ...SWEEP, leaks: 'recordings' })).toMatch(
      /^\*\*LEAKS: recordings or copies of them .*\*\*\n/,
    );
  });

  it('has a table an axis', () => {
    expect(page).toContain('| 100 | 60.0 | [50.0, 70.0] | [48.0, 72.0] | 56.8 | 62.0 | 15.0 | 80.0 | 70.0 | 1.25 |');
    expect(page).toContain('| 800 | 40.0 | [30.0, 50.0] | [30.0, 50.0] | 32.5 | 45.0 | 5.0 | 30.0 | 50.0 | 1.25 |');
  });

  it('sets its own course beside each finding of the paper', () => {
    expect(page).toContain('| WA 50.0 at 20 Hz, 60.0 at 100 Hz, 55.0 at 1000 Hz; highest 60.0 at 100 Hz |');
    expect(page).toContain('| neutral 40.0 at 20 Hz, 62.0 at 100 Hz, 60.0 at 1000 Hz; highest 62.0 at 100 Hz |');
    expect(page).toContain('| WA 50.0 at 20 ms, 70.0 at 80 ms, 40.0 at 800 ms; highest 70.0 at 80 ms |');
    expect(page).toContain('| angry 80.0 at 20 ms, 85.0 at 80 ms, 30.0 at 800 ms; highest 85.0 at 80 ms |');
    expect(page).toContain('| happy 5.0 to 65.0, the lowest class at 4 of 5 sizes |');
  });

  it('says how much may be chance', () => {
    expect(page).toContain(
      'The highest WA, 70.0 %, is that of filters of 20 Hz by 80 ms, with the jackknife-t interval [51.0, 85.0]; in it lies the WA of 2 of the 4 other sizes. No difference between sizes was tested.',
    );
  });

  it('does without an axis that has nothing to compare', () => {
    const one = sweepMarkdown(sweepOf([sizeOf(2, 8, { wa: 0.5, recall: [0.5, 0.5, 0.5, 0.5] })]));
    expect(one).not.toContain('## Heights');
    expect(one).toContain('not measured');
    expect(one).not.toMatch(/NaN|undefined/);
  });
});
