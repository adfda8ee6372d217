import { forEachSample } from './for-each-sample.ts';
import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import { im2col, type Kernel } from './im2col.ts';

/** What the taps of a group of filters meet of a batch, over all positions of all samples. The taps are counted row by row. */
export interface TapMoments {
  /** `[1, taps]` */
  readonly mean: Tensor;
  /** `[taps, taps]` */
  readonly covariance: Tensor;
}

/**
 * Means and covariances of the input that each tap of the filters meets, of each sample by itself. They depend on the input alone: of
 * data that come again they need to be computed once.
 *
 * @param x `[n, 1, height, width]`
 * @param kernel of the filters
 * @returns `[n, 1 + taps, taps]`: a row of means, then the covariances about them
 */
export function tapMoments(x: Tensor, { height, width, padding }: Kernel): Tensor {
  return forEachSample([x], [], ([sample]) => {
    const centre = f.reduceMean(sample!, [1, 2, 3], true); // squares about it lose no digits where the input is nearly constant
    const centred = f.sub(f.pad(sample!, padding), centre);
    const patches = im2col(centred, { height, width, padding: [0, 0, 0, 0] }); // [n, taps, positions]
    const turned = (rows: Tensor) => f.transpose(rows, [0, 2, 1]);
    const offsets = f.reduceMean(patches, [2], true); // [n, taps, 1]
    const squares = f.div(f.matmul(patches, turned(patches)), patches.shape[2] as number);
    const covariances = f.sub(squares, f.matmul(offsets, turned(offsets)));
    return { outputs: [f.concat([f.add(turned(offsets), f.reshape(centre, [-1, 1, 1])), covariances], 1)] };
  }).outputs[0]!;
}

/** The moments of a batch from those of its samples: the mean covariance within a sample, and the covariance of their means. */
export function batchMoments(moments: Tensor): TapMoments {
  const [, rows, taps] = moments.shape as [string, number, number];
  const means = f.reshape(f.slice(moments, [1], [0], [1]), [-1, taps]); // [n, taps]
  const mean = f.reduceMean(means, [0], true);
  const apart = f.sub(means, mean);
  const between = f.div(f.matmul(f.transpose(apart, [1, 0]), apart), f.div(f.sizeOf(means), taps));
  return { mean, covariance: f.add(f.reduceMean(f.slice(moments, [1], [1], [rows]), [0]), between) };
}
