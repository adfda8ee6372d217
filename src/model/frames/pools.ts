import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import type { Tensors } from '../network.ts';
import type { FramePooling, FramesArchitecture } from './architecture.ts';

/** Frames `[n, frames, channels]`, and 1 or 0 for each, `[n, frames, 1]`: whether it is heard. At least one is. */
export interface Frames {
  readonly frames: Tensor;
  readonly heard: Tensor;
}

/** Frames to `[n, numbers]`, over those that are heard. */
type Pool = (frames: Frames, parameters: Tensors) => Tensor;

/** What softmax is given in place of a frame that is not heard. */
const UNHEARD = -1e9;

/** The bottom-up map with the softmax of section 3.3, over time: `[n, frames]`. */
export function attentionOver({ frames, heard }: Frames, { 'bottom_up.weight': weight }: Tensors): Tensor {
  const length = frames.shape[1] as number;
  const map = f.reshape(f.matmul(frames, f.transpose(weight!, [1, 0])), [-1, length]);
  return f.softmax(f.add(map, f.mul(f.sub(1, f.reshape(heard, [-1, length])), UNHEARD)), 1);
}

/** Eq. 8 with the sum over the map drawn in: frames weighed by the bottom-up map; the class-specific map is the layer after it. */
const attention: Pool = (all, parameters) => {
  const { frames } = all;
  const weights = f.reshape(attentionOver(all, parameters), [-1, frames.shape[1] as number, 1]);
  return f.reduceSum(f.mul(frames, weights), [1]);
};

/** Eq. 3. */
export const gap: Pool = ({ frames, heard }) => f.div(f.reduceSum(f.mul(frames, heard), [1]), f.reduceSum(heard, [1]));

/** Mean, deviation and maximum of each number. */
const statistics: Pool = (all, parameters) => {
  const { frames, heard } = all;
  const mean = gap(all, parameters);
  const centred = f.mul(f.sub(frames, f.reshape(mean, [0, 1, -1])), heard);
  const variance = f.div(f.reduceSum(f.mul(centred, centred), [1]), f.reduceSum(heard, [1]));
  const greatest = f.reduceMax(f.add(frames, f.mul(f.sub(1, heard), UNHEARD)), [1]);
  return f.concat([mean, f.sqrt(variance), greatest], 1);
};

export const POOLS: Readonly<Record<Exclude<FramePooling, 'mean'>, Pool>> = { attention, gap, statistics };

/** How many numbers a pool gives, behind an encoder of that width. */
export const pooledNumbers = (
  { pooling, channels }: Pick<FramesArchitecture, 'pooling' | 'channels'>,
  width: number,
): number => (channels || width) * (pooling === 'statistics' ? 3 : 1);
