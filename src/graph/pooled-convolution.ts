import { type ConvolutionGradients, convolutionGradients, type Filters } from './convolution-gradients.ts';
import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import { type SpectralConvolution, spectralWhereItPays } from './spectral-convolution.ts';

/**
 * How one group of filters is convolved, pooled and differentiated, sample by sample. z, the convolution's output, may hold its
 * positions in any layout that all of these agree on.
 */
export interface PooledConvolution {
  /** z has `copies * out` channels; those of one filter are `out` apart */
  readonly copies: number;
  /** z of samples `[n, in, h, w]` */
  readonly convolve: (x: Tensor, weight: Tensor, bias: Tensor) => Tensor;
  /** the maximum of each window of z, `[n, out, h / 2, w / 2]`; z itself where nothing is pooled */
  readonly pool: (z: Tensor) => Tensor;
  /** where z is the maximum of its window, as `compare` says it of z and the pooled z, which is nowhere below; only where it is pooled */
  readonly maxima: (z: Tensor, pooled: Tensor, compare: (z: Tensor, pooled: Tensor) => Tensor) => Tensor;
  /** a gradient of the pooled z sent to the maxima, which are 1 where all else is 0; equal maxima of a window share it */
  readonly unpool: (gradient: Tensor, maxima: Tensor) => Tensor;
  readonly gradients: ConvolutionGradients;
}

/** z `[n, out, h, w]` as the convolution has it. An odd last row, or column, lies in no window of the pool. */
export function wholeConvolution(filters: Filters, pool: boolean, height: number, width: number): PooledConvolution {
  const odd = [height % 2, width % 2] as const;
  const framed = (x: Tensor, [bottom, right]: readonly [number, number]) =>
    bottom || right ? f.pad(x, [0, 0, bottom, right]) : x;
  return {
    copies: 1,
    pool: (z) => (pool ? f.maxPool(z) : z),
    maxima: (z, pooled, compare) => compare(framed(z, [-odd[0], -odd[1]]), f.upsample(pooled)),
    unpool: (gradient, maxima) =>
      framed(f.mul(maxima, f.upsample(f.div(gradient, f.mul(f.averagePool(maxima), 4)))), odd),
    ...convolutionOf(filters, height, width),
  };
}

/** The cheaper form of a convolution alone. */
const convolutionOf = (filters: Filters, height: number, width: number): SpectralConvolution =>
  spectralWhereItPays(filters, height, width) ?? {
    convolve: (x, weight, bias) => f.conv(x, weight, filters.padding, bias),
    gradients: convolutionGradients(filters),
  };
