import { concat, type Padding, pad, reshape, slice } from './functions.ts';
import type { Tensor } from './graph.ts';
import { known } from './shapes.ts';

/** The part of a convolution's geometry that im2col needs. */
export interface Kernel {
  readonly height: number;
  readonly width: number;
  readonly padding: Padding;
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/**
 * The patches that convolutions of one input see, as a matrix.
 *
 * The shifts along the width are made first and shared by all kernels: the shifts along the height then copy whole runs of rows.
 *
 * @param x `[n, channels, height, width]`
 * @param kernels whose convolutions give outputs of one size
 * @returns `[n, rows, output positions]`; kernel by kernel, the rows are in the order (kernel row, kernel column, channel)
 */
export function im2col(x: Tensor, kernels: readonly Kernel[]): Tensor {
  if (kernels.every(({ height, width }) => height === 1 && width === 1)) return reshape(x, [0, 0, -1]);
  const channels = known(x.shape, 1);
  const widest = (side: number) => Math.max(...kernels.map(({ padding }) => padding[side]!));
  const [top, left] = [widest(0), widest(1)];
  const padded = pad(x, [top, left, widest(2), widest(3)]);
  const { height, width, padding } = kernels[0]!;
  const rows = known(x.shape, 2) + padding[0] + padding[2] - height + 1;
  const columns = known(x.shape, 3) + padding[1] + padding[3] - width + 1;
  const firstShift = Math.min(...kernels.map((kernel) => left - kernel.padding[1]));
  const lastShift = Math.max(...kernels.map((kernel) => left - kernel.padding[1] + kernel.width));
  const shifts = range(lastShift - firstShift).map((b) => slice(padded, [3], [firstShift + b], [firstShift + b + columns]));
  const shifted = concat(shifts, 1); // [n, shifts * channels, padded rows, columns]
  const patches = kernels.flatMap((kernel) => {
    const from = (left - kernel.padding[1] - firstShift) * channels;
    const to = from + kernel.width * channels;
    return range(kernel.height).map((a) => {
      const start = top - kernel.padding[0] + a;
      return slice(shifted, [1, 2], [from, start], [to, start + rows]);
    });
  });
  const joined = concat(patches, 1);
  return reshape(joined, [0, known(joined.shape, 1), rows * columns]);
}
