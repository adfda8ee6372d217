import { parse } from 'csv-parse/sync';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { intervalNote } from '../../../src/statistics/bootstrap.ts';
import type { Gap } from '../../../src/studies/gap/gap.ts';
import { gapPlot } from '../../../src/studies/gap/plot.ts';
import { gapCsv, gapMarkdown, points } from '../../../src/studies/gap/report.ts';
import { gapContrasts, gapRows } from '../../../src/studies/gap/rows.ts';
import { ENVIRONMENT } from '../../evaluate/run.ts';
import { answers, everyone, gapRunOf, SETTINGS, UTTERANCES, VARIANTS } from './study.ts';

/*
 * The picture is compared with golden/gap.svg. After a wanted change draw it anew with
 *   npx vitest run test/studies/gap/gap.test.ts --update
 * and look at it in a browser before it is committed.
 */

/** All who are happy are taken for angry: 12 of 48 are wrong, 2 of each speaker's 8. */
const HAPPY = everyone({ 'happy-1': 'angry', 'happy-2': 'angry' });
/** Each speaker's first neutral utterance is taken for sad. */
const NEUTRAL = everyone({ 'neutral-1': 'sad' });
/** What differs from speaker to speaker: all of a's are taken for sad. */
const A = Object.fromEntries(UTTERANCES.filter(({ speaker }) => speaker === 'a').map(({ id }) => [id, 'sad'] as const));

const RUNS = new Map([
  ['baseline', gapRunOf(HAPPY, [NEUTRAL, NEUTRAL, HAPPY])],
  ['random-leaking', gapRunOf(NEUTRAL, [HAPPY, {}, NEUTRAL])],
  ['leave-one-speaker-out', gapRunOf(A, [A, A, A])],
  ['short-dropped', gapRunOf(everyone({ 'sad-2': 'happy', 'angry-2': 'happy' }))],
]);
const FAILED = { run: 'attention-no-softmax', message: 'fold 2: the loss is NaN in epoch 1: training has diverged' };

const gapOf = (runs: typeof RUNS): Gap => ({
  ...{ corpus: 'emodb', utterances: 48, speakers: 6, short: 24, command: 'npx attune gap DIR --out RUN' },
  ...{ settings: SETTINGS, schedule: VARIANTS[0]!.options.schedule, environments: [ENVIRONMENT], date: '2026-03-01' },
  intervals: intervalNote(6),
  rows: gapRows(VARIANTS, runs, 1),
  contrasts: gapContrasts(VARIANTS, runs, 1),
  diverged: [FAILED],
});
const GAP = gapOf(RUNS);
const rowOf = (gap: Gap, name: string) => gap.rows.find((row) => row.name === name)!;

