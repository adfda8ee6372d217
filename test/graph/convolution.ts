import type { Padding } from '../../src/graph/functions.ts';

/** Weights `[out, in, height, width]` over an input `[in, h, w]`, with zeros around it. */
export interface Convolution {
  readonly weight: readonly [out: number, inputs: number, height: number, width: number];
  readonly input: readonly [h: number, w: number];
  readonly padding: Padding;
}

/** Every term x[i, y', t'] w[o, i, a, b] of every output z[o, y, t], as places in the flat arrays: the definition, as loops. */
export function* terms({ weight: [out, inputs, height, width], input: [h, w], padding: [top, left] }: Convolution) {
  for (let o = 0; o < out; o++)
    for (let y = 0; y < h; y++)
      for (let t = 0; t < w; t++)
        for (let i = 0; i < inputs; i++)
          for (let a = 0; a < height; a++)
            for (let b = 0; b < width; b++) {
              const [row, column] = [y + a - top, t + b - left];
              if (row < 0 || row >= h || column < 0 || column >= w) continue;
              yield {
                z: (o * h + y) * w + t,
                x: (i * h + row) * w + column,
                w: ((o * inputs + i) * height + a) * width + b,
              };
            }
}
