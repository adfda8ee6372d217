import { AttuneError } from '../../errors.ts';
import { type Grid, visitCell } from '../../explain/grid.ts';
import { SPECTROGRAM_SIZE } from '../../features/spectrogram.ts';
import type { Tensor } from '../../graph/graph.ts';
import type { Checkpoint } from '../../model/checkpoint.ts';
import { modelOf, openModel } from '../../recognize/model.ts';
import type { Order } from './orders.ts';

/** Spectrograms `[n x 400 x 200]` to the logits of one class, `[n]`. */
export type LogitOf = (spectrograms: Float32Array, k: number) => Promise<number[]>;

/**
 * A network that is given spectrograms as they are, without the scaling of the front end.
 *
 * @throws AttuneError `usage` where it takes other features: cells of a spectrogram cannot be taken away from those
 */
export async function openNetwork(
  checkpoint: Checkpoint,
  options: { readonly threads?: number } = {},
): Promise<{ logitOf: LogitOf; close: () => Promise<void> }> {
  const { network, features } = await modelOf(checkpoint);
  if (network.takes !== 'spectrogram')
    throw new AttuneError(
      'usage',
      `expected a network that takes spectrograms, got ${network.name}; study one that was trained on spectrograms`,
    );
  const build = (x: Tensor) => ({ logits: network.inUse(x, checkpoint.tensors) });
  const session = await openModel(['features', features.shape], build, options);
  const { classes } = network;
  return {
    async logitOf(data, k) {
      const n = data.length / features.size;
      const { logits } = await session.run({ features: { data, shape: [n, ...features.shape] } });
      return Array.from({ length: n }, (_, i) => logits!.data[i * classes + k] as number);
    },
    close: session.close,
  };
}

/** A logit against the share of cells taken: at 0, 1/steps, ... 1; `[steps + 1]`. */
export interface Curves {
  /** the first cells of the order replaced by the fill: begins with the segment, ends with the fill */
  readonly deletion: readonly number[];
  /** the fill with the first cells of the order put in: begins with the fill, ends with the segment */
  readonly insertion: readonly number[];
}

export interface CurveOptions {
  readonly grid: Grid;
  /** `[400 x 200]` as it enters the network; it is not scaled again after cells were replaced */
  readonly spectrogram: Float32Array;
  /** `[400 x 200]`, what stands where a cell is taken away */
  readonly fill: Float32Array;
  /** points of a curve less one, at least 2 */
  readonly steps: number;
  /** spectrograms `[n x 400 x 200]` to the logits of the class in question, `[n]` */
  readonly logit: (spectrograms: Float32Array) => Promise<number[]>;
}

/**
 * Deletion and insertion curves of Petsiuk et al., RISE, BMVC 2018 (https://arxiv.org/abs/1806.07421), over the cells of the
 * network's own grid and of a logit, which no softmax saturates. Their ends are the same for every order.
 *
 * @param orders each all cells of the grid
 * @returns one an order
 */
export async function curvesOf(orders: readonly Order[], options: CurveOptions): Promise<Curves[]> {
  const { spectrogram, fill, logit } = options;
  const [whole, none] = [(await logit(spectrogram))[0]!, (await logit(fill))[0]!];
  const curves: Curves[] = [];
  for (const order of orders) {
    const deletion = await logit(between(order, spectrogram, fill, options));
    const insertion = await logit(between(order, fill, spectrogram, options));
    curves.push({ deletion: [whole, ...deletion, none], insertion: [none, ...insertion, whole] });
  }
  return curves;
}

/** The images on the way from one to another, cell by cell, without the two: `[(steps - 1) x 400 x 200]`. */
function between(order: Order, from: Float32Array, to: Float32Array, { grid, steps }: CurveOptions): Float32Array {
  const images = new Float32Array((steps - 1) * SPECTROGRAM_SIZE);
  const image = from.slice();
  let taken = 0;
  for (let step = 1; step < steps; step++) {
    for (const end = Math.round((order.length * step) / steps); taken < end; taken++)
      visitCell(grid, order[taken]!, (element) => {
        image[element] = to[element]!;
      });
    images.set(image, (step - 1) * SPECTROGRAM_SIZE);
  }
  return images;
}

/** The area under a curve by the trapezoidal rule over shares from 0 to 1: the mean logit along the way, in logits. */
export const areaUnder = (curve: readonly number[]): number =>
  curve.slice(1).reduce((sum, value, i) => sum + (curve[i]! + value) / 2, 0) / (curve.length - 1);
