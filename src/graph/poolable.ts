import { AttuneError } from '../errors.ts';
import type { Filters } from './convolution-gradients.ts';
import { phasedConvolution } from './phased-convolution.ts';
import { type PooledConvolution, wholeConvolution } from './pooled-convolution.ts';

/**
 * The cheaper form of a convolution before a pool: the four phases pay where they enlarge little work, with one input channel.
 *
 * @throws AttuneError `graph` where a side is odd, so that the pool does not divide it
 */
export function poolable(filters: Filters, pool: boolean, height: number, width: number): PooledConvolution {
  if (pool && (height % 2 || width % 2))
    throw new AttuneError(
      'graph',
      `a 2x2 max-pool needs even sides, got ${height} x ${width}; pool after fewer layers`,
    );
  return pool && filters.weight.shape[1] === 1
    ? phasedConvolution(filters, height, width)
    : wholeConvolution(filters, pool, height, width);
}
