import { type CnnArchitecture, layers } from '../src/model/cnn/architecture.ts';

/** What one segment costs by arithmetic alone, whatever an engine does to get there. */
export interface Cost {
  /** 10^9 floating-point operations of a forward pass, 2 for a multiplication with its addition */
  readonly inferenceGflop: number;
  /** the same of a training step: forward pass, gradients of the weights and of the inputs */
  readonly trainingGflop: number;
}

/**
 * Counts the convolutions and the attention head. A convolution's two gradients cost as much as its forward pass each; Conv1 needs
 * none of its input.
 */
export function costOf(architecture: CnnArchitecture, input: { readonly bins: number; readonly frames: number }): Cost {
  let [height, width] = [input.bins, input.frames];
  const convolutions = layers(architecture).map(({ filters, pool }) => {
    const taps = filters.reduce((sum, { shape }) => sum + shape.reduce((product, d) => product * d, 1), 0);
    const products = taps * height * width;
    if (pool) [height, width] = [Math.floor(height / 2), Math.floor(width / 2)];
    return products;
  });
  const { channels } = layers(architecture).at(-1)!;
  const head = (architecture.classes + 1) * channels * height * width; // a map for each class and the bottom-up one
  const forward = convolutions.reduce((sum, products) => sum + products, head);
  return { inferenceGflop: (2 * forward) / 1e9, trainingGflop: (2 * (3 * forward - convolutions[0]!)) / 1e9 };
}
