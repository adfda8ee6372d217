import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import { known } from './shapes.ts';

/**
 * Zeros of the shape of x, to which updates are added at places along `axis`: indices `[n]` (int64), any of which may come several
 * times, and updates of the shape of x but for n along the axis.
 *
 * Not by ScatterND, which is ten times faster and loses what two threads add to one place (onnxruntime 1.30, docs/decisions/engine.md).
 */
export function scatterAdd(x: Tensor, indices: Tensor, updates: Tensor, axis: number): Tensor {
  if (x.graph.device !== 'cpu') return oneHotProduct(x, indices, updates, axis);
  const along = x.shape.map((_, i) => (i === axis ? -1 : 1));
  const places = f.expand(f.reshape(indices, along), f.shapeOf(updates));
  const attributes = { axis: { int: axis }, reduction: { string: 'add' } };
  return x.graph.apply('ScatterElements', [f.zerosLike(x), places, updates], attributes)[0]!;
}

/** The same as a product with rows that hold a one each: a GPU's threads would add in any order. */
function oneHotProduct(x: Tensor, indices: Tensor, updates: Tensor, axis: number): Tensor {
  const rows = f.transpose(f.oneHot(indices, known(x.shape, axis)), [1, 0]); // [places, n]
  const rank = x.shape.length;
  if (rank === 1) return f.reshape(f.matmul(rows, f.reshape(updates, [-1, 1])), [-1]);
  const swapped = [...x.shape.keys()];
  [swapped[axis], swapped[rank - 2]] = [rank - 2, axis]; // its own inverse
  return f.transpose(f.matmul(rows, f.transpose(updates, swapped)), swapped);
}
