import { ENCODER_FRAMES, ENCODER_WIDTH } from '../../features/encoder/identity.ts';
import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import type { Cells } from '../network.ts';
import type { FramesArchitecture } from './architecture.ts';
import type { Frames } from './pools.ts';

/** Added to variances (PyTorch's default for batch norm). */
const EPSILON = 1e-5;

/** What networks over frames take: numbers of each frame, and whether it is heard. */
export const featuresOf = (architecture: FramesArchitecture): readonly number[] => [
  ENCODER_FRAMES,
  widthOf(architecture) + 1,
];

/** Numbers of a frame. */
export const widthOf = ({ frameWidth = ENCODER_WIDTH }: FramesArchitecture): number => frameWidth;

/** Features `[n, 100, width + 1]`: frames, and which of them are heard. */
export function split(x: Tensor): Frames {
  const width = (x.shape[2] as number) - 1;
  return { frames: f.slice(x, [2], [0], [width]), heard: f.slice(x, [2], [width], [width + 1]) };
}

export const standard = (x: Tensor, mean: Tensor, variance: Tensor): Tensor =>
  f.div(f.sub(x, mean), f.sqrt(f.add(variance, EPSILON)));

/**
 * A cell is one frame at all frequencies. What it says can depend on the whole segment: the encoder's blocks attend to all of it, and its
 * level is that of all of it. The encoder hears up to 8 kHz, twice as high as spectrograms reach.
 */
export const cellsOf = (bins: number, frames: number): Cells => ({
  ...{ rows: 1, columns: ENCODER_FRAMES, cellBins: bins, cellFrames: frames / ENCODER_FRAMES },
  ...{ seesBins: 2 * bins, seesFrames: frames },
});
