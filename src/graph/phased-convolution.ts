import { convolveBack, type Filters } from './convolution-gradients.ts';
import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import type { PooledConvolution } from './pooled-convolution.ts';

/** The places within a 2x2 window, (down, right). */
const PHASES = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/**
 * A convolution before a 2x2 pool with its output in four phases, one for each place in the window: a convolution of stride 2 with
 * four copies of each filter, shifted by that place,
 *
 *     z[(d, r), o, i, j] = sum over (a, b) of w[o, a - d, b - r] x[2 i + a - top, 2 j + b - left]
 *
 * The maximum of a window, and the way back from it, are then element-wise operations of four long rows, and the weight gradient
 * needs a quarter of the patches. The price is the zeros in the larger kernels, (rows + 1) (columns + 1) taps instead of
 * rows columns; with one input channel this is less than what is saved.
 *
 * @param filters of one input channel, `[out, 1, rows, columns]`
 * @param height of x, even
 * @param width of x, even
 */
export function phasedConvolution({ weight, padding }: Filters, height: number, width: number): PooledConvolution {
  const [out, , rows, columns] = weight.shape as [number, 1, number, number];
  const [top, left, , right] = padding;
  const [h, w] = [height / 2, width / 2]; // of a phase
  const asRow = (maps: Tensor) => f.reshape(maps, [0, 1, out * h * w]);

  // the patches of x as [n, taps, h w]: first the columns of each row, by a convolution that only copies, then the rows by their index
  const rowPairs = Math.ceil((rows + 1) / 2);
  const paddedRows = h + rowPairs - 1; // pairs
  const copies = 2 * (columns + 1); // of x: by column of the kernel, by row within a pair
  const taps = copies * rowPairs;
  return {
    copies: 4,
    convolve: (x, weight, bias) =>
      f.conv(x, shiftedFilters(weight), padding, f.concat([bias, bias, bias, bias], 0), [2, 2]),
    pool(z) {
      const apart = PHASES.map((_, phase) => f.slice(z, [1], [phase * out], [(phase + 1) * out]));
      return apart.reduce(f.maximum); // [n, out, h, w]; ReduceMax over four rows takes four times as long
    },
    maxima: (z, pooled, compare) => compare(f.reshape(z, [0, 4, out * h * w]), asRow(pooled)),
    unpool(gradient, maxima) {
      const ties = f.matmul(maxima.graph.constant([1, 1, 1, 1], [1, 4]), maxima); // [n, 1, out h w]
      return f.reshape(f.mul(maxima, f.div(asRow(gradient), ties)), [0, 4 * out, h, w]);
    },
    gradients: {
      shape: [taps, 4 * out],
      add(x, dz, sum) {
        const perColumn = f.conv(
          x,
          copyColumns(x, columns),
          [top, left, 2 * paddedRows - height - top, right],
          undefined,
          [2, 2],
        );
        const indices = range(rowPairs).flatMap((first) => range(h).map((i) => first + i));
        const patches = f.gather(perColumn, indices, 2);
        return {
          sum: f.addProducts(f.reshape(patches, [0, taps, h * w]), f.reshape(dz, [0, 4 * out, h * w]), sum),
          inputGradient(kernels) {
            const apart = f.reshape(dz, [0, 2, 2, out, h, w]);
            const whole = f.reshape(f.transpose(apart, [0, 3, 4, 1, 5, 2]), [0, out, height, width]);
            return convolveBack(whole, kernels, padding);
          },
        };
      },
      finish(sum) {
        const byTap = f.reshape(sum, [columns + 1, 2, rowPairs, 4, out]); // b, a % 2, (a - a % 2) / 2
        const kernels = f.reshape(f.transpose(byTap, [3, 4, 2, 1, 0]), [4, out, 2 * rowPairs, columns + 1]);
        const shifted = PHASES.map(([down, across], phase) =>
          f.slice(kernels, [0, 2, 3], [phase, down, across], [phase + 1, down + rows, across + columns]),
        );
        return f.reshape(shifted.reduce(f.add), [out, 1, rows, columns]);
      },
    },
  };
}

/** Four copies of filters, shifted within a kernel that is larger by one: `[4 * out, in, height + 1, width + 1]`. */
const shiftedFilters = (weight: Tensor): Tensor =>
  f.concat(
    PHASES.map(([down, across]) => f.pad(weight, [down, across, 1 - down, 1 - across])),
    0,
  );

/** Kernels `[2 (columns + 1), 1, 2, columns + 1]` that copy one element each: for a convolution of stride 2. */
function copyColumns(x: Tensor, columns: number): Tensor {
  const kernel = 2 * (columns + 1);
  const copies = range(columns + 1).flatMap((b) => [0, 1].map((a) => a * (columns + 1) + b));
  const ones = copies.flatMap((place) => range(kernel).map((i) => (i === place ? 1 : 0)));
  return x.graph.constant(ones, [kernel, 1, 2, columns + 1]);
}
