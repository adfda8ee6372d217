import { describe, expect, it } from 'vitest';
import { primaryPairs, rowsOf } from '../../../src/studies/table1/rows.ts';
import { figuresOf, type RowRuns } from '../../../src/studies/table1/table.ts';
import { ATTENTION, GAP, rowsWith, runWith } from './made.ts';

const bothOf = (rows: readonly RowRuns[], seen: readonly number[] = []) => {
  const figures = figuresOf(rows, seen);
  const row = (system: string) => figures.rows.find((one) => one.system === system)!;
  return { ...figures, row };
};
const changed = (rows: readonly RowRuns[], system: string, change: Partial<RowRuns>) =>
  rows.map((one) => (one.row.system === system ? { ...one, ...change } : one));

describe('the rows of Table 1', () => {
  it('are the paper’s in its order with its figures, then what the paper does not have', () => {
    const rows = rowsOf(['encoder', 'attention-pooling', 'new']);
    expect(rows.map(({ system, paper }) => [system, paper?.wa, paper?.ua])).toEqual([
      ['dnn-elm', 0.5791, 0.5213],
      ['rnn-elm', 0.6285, 0.6389],
      ['cnn-lstm', 0.688, 0.594],
      ['two-step', 0.673, 0.62],
      ['gap-pooling', 0.7135, 0.6754],
      ['bilinear-pooling', 0.6917, 0.6416],
      ['attention-pooling', 0.7175, 0.6806],
      ['encoder', undefined, undefined],
      ['new', undefined, undefined],
    ]);
  });

  it('name what is tested before anything is run: the claim beside each system that is described', () => {
    const all = rowsOf(['encoder']).map(({ system }) => system);
    expect(primaryPairs(all).map(([against]) => against)).toEqual([
      ...['dnn-elm', 'rnn-elm', 'cnn-lstm', 'gap-pooling', 'bilinear-pooling'],
    ]);
    expect(primaryPairs(['gap-pooling', 'attention-pooling', 'encoder'])).toEqual([
      ['gap-pooling', 'attention-pooling'],
    ]);
    expect(primaryPairs(['gap-pooling', 'encoder'])).toEqual([]);
  });
});

