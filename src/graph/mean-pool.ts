import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import { known } from './shapes.ts';

/** Cells of a window of means, down and across. */
export type MeanWindow = readonly [height: 1 | 2, width: 1 | 2];

/**
 * Means over windows. Of an odd side the last mean is over what there is.
 *
 * @param x `[n, channels, height, width]`
 */
export function meanPool(x: Tensor, [height, width]: MeanWindow): Tensor {
  if (height === 1 && width === 1) return x;
  return f.averagePool(evened(evened(x, 2, height), 3, width), [height, width]);
}

/** An odd last row or column counts as its own neighbour. */
function evened(x: Tensor, axis: number, window: 1 | 2): Tensor {
  const side = known(x.shape, axis);
  return side % window ? f.concat([x, f.slice(x, [axis], [side - 1], [side])], axis) : x;
}

/** A gradient of the means of maps that were `[height, width]` large, sent to the cells of their windows. */
export function meanPoolBack(gradient: Tensor, window: MeanWindow, sides: readonly [number, number]): Tensor {
  const means = sides.map((side, axis) => Math.ceil(side / window[axis]!)) as [number, number];
  const cells = (axis: 0 | 1, i: number) => Math.min(window[axis], sides[axis] - i * window[axis]);
  const shares = Float32Array.from(
    { length: means[0] * means[1] },
    (_, i) => 1 / (cells(0, Math.floor(i / means[1])) * cells(1, i % means[1])),
  );
  const shared = f.mul(gradient, gradient.graph.constant(shares, [1, 1, ...means]));
  const [below, behind] = means.map((count, axis) => count * window[axis]! - sides[axis]!) as [number, number];
  const spread = f.upsample(shared, window);
  return below || behind ? f.pad(spread, [0, 0, -below, -behind]) : spread;
}
