import type { ConvolutionGradients, Filters } from './convolution-gradients.ts';
import * as f from './functions.ts';
import type { Graph, Tensor } from './graph.ts';
import { type Matrix, matricesOf, type Tiling, tilingOf } from './tiling.ts';

export interface SpectralConvolution {
  /** z of a sample `[1, in, h, w]`, `[1, out, h, w]` */
  readonly convolve: (x: Tensor, weight: Tensor, bias: Tensor) => Tensor;
  readonly gradients: ConvolutionGradients;
}

/**
 * Products that transforms must save: a plain convolution has so many times as many. 3 x 3 filters reach 1.2, where moving spectra about
 * costs what is saved; 5 x 7 filters reach 1.8 and take 0.7 of the time.
 */
const LEAST_GAIN = 1.5;

/** A convolution by transforms, where it is cheaper. A GPU takes the whole batch at once, which the transforms do not. */
export function spectralWhereItPays(filters: Filters, height: number): SpectralConvolution | undefined {
  const tiling = tilingOf(filters, height);
  const pays = filters.weight.graph.device === 'cpu' && tiling.gain >= LEAST_GAIN;
  return pays ? spectralConvolution(filters, height, tiling) : undefined;
}

/**
 * A convolution by discrete Fourier transforms along the height, where a sum over the taps of a column is one product for each frequency;
 * the taps of a row are summed as ever. Rows are cut into tiles that overlap (overlap-save,
 * https://en.wikipedia.org/wiki/Overlap%E2%80%93save_method). With w_a the taps of a column, N the length of a tile,
 *
 *     X_k = sum over n of x[n] e^(-2 pi i k n / N);  W_k = sum over a of w_a e^(2 pi i k a / N);  Z_k = X_k W_k
 *     z[n] = 1 / N sum over k of Z_k e^(2 pi i k n / N), n below N - taps + 1
 *
 * of which the frequencies up to N / 2 are enough. Transforms are products with matrices, and the products of all channels one grouped
 * convolution, whose groups are frequencies and whose channels are real and imaginary parts. Back, with D the transform of dz between
 * zeros, dX_k = D_k conj(W_k) and dW_k = X_k conj(D_k).
 *
 * It takes one sample at a time.
 *
 * @param filters more than one row of taps
 * @param tiling of {@link tilingOf}
 */
