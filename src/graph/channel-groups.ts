import type { Filters } from './convolution-gradients.ts';
import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import { known } from './shapes.ts';

/** Cuts a tensor along its channels, one piece for each group of filters. */
function split(x: Tensor, axis: number, filters: readonly Filters[]): Tensor[] {
  let end = 0;
  return filters.map(({ weight }) => {
    const start = end;
    end += known(weight.shape, 0);
    return filters.length === 1 ? x : f.slice(x, [axis], [start], [end]);
  });
}

/** Values `[channels]`, those of each group. */
export const splitChannels = (x: Tensor, filters: readonly Filters[]) => split(x, 0, filters);
/** Maps `[n, channels, h, w]`, those of each group. */
export const splitMaps = (x: Tensor, filters: readonly Filters[]) => split(x, 1, filters);
