import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import { im2col } from './im2col.ts';
import { known } from './shapes.ts';

/** A group of filters of one shape: weights `[out, in, height, width]`, and zeros around the input; outputs are as large as inputs. */
export interface Filters {
  readonly weight: Tensor;
  readonly padding: f.Padding;
}

/** The gradients of a convolution z = conv(x, w), sample by sample; that of the weights grows in a matrix. */
export interface ConvolutionGradients {
  /** of the matrix */
  readonly shape: readonly [number, number];
  /** one more sample, or n at once: x `[n, in, h, w]` and dz, which is like z */
  readonly add: (x: Tensor, dz: Tensor, sum: Tensor) => { sum: Tensor; inputGradient: (weight: Tensor) => Tensor };
  /** the weight's gradient, of its shape, from the sum over all samples */
  readonly finish: (sum: Tensor) => Tensor;
}

/** The cheaper of two ways to write the same sums as one matrix product, by the rows that each has to copy. */
export function convolutionGradients(filters: Filters): ConvolutionGradients {
  const [out, inputs, height, width] = filters.weight.shape as [number, number, number, number];
  const copies = { shifts: inputs * width + out * height, patches: inputs * width * (1 + height) };
  return copies.shifts < copies.patches ? byShifts(filters) : byPatches(filters);
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
/** `[n, ...]` as n matrices of `count` rows. */
const rows = (x: Tensor, count: number) => f.reshape(x, [0, count, -1]);

/**
 * dw[o, i, a, b] = sum over (y, t) of x[i, y + a - top, t + b - left] dz[o, y, t], and
 * dx[i, y, t] = sum over (o, a, b) of w[o, i, a, b] dz[o, y - a + top, t - b + left].
 *
 * Both take dz in `height` copies, each some rows further down between zeros, as a matrix `[out height, (h + height - 1) w]`: the
 * first times `width` copies of x shifted sideways, the second times w, which leaves `width` maps to be shifted sideways and added.
 * im2col would need `height width` copies of x, and as many of dz.
 */
function byShifts({ weight, padding: [top, left, bottom] }: Filters): ConvolutionGradients {
  const [out, inputs, height, width] = weight.shape as [number, number, number, number];
  return {
    shape: [width * inputs, out * height],
    add(x, dz, sum) {
      const down = f.concat(
        range(height).flatMap((a) => betweenZeros(dz, a, height - 1 - a)),
        2,
      ); // [n, out, height * (h + height - 1), w]
      const copies = rows(down, out * height);
      const across = f.concat(
        range(width).map((b) => f.pad(x, [top, left - b, bottom, b - left])),
        1,
      ); // [n, width * in, h + height - 1, w]
      return {
        sum: f.addProducts(rows(across, width * inputs), copies, sum),
        inputGradient(w) {
          const mixed = f.matmul(f.reshape(f.transpose(w, [3, 1, 0, 2]), [width * inputs, out * height]), copies);
          const maps = f.reshape(mixed, [0, width * inputs, known(dz.shape, 2) + height - 1, known(dz.shape, 3)]);
          return range(width)
            .map((b) => f.pad(maps, [-top, b - left, -bottom, left - b], [-b * inputs, (b + 1 - width) * inputs]))
            .reduce(f.add);
        },
      };
    },
    finish: (sum) => f.transpose(f.reshape(sum, [width, inputs, out, height]), [2, 1, 3, 0]),
  };
}

/** Pieces that joined along the height are `[n, channels, h, w]` between rows of zeros. One sample is copied once, not twice. */
function betweenZeros(x: Tensor, above: number, below: number): Tensor[] {
  const [n, channels, , width] = x.shape;
  if (n !== 1) return [f.pad(x, [above, 0, below, 0])];
  const zeros = (count: number) => {
    const shape = [1, channels as number, count, width as number];
    return count ? [x.graph.constant(new Float32Array(shape.reduce((a, b) => a * b)), shape)] : [];
  };
  return [...zeros(above), x, ...zeros(below)];
}

/** The patches of x times dz, and dz convolved back. */
function byPatches({ weight, padding }: Filters): ConvolutionGradients {
  const [out, inputs, height, width] = weight.shape as [number, number, number, number];
  const taps = inputs * height * width;
  return {
    shape: [taps, out],
    add: (x, dz, sum) => ({
      sum: f.addProducts(im2col(x, { height, width, padding }), rows(dz, out), sum),
      inputGradient: (w) => convolveBack(dz, w, padding),
    }),
    finish: (sum) => f.transpose(f.reshape(sum, [height, width, inputs, out]), [3, 2, 0, 1]),
  };
}

/** The convolution's gradient with respect to its input: dz correlated with the kernels turned by 180 degrees. */
export function convolveBack(dz: Tensor, weight: Tensor, [top, left, bottom, right]: f.Padding): Tensor {
  const [, , height, width] = weight.shape as [number, number, number, number];
  const turned = f.slice(f.transpose(weight, [1, 0, 2, 3]), [2, 3], [-1, -1], [-1e6, -1e6], [-1, -1]);
  return f.conv(dz, turned, [height - 1 - top, width - 1 - left, height - 1 - bottom, width - 1 - right]);
}
