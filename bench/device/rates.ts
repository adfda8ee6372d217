import { median, round } from '../figures.ts';
import type { Timing } from '../measurements.ts';
import type { Outcome } from '../race/peer.ts';

/** Runs that count for nothing: the first compile shaders or choose algorithms, and take memory. */
export const WARM_UP = 3;

interface Rate {
  /** of the median run */
  readonly segments_per_s: number;
  /** of the process: the GPU's own memory is not in it */
  readonly peak_rss_mb: number;
}

/** What one batch size gives, or why it gives nothing. */
export interface DeviceRates {
  readonly batch: number;
  readonly training: Rate | { readonly failed: string };
  readonly inference: Rate | { readonly failed: string };
}

/** Measures each batch size in turn; `measure` times `WARM_UP` runs and more. */
export async function ratesOf(
  batches: readonly number[],
  measure: (what: 'training' | 'inference', batch: number) => Promise<Outcome>,
): Promise<DeviceRates[]> {
  const rates: DeviceRates[] = [];
  for (const batch of batches)
    rates.push({
      batch,
      training: rateOf(batch, await measure('training', batch)),
      inference: rateOf(batch, await measure('inference', batch)),
    });
  return rates;
}

const rateOf = (batch: number, outcome: Timing | { readonly failed: string }): DeviceRates['training'] =>
  'failed' in outcome
    ? { failed: outcome.failed }
    : {
        segments_per_s: round(batch / median(outcome.seconds.slice(WARM_UP))),
        peak_rss_mb: Math.round(outcome.peakRssMb),
      };
