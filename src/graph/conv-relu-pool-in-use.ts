import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import type { Values } from './session.ts';

/** Channels that ONNX Runtime convolves together on processors with AVX-512; it fills up what is left with zeros. */
const BLOCK = 16;

/**
 * Convolution, ReLU and 2x2 max-pool of weights that no longer change; of an odd side the last row or column is left out.
 *
 * Where filters do not fill their last block, there are two of each, one shifted by a column, and the convolution takes two columns at a
 * time: twice the filters at half the places, which fill more of their blocks, and the pool along a row is the greater of the two.
 *
 *     z[(r), o, i, j] = sum over (a, b) of w[o, a, b - r] x[i + a - top, 2 j + b - left]
 *
 * @param x `[n, in, height, width]`
 * @param weight `[out, in, rows, columns]`
 * @param bias `[out]`
 * @param padding such that the convolution alone keeps height and width
 * @returns `[n, out, height / 2, width / 2]`, rounded down
 */
export function convReluPoolInUse(x: Tensor, weight: Values, bias: Values, padding: f.Padding): Tensor {
  const { graph } = x;
  const constant = ({ data, shape }: Values) => graph.constant(data as Float32Array, shape);
  const out = weight.shape[0]!;
  if (out % BLOCK === 0) return f.maxPool(f.relu(f.conv(x, constant(weight), padding, constant(bias))));
  const z = f.relu(f.conv(x, constant(shiftedToo(weight)), padding, constant(twice(bias)), [1, 2]));
  const [one, other] = f.split(f.maxPool(z, [2, 1]), [out, out], 1) as [Tensor, Tensor];
  return f.maximum(one, other);
}

/** Filters, and behind them the same shifted by a column, within kernels that are wider by one: `[2 * out, in, rows, columns + 1]`. */
function shiftedToo({ data, shape: [out = 0, inputs = 0, rows = 0, columns = 0] }: Values): Values {
  const shape = [2 * out, inputs, rows, columns + 1];
  const lines = out * inputs * rows;
  const shifted = new Float32Array(2 * lines * (columns + 1));
  for (let line = 0; line < lines; line++) {
    const own = (data as Float32Array).subarray(line * columns, (line + 1) * columns);
    for (const shift of [0, 1]) shifted.set(own, (shift * lines + line) * (columns + 1) + shift);
  }
  return { data: shifted, shape };
}

const twice = ({ data, shape: [out = 0] }: Values): Values => {
  const own = data as Float32Array;
  return { data: Float32Array.of(...own, ...own), shape: [2 * out] };
};
