import { AttuneError } from '../../src/errors.ts';
import { BATCH, median, TRAIN_BATCH } from '../figures.ts';
import type { Timing } from '../measurements.ts';
import type { Allocator, Event, Variant } from '../variants.ts';
import type { Outcome } from './peer.ts';

/** PyTorch run in one way. */
export interface Contestant {
  readonly variant: Variant;
  readonly allocator: Allocator;
}

/** How a contestant did where all were tried once. */
export interface Tried extends Contestant {
  readonly outcomes: Partial<Readonly<Record<Event, Outcome>>>;
}

/** Of a repetition. */
const SEGMENTS: Record<Event, number> = { train: TRAIN_BATCH, infer1: 1, infer16: BATCH, together: TRAIN_BATCH };

/** Segments a second, of the median repetition. */
export const rateOf = (event: Event, { seconds }: Pick<Timing, 'seconds'>) => SEGMENTS[event] / median(seconds);

const rateIn = (event: Event, { outcomes }: Tried) => {
  const outcome = outcomes[event];
  return outcome && 'seconds' in outcome ? rateOf(event, outcome) : 0;
};

/**
 * Those who can take part in an event, the fastest first.
 *
 * @throws AttuneError `run` where none of them works
 */
export function fastest(tried: readonly Tried[], event: Event): [Tried, ...Tried[]] {
  const working = tried.filter((one) => rateIn(event, one) > 0);
  const [first, ...others] = working.sort((a, b) => rateIn(event, b) - rateIn(event, a));
  if (first) return [first, ...others];
  const reasons = new Set(
    tried
      .map(({ outcomes }) => outcomes[event])
      .filter((outcome) => outcome && 'failed' in outcome)
      .map((outcome) => (outcome as { failed: string }).failed),
  );
  throw new AttuneError('run', `PyTorch failed in every variant of ${event}: ${[...reasons].join('; ')}`);
}

/** A contestant with the repetitions of another trial of one event; failures are passed over where there are others. */
export function triedAgain(one: Tried, event: Event, again: Outcome): Tried {
  const before = one.outcomes[event];
  const outcome = before ? joined(before, again) : again;
  return { ...one, outcomes: { ...one.outcomes, [event]: outcome } };
}

function joined(before: Outcome, again: Outcome): Outcome {
  if ('failed' in again) return before;
  if ('failed' in before) return again;
  const peakRssMb = Math.max(before.peakRssMb, again.peakRssMb);
  return { seconds: [...before.seconds, ...again.seconds], peakRssMb };
}

export const nameOf = ({ variant: { layout, mode }, allocator }: Contestant) =>
  `${layout === 'channels_last' ? 'channels-last' : 'contiguous'}, ${mode}, ${allocator.name}`;

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
