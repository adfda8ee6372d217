import { AttuneError } from '../src/errors.ts';
import { BATCH, median, TRAIN_BATCH } from './figures.ts';
import type { Timing } from './measurements.ts';
import type { Outcome } from './peer.ts';
import type { Allocator, Discipline, Variant } from './variants.ts';

/** PyTorch run in one way. */
export interface Contestant {
  readonly variant: Variant;
  readonly allocator: Allocator;
}

/** How a contestant did where all were tried once. */
export interface Tried extends Contestant {
  readonly outcomes: Partial<Readonly<Record<Discipline, Outcome>>>;
}

const SEGMENTS: Record<Discipline, number> = { train: TRAIN_BATCH, infer1: 1, infer16: BATCH };

/** Segments a second, of the median repetition. */
export const rateOf = (discipline: Discipline, { seconds }: Pick<Timing, 'seconds'>) =>
  SEGMENTS[discipline] / median(seconds);

const rateIn = (discipline: Discipline, { outcomes }: Tried) => {
  const outcome = outcomes[discipline];
  return outcome && 'seconds' in outcome ? rateOf(discipline, outcome) : 0;
};

/**
 * Those who can do a discipline, the fastest first.
 *
 * @throws AttuneError `run` where none of them works
 */
export function fastest(tried: readonly Tried[], discipline: Discipline): [Tried, ...Tried[]] {
  const working = tried.filter((one) => rateIn(discipline, one) > 0);
  const [first, ...others] = working.sort((a, b) => rateIn(discipline, b) - rateIn(discipline, a));
  if (first) return [first, ...others];
  const reasons = new Set(
    tried
      .map(({ outcomes }) => outcomes[discipline])
      .filter((outcome) => outcome && 'failed' in outcome)
      .map((outcome) => (outcome as { failed: string }).failed),
  );
  throw new AttuneError('run', `PyTorch failed in every variant of ${discipline}: ${[...reasons].join('; ')}`);
}

/** A contestant with the repetitions of another trial of one discipline; failures in it are passed over. */
export function triedAgain(one: Tried, discipline: Discipline, again: Outcome): Tried {
  const before = one.outcomes[discipline]!;
  if (!('seconds' in before && 'seconds' in again)) return one;
  const seconds = [...before.seconds, ...again.seconds];
  const peakRssMb = Math.max(before.peakRssMb, again.peakRssMb);
  return { ...one, outcomes: { ...one.outcomes, [discipline]: { seconds, peakRssMb } } };
}

/** What one side did in each pair. */
export interface Lap {
  readonly segmentsPerSecond: number;
  readonly peakRssMb: number;
}

/** How many times as fast `ours` is, pair by pair. */
export function ratiosOf(ours: readonly Lap[], theirs: readonly Lap[]) {
  const each = ours.map(({ segmentsPerSecond }, i) => segmentsPerSecond / theirs[i]!.segmentsPerSecond);
  return { each, median: median(each), min: Math.min(...each), max: Math.max(...each) };
}
