import type { ConvolutionGradients, Filters } from './convolution-gradients.ts';
import { byFourier, type Matrix } from './fourier.ts';
import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import { type Tiling, tilingOf } from './tiling.ts';

export interface SpectralConvolution {
  /** z of a sample `[1, in, h, w]`, `[1, out, h, w]` */
  readonly convolve: (x: Tensor, weight: Tensor, bias: Tensor) => Tensor;
  readonly gradients: ConvolutionGradients;
}

/** How much cheaper it must be: 5 x 7 filters reach 1.9 and take 0.7 of the time, 3 x 3 filters reach 1.6 and gain nothing to speak of. */
const LEAST_GAIN = 1.7;

/** A convolution by transforms, where it is cheaper. A GPU takes the whole batch at once, which the transforms do not. */
export function spectralWhereItPays(filters: Filters, height: number, width: number): SpectralConvolution | undefined {
  const tiling = tilingOf(filters, height, width);
  const pays = filters.weight.graph.device === 'cpu' && tiling.gain >= LEAST_GAIN;
  return pays ? spectralConvolution(filters, height, tiling) : undefined;
}

/**
 * A convolution by discrete Fourier transforms along the height, where the sum over the taps of a column is a few products
 * ({@link byFourier}); the taps of a row are summed as ever. Rows are cut into tiles that overlap (overlap-save,
 * https://en.wikipedia.org/wiki/Overlap%E2%80%93save_method).
 *
 * Transforms are products with matrices F of the input, T of the taps and B of the output. What is multiplied between them, for all
 * channels at once, is a convolution whose groups are the products. With ' for a matrix that is turned,
 *
 *     z = B ((T w) * (F x));  dx = F' ((T w)' * (B' dz));  dw = T' ((F x) * (B' dz))
 *
 * It takes one sample at a time.
 */
export function spectralConvolution(
  { weight: { shape }, padding: [top, left, , right] }: Filters,
  height: number,
  { rows, tiles, length }: Tiling,
): SpectralConvolution {
  const [out, inputs, taps, columns] = shape as [number, number, number, number];
  const { products, forward, taps: ofTaps, back } = byFourier(length, taps);
  const overlap = taps - 1;
  const grouped = (x: Tensor, kernels: Tensor, padding: f.Padding, bias?: Tensor) =>
    f.conv(x, kernels, padding, bias, [1, 1], products);

  /** `[channels * tiles, rows, w]` by a matrix, and the products apart: `[1, products * channels, tiles, w]`. */
  const transformed = (x: Tensor, channels: number, matrix: Matrix) => {
    const apart = f.reshape(f.matmul(constant(x, matrix), x), [channels, tiles, products, -1]);
    return f.reshape(f.transpose(apart, [2, 0, 1, 3]), [1, products * channels, tiles, -1]);
  };
  /** The same, back: `[channels, tiles, rows, w]`. */
  const restored = (x: Tensor, channels: number, matrix: Matrix) => {
    const apart = f.transpose(f.reshape(x, [products, channels, tiles, -1]), [1, 2, 0, 3]);
    return f.matmul(constant(x, matrix), apart);
  };
  const spectrumOf = (x: Tensor) => {
    const padded = f.pad(x, [top, 0, tiles * rows + overlap - height - top, 0]);
    const places = range(tiles * length).map((i) => Math.floor(i / length) * rows + (i % length));
    const cut = tiles === 1 ? padded : f.gather(padded, places, 2);
    return transformed(f.reshape(cut, [inputs * tiles, length, -1]), inputs, forward);
  };
  /** `[products, out, in, columns]` */
  const kernelsOf = (weight: Tensor) =>
    f.transpose(f.matmul(f.transpose(weight, [0, 1, 3, 2]), constant(weight, turned(ofTaps))), [3, 0, 1, 2]);

  return {
    convolve(x, weight, bias) {
      const kernels = f.reshape(kernelsOf(weight), [products * out, inputs, 1, columns]);
      const biases = f.padAll(f.mul(bias, length), [0], [(products - 1) * out]); // the first product is of sums
      const z = restored(grouped(spectrumOf(x), kernels, [0, left, 0, right], biases), out, back);
      const whole = f.reshape(z, [1, out, tiles * rows, -1]);
      return tiles * rows > height ? f.slice(whole, [2], [0], [height]) : whole;
    },
    gradients: {
      shape: [products * out, columns * inputs],
      add(x, dz, sum) {
        const cut = f.reshape(f.pad(dz, [0, 0, tiles * rows - height, 0]), [out * tiles, rows, -1]);
        const ofOutput = transformed(cut, out, turned(back));
        const ofInput = f.reshape(f.pad(spectrumOf(x), [0, left, 0, right]), [products, inputs, tiles, -1]);
        const width = dz.shape[3] as number;
        const copies = f.concat(
          range(columns).map((b) => f.slice(ofInput, [3], [b], [b + width])),
          1,
        ); // [products, columns * in, tiles, w]
        const rowsOf = (y: Tensor) => f.reshape(y, [products, -1, tiles * width]);
        const added = f.matmul(rowsOf(ofOutput), f.transpose(rowsOf(copies), [0, 2, 1]));
        return {
          sum: f.add(sum, f.reshape(added, [products * out, columns * inputs])),
          inputGradient(weight) {
            const mirrored = f.slice(f.transpose(kernelsOf(weight), [0, 2, 1, 3]), [3], [-1], [-1e6], [-1]);
            const kernels = f.reshape(mirrored, [products * inputs, out, 1, columns]);
            const padding = [0, columns - 1 - left, 0, columns - 1 - right] as const;
            return overlapped(restored(grouped(ofOutput, kernels, padding), inputs, turned(forward)));
          },
        };
      },
      finish(sum) {
        const flat = f.reshape(sum, [products, out * columns * inputs]);
        const dw = f.reshape(f.matmul(constant(sum, turned(ofTaps)), flat), [taps, out, columns, inputs]);
        return f.transpose(dw, [1, 3, 0, 2]);
      },
    },
  };

  /** Tiles `[in, tiles, length, w]` added where they overlap, and cut to the input: `[1, in, height, w]`. */
  function overlapped(dx: Tensor): Tensor {
    const whole = (part: Tensor, count: number) => f.reshape(part, [1, inputs, tiles * count, -1]);
    const end = (above: number) => height - above - tiles * rows;
    if (tiles === 1) return f.pad(whole(dx, length), [-top, 0, top + height - length, 0]);
    const own = whole(f.slice(dx, [2], [0], [rows]), rows);
    const rest = whole(f.pad(f.slice(dx, [2], [rows], [length]), [0, 0, rows - overlap, 0]), rows);
    return f.add(f.pad(own, [-top, 0, end(-top), 0]), f.pad(rest, [rows - top, 0, end(rows - top), 0]));
  }
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const constant = ({ graph }: Tensor, { data, shape }: Matrix) => graph.constant(data, shape);

const turned = ({ data, shape: [rows, columns] }: Matrix): Matrix => ({
  data: Float32Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!),
  shape: [columns, rows],
});