describe('the rows', () => {
  it('are scored at the last epoch, with the difference to the baseline', () => {
    const { result, marks } = rowOf(GAP, 'random-leaking');
    expect(marks).toEqual(['LEAKS']);
    expect([result!.wa, result!.ua, result!.coverage]).toEqual([0.875, 0.875, 1]); // 6 of 48, of 12 neutral ones 6
    expect(result!.difference).toMatchObject({ against: 'baseline', wa: 0.125, ua: 0.125 });
    expect(rowOf(GAP, 'baseline').result).toMatchObject({ wa: 0.75, ua: 0.75, difference: null });
  });

  it('are marked where a run leaks by leave of the user, the epochs chosen from it too', () => {
    const run = { ...gapRunOf(A, [A, A, A]), leaks: 'speakers' } as const;
    const accepted = gapOf(new Map([...RUNS, ['leave-one-speaker-out', run]]));
    const marks = (name: string) => rowOf(accepted, name).marks;
    expect(marks('leave-one-speaker-out')).toEqual(['LEAKS']);
    expect(marks('leave-one-speaker-out-best-of-each-fold')).toEqual(['LEAKS', 'CHOSEN ON TEST DATA']);
    expect(marks('random-leaking')).toEqual(['LEAKS']);
  });

  it('have an interval without width where no speaker differs, and one that a speaker who does widens', () => {
    const { wa } = rowOf(GAP, 'random-leaking').result!.difference!.intervals; // each speaker gains 1 of 8
    expect([wa!.low, wa!.high]).toEqual([0.125, 0.125]);
    const { difference } = rowOf(GAP, 'leave-one-speaker-out').result!; // a loses 4 of 8, five others gain 2 of 8
    expect(difference!.wa).toBeCloseTo((5 * 2 - 4) / 48, 12);
    expect(difference!.intervals.wa!.high).toBeCloseTo(0.25, 12); // draws without a, P = 33 %
    expect(difference!.intervals.wa!.low).toBeCloseTo((3 * 2 - 3 * 4) / 48, 12); // a drawn three times; P(4 or more) = 0.9 %
    // scipy.stats.t.interval(0.95, 5, numpy.mean(x), scipy.stats.sem(x)), x = [-0.5] + 5 * [0.25]
    expect(difference!.jackknife.wa!.low).toBeCloseTo(-0.19632272945453932, 12);
    expect(difference!.jackknife.wa!.high).toBeCloseTo(0.4463227294545393, 12);
  });

  it('of the best epoch are chosen on test data', () => {
    expect(rowOf(GAP, 'baseline-best-of-all-folds')).toMatchObject({
      marks: ['CHOSEN ON TEST DATA'],
      result: { wa: 0.875, difference: { against: 'baseline', wa: 0.125 } },
    });
    const { marks, result } = rowOf(GAP, 'random-leaking-best-of-each-fold');
    expect(marks).toEqual(['LEAKS', 'CHOSEN ON TEST DATA']);
    expect(result).toMatchObject({ wa: 1, ua: 1, difference: { wa: 0.25 } });
    expect(result!.epochs).toEqual([...'abcdef'].map((fold) => ({ fold, epoch: 2 })));
  });

  it('about short utterances are scored on the others alone, the second beside the first', () => {
    const [padded, dropped] = ['short-padded', 'short-dropped'].map((name) => rowOf(GAP, name).result!);
    expect(padded).toMatchObject({ utterances: 24, coverage: 0.5, wa: 0.75, difference: null });
    expect(dropped).toMatchObject({ utterances: 24, coverage: 0.5, wa: 1 });
    expect(dropped!.difference).toMatchObject({ against: 'short-padded', wa: 0.25, ua: 0.25 });
  });

  it('wait for what is not run yet', () => {
    expect(rowOf(GAP, 'minmax').result).toBeNull();
    const alone = gapOf(new Map([['random-leaking', gapRunOf({}, [{}])]]));
    expect(rowOf(alone, 'random-leaking').result).toMatchObject({ wa: 1, difference: null });
    expect(rowOf(alone, 'short-padded').result).toBeNull();
  });

  it('about short utterances are left out where all are short', () => {
    const run = gapRunOf({}, [{}]);
    const recordings = run.recordings.map((recording) => ({ ...recording, durationSeconds: 1.9999 }));
    const names = gapRows(VARIANTS, new Map([['baseline', { ...run, recordings }]]), 1).map(({ name }) => name);
    expect(names).not.toContain('short-padded');
  });

  it('are not compared where the utterances are not the same', () => {
    const fewer = { ...gapRunOf({}), predictions: answers({}, UTTERANCES.slice(1)) };
    expect(() => gapRows(VARIANTS, new Map([...RUNS, ['minmax', fewer]]), 1)).toThrow(
      /1 only in the first: a-neutral-1/,
    );
  });
});

describe('the contrasts', () => {
  it('set the leak beside one speaker out, and each chosen epoch beside the last', () => {
    const told = GAP.contrasts.map(({ row, against, wa }) => [row, against, Math.round(48 * wa)]);
    expect(told).toEqual([
      ['random-leaking', 'leave-one-speaker-out', 0], // 6 wrong in both
      ['random-leaking-best-of-each-fold', 'leave-one-speaker-out', 6],
      ['random-leaking-best-of-all-folds', 'leave-one-speaker-out', 6],
      ['baseline-best-of-each-fold', 'baseline', 6],
      ['baseline-best-of-all-folds', 'baseline', 6],
      ['random-leaking-best-of-each-fold', 'random-leaking', 6],
      ['random-leaking-best-of-all-folds', 'random-leaking', 6],
      ['leave-one-speaker-out-best-of-each-fold', 'leave-one-speaker-out', 0],
      ['leave-one-speaker-out-best-of-all-folds', 'leave-one-speaker-out', 0],
    ]);
  });
});

describe('the page', () => {
  const page = gapMarkdown(GAP);

  it('has a row a choice, in groups, with marks', () => {
    expect(page).toContain('| protocol | 2 folds of whole speakers (baseline) | 6 | 75.0 | 75.0 | – | – | 100.0 |  |');
    expect(page).toContain(
      '|  | 10 folds of utterances at random | 6 | 87.5 | 87.5 | +12.5 [+12.5, +12.5] [+12.5, +12.5] | +12.5 [+12.5, +12.5] [+12.5, +12.5] | 100.0 | **LEAKS** |',
    );
    expect(page).toContain('| **LEAKS** **CHOSEN ON TEST DATA** |');
    expect(page).toContain('|  | dropped from training | 6 | 100.0 | 100.0 | +25.0 [+25.0, +25.0] [+25.0, +25.0] |');
    expect(page).toContain('| scaling (baseline: peak) | minmax, to [-1, 1] | – | not run yet | – | – | – | – |  |');
    expect(page).toContain('|  | no softmax, summed | – | diverged | – |');
    expect(page).not.toMatch(/NaN(?! in epoch 1)|undefined|Infinity/);
  });

  it('says how it was made and how it is read', () => {
    expect(page).toContain('```\nnpx attune gap DIR --out RUN\n```');
    expect(page).toContain(
      'emodb: 48 utterances of 6 speakers, 24 of them shorter than 2 s. Attention pooling, 3 epochs',
    );
    expect(page).toContain('a tenth from epoch 3, 3 on (the paper: 50 epochs, drops at 21, 31, 41)');
    expect(page).toContain('with 6 folds on 83.3 % of the utterances on average');
    expect(page).toContain('scored on the 24 others alone');
    expect(page).toContain(`No figures of \`attention-no-softmax\`: ${FAILED.message}.`);
    expect(page).toContain('- 10 folds of utterances at random: one for all folds: 2 in all folds');
  });

  it('speaks of no row that is not there', () => {
    const bare = gapMarkdown({ ...GAP, rows: GAP.rows.slice(0, 1), contrasts: [], diverged: [] });
    expect(bare).not.toMatch(/LEAKS|CHOSEN|others alone|beside|No figures/);
  });

  it('gives differences their sign', () => {
    expect([0.0125, -0.0125, -0.0001, 0].map((difference) => points(difference, null))).toEqual([
      ...['+1.3', '-1.3', '0.0', '0.0'],
    ]);
    expect(points(0.05, { low: -0.01, high: 0.11 }, null)).toBe('+5.0 [-1.0, +11.0]');
    expect(points(0.05, { low: 0, high: 0.1 }, { low: -0.01, high: 0.11 })).toBe('+5.0 [0.0, +10.0] [-1.0, +11.0]');
  });
});

