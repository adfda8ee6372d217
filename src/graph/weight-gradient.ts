import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import { im2col } from './im2col.ts';
import { known } from './shapes.ts';

/** A group of filters of one shape: weights `[out, in, height, width]`, and zeros around the input; outputs are as large as inputs. */
export interface Filters {
  readonly weight: Tensor;
  readonly padding: f.Padding;
}

/** How a convolution's weight gradient is gathered from samples: a matrix that grows, and what it means at the end. */
interface WeightGradient {
  /** of the matrix */
  readonly shape: readonly [number, number];
  /** the matrix after one more sample: x `[1, in, h, w]`, dz `[1, out, h, w]` */
  readonly accumulate: (x: Tensor, dz: Tensor, sum: Tensor) => Tensor;
  /** the gradient, of the weight's shape */
  readonly finish: (sum: Tensor) => Tensor;
}

/** The cheaper of two ways to write the same sums as one matrix product, by the rows that each has to copy. */
export function weightGradient(filters: Filters): WeightGradient {
  const [out, inputs, height, width] = filters.weight.shape as [number, number, number, number];
  const copies = { shifts: inputs * width + out * height, patches: inputs * width * (1 + height) };
  return copies.shifts < copies.patches ? byShifts(filters) : byPatches(filters);
}

const rows = (x: Tensor) => f.reshape(x, [known(x.shape, 1), known(x.shape, 2) * known(x.shape, 3)]);

/**
 * dw[o, i, a, b] = sum over (y, t) of x[i, y + a - top, t + b - left] dz[o, y, t]. Moving the shift along the height from x to dz
 * leaves `width` copies of x and `height` copies of dz, where im2col needs `height * width` copies of x.
 */
function byShifts({ weight, padding: [top, left] }: Filters): WeightGradient {
  const [out, inputs, height, width] = weight.shape as [number, number, number, number];
  const shift = (x: Tensor, down: number, right: number) =>
    down || right ? f.pad(x, [down, right, -down, -right]) : x;
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  return {
    shape: [width * inputs, height * out],
    accumulate(x, dz, sum) {
      const across = f.concat(
        range(width).map((b) => shift(x, 0, left - b)),
        1,
      ); // [1, width * in, h, w]
      const down = f.concat(
        range(height).map((a) => shift(dz, a - top, 0)),
        1,
      ); // [1, height * out, h, w]
      return f.gemm(rows(across), rows(down), sum, { b: true });
    },
    finish: (sum) => f.transpose(f.reshape(sum, [width, inputs, height, out]), [3, 1, 2, 0]),
  };
}

/** The patches of x times dz. */
function byPatches({ weight, padding }: Filters): WeightGradient {
  const [out, inputs, height, width] = weight.shape as [number, number, number, number];
  const taps = inputs * height * width;
  return {
    shape: [taps, out],
    accumulate: (x, dz, sum) =>
      f.gemm(f.reshape(im2col(x, { height, width, padding }), [taps, -1]), rows(dz), sum, { b: true }),
    finish: (sum) => f.transpose(f.reshape(sum, [height, width, inputs, out]), [3, 2, 0, 1]),
  };
}