export function spectralConvolution(
  { weight: { shape }, padding: [top, left, , right] }: Filters,
  height: number,
  tiling: Tiling,
): SpectralConvolution {
  const [out, inputs, taps, columns] = shape as [number, number, number, number];
  const { rows, tiles, length, frequencies } = tiling;
  const matrices = matricesOf(tiling, taps);
  const overlap = taps - 1;
  const matrix = (graph: Graph, { data, shape }: Matrix) => graph.constant(data, shape);

  /** `[channels * tiles, 2 frequencies, w]` to `[1, frequencies * 2 channels, tiles, w]`. */
  const byFrequency = (x: Tensor, channels: number) => {
    const apart = f.reshape(x, [channels, tiles, frequencies, 2, -1]);
    return f.reshape(f.transpose(apart, [2, 3, 0, 1, 4]), [1, frequencies * 2 * channels, tiles, -1]);
  };
  /** The same, back. */
  const byChannel = (x: Tensor, channels: number) => {
    const apart = f.reshape(x, [frequencies, 2, channels, tiles, -1]);
    return f.reshape(f.transpose(apart, [2, 3, 0, 1, 4]), [channels * tiles, 2 * frequencies, -1]);
  };
  const spectrumOf = (x: Tensor) => {
    const padded = f.pad(x, [top, 0, tiles * rows + overlap - height - top, 0]);
    const places = range(tiles * length).map((i) => Math.floor(i / length) * rows + (i % length));
    const cut = f.reshape(tiles === 1 ? padded : f.gather(padded, places, 2), [inputs * tiles, length, -1]);
    return byFrequency(f.matmul(matrix(x.graph, matrices.forward), cut), inputs);
  };
  const gradientSpectrum = (dz: Tensor) => {
    const cut = f.reshape(f.pad(dz, [0, 0, tiles * rows - height, 0]), [out * tiles, rows, -1]);
    return byFrequency(f.matmul(matrix(dz.graph, matrices.ofGradient), cut), out);
  };
  /** Real and imaginary parts of W_k as matrices `[frequencies, 2 out, 2 in, columns]`: (r, -i) above (i, r). */
  const spectraOf = (weight: Tensor) => {
    const turned = f.transpose(weight, [0, 1, 3, 2]); // [out, in, columns, taps]
    const [real, imaginary] = [matrices.cosines, matrices.sines].map((waves) =>
      f.transpose(f.matmul(turned, matrix(weight.graph, waves)), [3, 0, 1, 2]),
    ) as [Tensor, Tensor];
    return f.concat([f.concat([real, f.neg(imaginary)], 2), f.concat([imaginary, real], 2)], 1);
  };
  const grouped = (x: Tensor, kernels: Tensor, padding: f.Padding, bias?: Tensor) =>
    f.conv(x, kernels, padding, bias, [1, 1], frequencies);

  return {
    convolve(x, weight, bias) {
      const kernels = f.reshape(spectraOf(weight), [frequencies * 2 * out, 2 * inputs, 1, columns]);
      // the same everywhere is the real part of the first frequency
      const scaled = f.mul(bias, length);
      const biases = f.padAll(scaled, [0], [frequencies * 2 * out - out]);
      const Z = grouped(spectrumOf(x), kernels, [0, left, 0, right], biases);
      const z = f.matmul(matrix(x.graph, matrices.back), byChannel(Z, out)); // [out * tiles, rows, w]
      const whole = f.reshape(z, [1, out, tiles * rows, -1]);
      return tiles * rows > height ? f.slice(whole, [2], [0], [height]) : whole;
    },
    gradients: {
      shape: [frequencies * 2 * out, columns * 2 * inputs],
      add(x, dz, sum) {
        const D = gradientSpectrum(dz);
        const X = f.pad(spectrumOf(x), [0, left, 0, right]);
        const width = dz.shape[3] as number;
        const copies = range(columns).map((b) => f.slice(X, [3], [b], [b + width]));
        const flat = f.concat(
          copies.map((copy) => f.reshape(copy, [frequencies, 2 * inputs, -1])),
          1,
        ); // [frequencies, columns * 2 in, tiles * w]
        const products = f.matmul(f.reshape(D, [frequencies, 2 * out, -1]), f.transpose(flat, [0, 2, 1]));
        return {
          sum: f.add(sum, f.reshape(products, [frequencies * 2 * out, columns * 2 * inputs])),
          inputGradient(weight) {
            const turned = f.slice(f.transpose(spectraOf(weight), [0, 2, 1, 3]), [3], [-1], [-1e6], [-1]);
            const kernels = f.reshape(turned, [frequencies * 2 * inputs, 2 * out, 1, columns]);
            const dX = grouped(D, kernels, [0, columns - 1 - left, 0, columns - 1 - right]);
            const dx = f.matmul(matrix(x.graph, matrices.whole), byChannel(dX, inputs));
            return overlapped(f.reshape(dx, [1, inputs, tiles, length, -1]));
          },
        };
      },
      finish(sum) {
        const parts = f.reshape(sum, [frequencies, 2, out, columns, 2, inputs]);
        const [rr, ri, ir, ii] = [0, 1].flatMap((d) =>
          [0, 1].map((x) => f.slice(parts, [1, 4], [d, x], [d + 1, x + 1])),
        ) as [Tensor, Tensor, Tensor, Tensor];
        const spectrum = f.concat([f.add(rr, ii), f.sub(ri, ir)], 1); // [frequencies, 2, out, columns, 1, in]
        const flat = f.reshape(spectrum, [2 * frequencies, out * columns * inputs]);
        const dw = f.reshape(f.matmul(matrix(sum.graph, matrices.taps), flat), [taps, out, columns, inputs]);
        return f.transpose(dw, [1, 3, 0, 2]);
      },
    },
  };

  /** Tiles `[1, in, tiles, length, w]` added where they overlap, and cut to the input: `[1, in, height, w]`. */
  function overlapped(dx: Tensor): Tensor {
    const whole = (part: Tensor, count: number) => f.reshape(part, [1, inputs, tiles * count, -1]);
    const end = (above: number) => height - above - tiles * rows;
    if (tiles === 1) return f.pad(whole(dx, length), [-top, 0, top + height - length, 0]);
    const own = whole(f.slice(dx, [3], [0], [rows]), rows);
    const rest = f.padAll(f.slice(dx, [3], [rows], [length]), [0, 0, 0, 0, 0], [0, 0, 0, rows - overlap, 0]);
    return f.add(f.pad(own, [-top, 0, end(-top), 0]), f.pad(whole(rest, rows), [rows - top, 0, end(rows - top), 0]));
  }
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
