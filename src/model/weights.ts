import { AttuneError } from '../errors.ts';
import type { Values } from '../graph/session.ts';
import { clipped } from '../text.ts';
import { checkFit, createNetwork } from './architecture.ts';
import type { SystemCheckpoint } from './checkpoint.ts';
import type { Variable } from './network.ts';

/**
 * The least and the greatest number to divide logits by. Beyond these a softmax in float32 gives nothing but 0 and 1, or equal
 * probabilities; what is fitted lies between 0.05 and 20.
 */
export const TEMPERATURES: readonly [least: number, most: number] = [0.001, 1000];

/** @throws AttuneError `usage` where it is not within {@link TEMPERATURES} */
export function checkTemperature(temperature: number): void {
  const [least, most] = TEMPERATURES;
  if (!(temperature >= least && temperature <= most))
    throw new AttuneError('usage', `expected a temperature from ${least} to ${most}, got ${temperature}`);
}

/**
 * Checks that a network can be computed: all that it tells of itself is there and of its shape, all numbers are finite, none is
 * below its least, and its temperature is one.
 *
 * @param name what errors call it
 * @throws AttuneError `checkpoint` where it cannot
 */
export function checkWeights(
  checkpoint: Pick<SystemCheckpoint, 'architecture' | 'frontEnd' | 'tensors' | 'temperature'>,
  name: string,
): void {
  const { architecture, frontEnd, tensors, temperature } = checkpoint;
  const network = of(name, () => createNetwork(architecture));
  of(name, () => checkFit(architecture, frontEnd));
  const variables = new Map([...network.parameters, ...network.statistics]);
  for (const [tensor, { shape }] of variables)
    checkShape(tensors[tensor], { tensor, shape, name, network: network.name });
  for (const [tensor, values] of Object.entries(tensors)) checkNumbers(values, variables.get(tensor), tensor, name);
  if (temperature !== undefined) of(name, () => checkTemperature(temperature));
}

/** What fails is told of the checkpoint. */
function of<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof AttuneError)) throw cause;
    throw new AttuneError('checkpoint', `${name}: ${cause.message}. Give one that a run of Attune wrote.`, { cause });
  }
}

interface Place {
  readonly tensor: string;
  readonly shape: readonly number[];
  readonly name: string;
  readonly network: string;
}

function checkShape(found: Values | undefined, { tensor, shape, name, network }: Place): void {
  const expected = `float32 [${shape}]`;
  const got = found ? `${found.data instanceof Float32Array ? 'float32' : 'int64'} [${found.shape}]` : 'none';
  if (got !== expected)
    throw new AttuneError(
      'checkpoint',
      `${name}: expected ${tensor} to be ${expected} for ${network}, got ${got}. Give a checkpoint of this network.`,
    );
}

function checkNumbers({ data }: Values, variable: Variable | undefined, tensor: string, name: string): void {
  if (!(data instanceof Float32Array)) return;
  const { least = Number.NEGATIVE_INFINITY } = variable ?? {};
  const at = data.findIndex((value) => !Number.isFinite(value) || value < least);
  if (at >= 0)
    throw new AttuneError(
      'checkpoint',
      `${name}: expected finite numbers${Number.isFinite(least) ? ` of ${least} or more` : ''} in ${clipped(tensor)}, got ${data[at]} at ${at}. The file is damaged, or its training has diverged; give another.`,
    );
}

/**
 * Checks what a network said: finite weights may still be so large that their sums are not.
 *
 * @param what of which sound, such as `the segment at 1.20 s`
 * @throws AttuneError `checkpoint` where a number is not finite
 */
export function checkOutput({ data }: Values, what: string): void {
  for (const value of data as Float32Array)
    if (!Number.isFinite(value))
      throw new AttuneError(
        'checkpoint',
        `the network says ${value} of ${what}, where finite numbers were expected: its weights are too large; the file is damaged, or its training has diverged. Give another checkpoint.`,
      );
}