describe('the table for other programs', () => {
  it('has a row a choice, empty cells where there is no figure', () => {
    const rows: Record<string, string>[] = parse(gapCsv(GAP), { columns: true });
    expect(rows).toHaveLength(GAP.rows.length);
    expect(rows.find(({ name }) => name === 'short-dropped')).toEqual({
      ...{ name: 'short-dropped', group: 'short', choice: 'dropped from training', run: 'short-dropped' },
      ...{ state: 'done', marks: '', folds: '6', utterances: '24', coverage: '0.500000' },
      ...{ wa: '1.000000', wa_low: '1.000000', wa_high: '1.000000', ua: '1.000000', ua_low: '1.000000' },
      ...{ ua_high: '1.000000', against: 'short-padded', wa_difference: '0.250000' },
      ...{ wa_difference_low: '0.250000', wa_difference_high: '0.250000', ua_difference: '0.250000' },
      ...{ ua_difference_low: '0.250000', ua_difference_high: '0.250000' },
      ...{ wa_jackknife_low: '1.000000', wa_jackknife_high: '1.000000' },
      ...{ ua_jackknife_low: '1.000000', ua_jackknife_high: '1.000000' },
      ...{ wa_difference_jackknife_low: '0.250000', wa_difference_jackknife_high: '0.250000' },
      ...{ ua_difference_jackknife_low: '0.250000', ua_difference_jackknife_high: '0.250000' },
    });
    const states = Object.fromEntries(rows.map(({ name, state, wa }) => [name, `${state} ${wa}`.trim()]));
    expect(states).toMatchObject({
      minmax: 'not run yet',
      'attention-no-softmax': 'diverged',
      baseline: 'done 0.750000',
    });
  });
});

describe('the picture', () => {
  const figure = gapPlot(GAP);
  const panels = [
    ...parseHTML(`<!doctype html><html><body>${figure}</body></html>`).document.querySelectorAll('svg svg'),
  ];
  /** where WA's dots stand, of a panel, across */
  const across = (panel: Element) =>
    [...panel.querySelectorAll('.dot circle')].map((dot) => Number(dot.getAttribute('cx')));

  it('is drawn as before, however often', async () => {
    await expect(figure).toMatchFileSnapshot('golden/gap.svg');
    expect(gapPlot(GAP)).toBe(figure);
  });

  it('puts each WA and each difference at its place', () => {
    const [, levels, differences] = panels;
    const [, baseline, leaking] = across(levels!); // the first is the key's
    const dropped = across(levels!).at(-1)!;
    expect((dropped - baseline!) / (leaking! - baseline!)).toBeCloseTo((1 - 0.75) / (0.875 - 0.75), 2);
    const [, leak, alone] = across(differences!); // the baseline has none
    expect(alone).toBe(leak); // 6 of 48 both
    const zero = Number(differences!.querySelector('.rule line')!.getAttribute('x1'));
    expect((across(differences!).at(-1)! - zero) / (leak! - zero)).toBeCloseTo(0.25 / 0.125, 2);
  });

  it('names what is drawn, what leaks and what diverged, and not what is not run', () => {
    const texts = [...panels[0]!.querySelectorAll('text')].map(({ textContent }) => textContent);
    expect(texts).toEqual(
      expect.arrayContaining(['LEAKS', 'LEAKS, on test data', 'diverged', 'dropped from training']),
    );
    expect(texts).not.toContain('minmax, to [-1, 1]');
  });

  it('draws one row of a corpus whose speakers are too few for intervals', () => {
    const [row] = GAP.rows;
    const result = { ...row!.result!, intervals: { wa: null, ua: null } };
    const one = gapPlot({ ...GAP, rows: [{ ...row!, result }], intervals: intervalNote(5), diverged: [] });
    expect(one).not.toContain('95 % intervals');
    expect(one).not.toMatch(/NaN|Infinity|undefined/);
  });
});
