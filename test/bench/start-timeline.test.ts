import { describe, expect, it } from 'vitest';
import {
  firstFold,
  type Moment,
  medianStart,
  type Start,
  slowness,
  startOf,
  stepsOf,
} from '../../bench/start/timeline.ts';

const COMMAND = 1;
const FIRST = 3;
const SECOND = 2;

/** Two folds; the second one is ahead of the first by its first step. Told in the order in which messages may arrive. */
const MOMENTS: readonly Moment[] = [
  { name: 'loaded', at: 1_200, process: COMMAND },
  { name: 'fold-forked', at: 1_700, process: FIRST },
  { name: 'fold-forked', at: 1_710, process: SECOND },
  { name: 'loaded', at: 1_720, process: SECOND },
  { name: 'fold-started', at: 1_800, process: SECOND },
  { name: 'graph-built', at: 1_810, process: SECOND },
  { name: 'session-loaded', at: 1_900, process: SECOND },
  { name: 'step-done', at: 4_000, process: SECOND, trained: 0.25 },
  { name: 'step-done', at: 5_000, process: FIRST, trained: 64 / 360 },
  { name: 'fold-started', at: 1_850, process: FIRST },
  { name: 'graph-built', at: 1_880, process: FIRST },
  { name: 'session-loaded', at: 2_000, process: FIRST },
  { name: 'step-done', at: 7_500, process: FIRST, trained: 128 / 360 },
  { name: 'step-done', at: 9_500, process: FIRST, trained: 180 / 360 }, // the first of two epochs ends
  { name: 'step-done', at: 11_500, process: FIRST, trained: 244 / 360 },
];

describe('a start', () => {
  it('is split at the moments of the fold that was forked first', () => {
    const { start_s, parts, steps_s } = startOf(1_000, MOMENTS);
    expect(start_s).toBe(4);
    expect(parts).toEqual({ process_s: 0.2, corpus_s: 0.5, fold_s: 0.15, graph_s: 0.03, session_s: 0.12, step_s: 3 });
    expect(steps_s).toEqual([[3, 2.5, 2], [2]]);
  });

  it('is made up of its parts and nothing else', () => {
    const { start_s, parts } = startOf(1_000, MOMENTS);
    expect(Object.values(parts).reduce((sum, part) => sum + part)).toBeCloseTo(start_s, 12);
  });

  it('names the moment that is missing', () => {
    const without = MOMENTS.filter(({ name, process }) => !(name === 'session-loaded' && process === FIRST));
    expect(() => startOf(1_000, without)).toThrow(/never told of session-loaded/);
  });

  it('counts the steps of its own fold alone', () => {
    expect(stepsOf(MOMENTS).map(({ epoch }) => epoch)).toEqual([1, 1, 1, 2]);
  });

  it('has no first fold before one is forked', () => {
    expect(stepsOf(MOMENTS.slice(0, 1))).toEqual([]);
    expect(firstFold(MOMENTS.slice(0, 1))).toBeUndefined();
    expect(firstFold(MOMENTS)).toBe(FIRST);
  });
});

describe('of several starts', () => {
  const start = (start_s: number, ...steps_s: number[][]): Start => ({ ...startOf(1_000, MOMENTS), start_s, steps_s });

  it('the middle one by time is taken whole', () => {
    const middle = start(4.5, [3]);
    expect(medianStart([start(9, [1]), middle, start(4, [2])])).toBe(middle);
  });

  it('slow first steps are told against later ones of their epoch, and against the next epoch', () => {
    const ratios = slowness(start(5, [6, 5, 2, 4, 18, 1], [7, 1, 2.5, 2]));
    expect(ratios.of_first_epoch).toEqual({ first: 1.5, second: 1.25 }); // median of 2, 4 and 18
    expect(ratios.of_second_epoch).toEqual({ first: 3, second: 2.5, later: 2 }); // median of 1, 2.5 and 2
  });
});
