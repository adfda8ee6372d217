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

/**
 * The fastest in a discipline.
 *
 * @throws AttuneError `run` where none of them works
 */
export function bestOf(tried: readonly Tried[], discipline: Discipline): Tried {
  const rate = ({ outcomes }: Tried) => {
    const outcome = outcomes[discipline];
    return outcome && 'seconds' in outcome ? rateOf(discipline, outcome) : 0;
  };
  const best = tried.reduce((a, b) => (rate(b) > rate(a) ? b : a));
  if (rate(best) > 0) return best;
  const reasons = new Set(
    tried
      .map(({ outcomes }) => outcomes[discipline])
      .filter((outcome) => outcome && 'failed' in outcome)
      .map((outcome) => (outcome as { failed: string }).failed),
  );
  throw new AttuneError('run', `PyTorch failed in every variant of ${discipline}: ${[...reasons].join('; ')}`);
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
