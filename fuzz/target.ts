import { AttuneError } from '../src/errors.ts';
import type { Random } from '../src/random.ts';

/** One input, and what is done with it. */
export interface Trial {
  /** what the input was made from */
  readonly seed: string;
  readonly input: Uint8Array;
  /**
   * @returns whether the input was taken, or refused by an error that names it
   * @throws what should not have happened
   */
  run(): Promise<'taken' | 'refused'>;
}

/** A way into Attune by which strangers' bytes come. */
export interface Target {
  readonly name: string;
  /** how many of all inputs it gets, beside the others' weights */
  readonly weight: number;
  /** Makes ready what its trials share, in a folder of its own. */
  prepare(folder: string, settings: Settings): Promise<(random: Random) => Trial>;
}

export interface Settings {
  /** folder of sound files to begin from; absent: only those made here */
  readonly audio: string | undefined;
  /** a finished run to begin from */
  readonly run: string;
}

/** What a target was caught doing, other than crashing. */
export class Fault extends Error {}

/**
 * Runs `work` on an input called `name`. Errors must be Attune's own, on one line and name the input, so that somebody who gave a thousand of
 * them finds the one.
 */
export async function takenOrRefused(name: string, work: () => Promise<unknown>): Promise<'taken' | 'refused'> {
  let result: unknown;
  try {
    result = await work();
  } catch (error) {
    if (!(error instanceof AttuneError)) throw error;
    if (!error.message.includes(name)) throw new Fault(`an error that does not name ${name}: ${error.message}`);
    if (error.message.length > 2_000) throw new Fault(`an error of ${error.message.length} characters`);
    return 'refused';
  }
  refuseNonFinite(result, 'the result');
  return 'taken';
}

/** Looks for numbers that are not finite, wherever they stand in a value. */
function refuseNonFinite(value: unknown, at: string): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Fault(`${at} is ${value}`);
  if (ArrayBuffer.isView(value)) {
    const wrong = value instanceof Float32Array ? value.findIndex((number) => !Number.isFinite(number)) : -1;
    if (wrong >= 0) throw new Fault(`${at}[${wrong}] is ${(value as Float32Array)[wrong]}`);
  } else if (value !== null && typeof value === 'object')
    for (const [key, inner] of Object.entries(value)) refuseNonFinite(inner, `${at}.${key}`);
}