// the numbers are those of NumPy and SciPy, by table-reference.py from the same counts: pooled recalls, deviations that divide by one less,
// one speaker left out at a time with Student's t of 5 degrees of freedom, and all 64 swaps of speakers
describe('the figures of Table 1', () => {
  const rows = rowsWith({ 'gap-pooling': GAP, 'attention-pooling': ATTENTION });

  it('are means and deviations over seeds, with intervals of the seeds’ mean over speakers', () => {
    const { row } = bothOf(rows);
    const gap = row('gap-pooling').figures!;
    expect(gap.runs.map(({ wa, ua }) => [wa, ua])).toEqual([
      [23 / 48, expect.closeTo(0.4375, 10)],
      [21 / 48, expect.closeTo(0.375, 10)],
    ]);
    expect(gap.wa.mean).toBeCloseTo(0.45833333, 8);
    expect(gap.wa.deviation).toBeCloseTo(0.02946278, 8);
    expect(gap.ua.deviation).toBeCloseTo(0.04419417, 8);
    expect(gap.ua.jackknife!.low).toBeCloseTo(0.300264, 6);
    expect(gap.ua.jackknife!.high).toBeCloseTo(0.512236, 6);
    const { ua } = row('attention-pooling').figures!;
    expect(ua.mean).toBeCloseTo(0.69097222, 8);
    expect(ua.jackknife!.low).toBeCloseTo(0.58528732, 8);
    expect(ua.interval!.low).toBeLessThan(ua.mean);
    expect(ua.interval!.high).toBeGreaterThan(ua.mean);
    expect(row('dnn-elm')).toMatchObject({ asked: false, figures: null });
  });

  it('test the claim by permutation of whole speakers, seeds averaged first', () => {
    const { primary, pairs, untested } = bothOf(rows);
    expect(untested).toBeNull();
    const [{ tested }] = primary as [(typeof primary)[0]];
    expect(tested!.ua.difference).toBeCloseTo(0.28472222, 8);
    expect(tested!.ua.jackknife!.low).toBeCloseTo(0.20099238, 8);
    expect(tested!.ua.jackknife!.high).toBeCloseTo(0.36845207, 8);
    expect(tested!.ua.test).toMatchObject({ p: 2 / 64, correctedP: 2 / 64, verdict: 'Better: B' });
    expect(pairs[0]!.ua.test).toBeNull(); // descriptive
  });

  it('correct p over all primary comparisons', () => {
    const more = rowsWith({ 'gap-pooling': GAP, 'bilinear-pooling': GAP, 'attention-pooling': ATTENTION });
    const tests = bothOf(more).primary.map(({ tested }) => tested!.ua.test!);
    expect(tests.map(({ p, correctedP }) => [p, correctedP])).toEqual([
      [2 / 64, 4 / 64],
      [2 / 64, 4 / 64],
    ]);
    expect(tests[0]!.verdict).toBe('corrected p not below 0.05: no ranking');
  });

  it('test by the seeds alone that had not been seen', () => {
    const { primary, row, pairs } = bothOf(rows, [1]);
    expect(primary[0]!.tested!.ua).toMatchObject({
      difference: expect.closeTo(0.30555556, 8),
      test: { p: 2 / 64, verdict: 'one seed: no ranking' },
    });
    expect(row('gap-pooling').figures!.runs).toHaveLength(2);
    expect(pairs[0]!.ua.difference).toBeCloseTo(0.28472222, 8);
    expect(bothOf(rows, [1, 2]).untested).toContain('no seed but those that had been seen');
  });

  it('test nothing before all runs have ended, nor where training of what is compared has diverged', () => {
    const waiting = changed(rows, 'gap-pooling', { runs: GAP.slice(0, 1), missing: [2] });
    expect(bothOf(waiting)).toMatchObject({
      untested: 'these runs have not ended: gap-pooling with seed 2',
      primary: [{ against: 'gap-pooling', tested: null }],
    });
    const diverged = changed(rows, 'gap-pooling', { runs: [], diverged: [{ seed: 1, message: 'NaN' }] });
    expect(bothOf(diverged)).toMatchObject({ untested: 'training of gap-pooling has diverged', pairs: [] });
    expect(bothOf(changed(diverged, 'attention-pooling', { runs: [], missing: [1] })).notes).toEqual([]);
  });

  it('stand beside a system of others, which no test is made of', () => {
    const peer = { ...runWith('peer', undefined, '3122 3122 3122 3122 3122 3122'), deterministic: true };
    const beside = {
      ...{ row: { system: 'peer', title: 'openSMILE + SVM', paper: null }, asked: true, runs: [peer] },
      ...{ missing: [], diverged: [] },
    };
    const { row, primary, pairs } = bothOf([...rows, beside]);
    expect(row('peer')).toMatchObject({ title: 'openSMILE + SVM', figures: { name: 'C', wa: { mean: 1 } } });
    expect(primary).toHaveLength(1);
    expect(pairs.map(({ first, second }) => second + first)).toEqual(['BA', 'CA', 'CB']);
  });

  it('keep what stands beside out of the rows of the paper, though its folder bears the name of one', () => {
    const own = rows.filter(({ row }) => row.system !== 'attention-pooling');
    const empty = changed(rows, 'attention-pooling', { asked: false, runs: [] }).filter(
      ({ row }) => row.system === 'attention-pooling',
    );
    const row = { system: 'attention-pooling', title: 'Tool', paper: null };
    const beside = { row, asked: true, runs: ATTENTION, missing: [], diverged: [] };
    const found = figuresOf([...own, ...empty, beside], []);
    const figures = found.rows.filter(({ system }) => system === 'attention-pooling').map((one) => one.figures?.name);
    expect(figures).toEqual([undefined, 'B']);
    expect(found).toMatchObject({ primary: [], untested: expect.stringContaining('none of the pairs') });
  });
});
