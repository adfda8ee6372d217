import { AttuneError } from '../../src/errors.ts';
import type { Device } from '../../src/graph/graph.ts';
import { BATCH } from '../figures.ts';
import { attuneRuns, type DeviceOutcome } from './runs.ts';

const STEPS = 10;
const LIMIT = 1e-3;

/** Losses on a device beside the CPU's, step by step from the same weights on the same batch. */
export interface LossComparison {
  /** segments a step */
  readonly batch: number;
  readonly cpu: readonly number[];
  readonly device: readonly number[];
  readonly largest_difference: number;
  /** the largest difference that passes */
  readonly limit: number;
  readonly pass: boolean;
}

/**
 * Ten steps of training on a device, each from the state before it.
 *
 * @throws AttuneError `usage` where the device is not there; `graph` where it cannot run the step
 */
export async function deviceLosses(device: Device, threads: number): Promise<readonly number[]> {
  return lossesOf(await attuneRuns({ what: 'training', device, threads, batch: BATCH, runs: STEPS }));
}

export function compareLosses(device: readonly number[], cpu: readonly number[]): LossComparison {
  const differences = cpu.map((loss, step) => Math.abs(loss - device[step]!));
  const largest = Math.max(...differences); // NaN where a loss is none
  return { batch: BATCH, cpu, device, largest_difference: largest, limit: LIMIT, pass: largest <= LIMIT };
}

function lossesOf(outcome: DeviceOutcome): readonly number[] {
  if ('failed' in outcome) throw new AttuneError(outcome.code ?? 'run', outcome.failed);
  return outcome.losses;
}
