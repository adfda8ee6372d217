import { concat, type Padding, pad, reshape, slice } from './functions.ts';
import type { Tensor } from './graph.ts';
import { known } from './shapes.ts';

/** The part of a convolution's geometry that im2col needs. */
export interface Kernel {
  readonly height: number;
  readonly width: number;
  readonly padding: Padding;
}

/**
 * The patches that a convolution sees, as a matrix. The shifts along the width are made first: those along the height then copy
 * whole runs of rows.
 *
 * @param x `[n, channels, height, width]`
 * @returns `[n, kernel height * kernel width * channels, output positions]`, rows in the order (kernel row, kernel column, channel)
 */
export function im2col(x: Tensor, { height, width, padding }: Kernel): Tensor {
  if (height === 1 && width === 1) return reshape(x, [0, 0, -1]);
  const padded = pad(x, padding);
  const rows = known(padded.shape, 2) - height + 1;
  const columns = known(padded.shape, 3) - width + 1;
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  const shifted = concat(
    range(width).map((b) => slice(padded, [3], [b], [b + columns])),
    1,
  ); // [n, width * channels, padded rows, columns]
  const patches = concat(
    range(height).map((a) => slice(shifted, [2], [a], [a + rows])),
    1,
  );
  return reshape(patches, [0, known(patches.shape, 1), rows * columns]);
}
