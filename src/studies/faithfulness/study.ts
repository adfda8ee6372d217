import type { SegmentMaps } from '../../explain/explainer.ts';
import type { Grid } from '../../explain/grid.ts';
import { Random } from '../../random.ts';
import { type Curves, curvesOf } from './curves.ts';
import { descending, energyOf, fillOf, type Order, randomlyShifted } from './orders.ts';

/** What cells are taken in the order of: the map under test first, then its rivals. */
export const ORDERS = ['product', 'shifted', 'other', 'energy', 'random', 'bottom-up', 'top-down'] as const;
export type OrderName = (typeof ORDERS)[number];

/** What stands in place of a cell that is taken away: the mean of the training segments in each bin, or 0. */
export const FILLS = ['mean', 'zero'] as const;
export type FillName = (typeof FILLS)[number];

/** One segment of an utterance whose speaker the network never heard, with its maps. */
export interface Subject {
  readonly utterance: string;
  readonly speaker: string;
  /** what the network says of the utterance: the class whose logit is followed */
  readonly predicted: string;
  readonly maps: SegmentMaps;
}

export type CurvesByOrder = Readonly<Record<OrderName, Curves>>;

/**
 * The utterance that lends its map: drawn from those of the same network with the same predicted class, or where there is none from all
 * others.
 *
 * @param all subjects of one network, in a fixed order, with at least two
 */
export function donorOf(subject: Subject, all: readonly Subject[], seed: number): Subject {
  const others = all.filter(({ utterance }) => utterance !== subject.utterance);
  const same = others.filter(({ predicted }) => predicted === subject.predicted);
  const from = same.length ? same : others;
  return from[Random.named(seed, `donor of ${subject.utterance}`).integer(from.length)]!;
}

/** The orders of the cells of a segment, in the order of {@link ORDERS}; all break ties alike. */
export function ordersOf({ utterance, predicted, maps }: Subject, donor: Subject, grid: Grid, seed: number): Order[] {
  const cells = [...maps.bottomUp.keys()];
  const ties = Random.named(seed, `ties of ${utterance}`).shuffle(cells);
  const product = maps.product[predicted]!;
  const byValue: Record<Exclude<OrderName, 'random'>, Float32Array> = {
    product,
    shifted: randomlyShifted(product, grid, Random.named(seed, `shift of ${utterance}`)),
    other: donor.maps.product[predicted]!,
    energy: energyOf(maps.spectrogram, grid),
    'bottom-up': maps.bottomUp,
    'top-down': maps.topDown[predicted]!,
  };
  const random = Random.named(seed, `order of ${utterance}`).shuffle(cells);
  return ORDERS.map((name) => (name === 'random' ? random : descending(byValue[name], ties)));
}

export interface StudyOptions {
  readonly grid: Grid;
  /** `[400]`, mean of the training segments in each bin */
  readonly trainingMeans: Float32Array;
  readonly steps: number;
  readonly seed: number;
  /** spectrograms `[n x 400 x 200]` to logits of the subject's predicted class, `[n]` */
  readonly logit: (spectrograms: Float32Array) => Promise<number[]>;
}

/** Deletion and insertion curves of a subject, for each fill and order. */
export async function studySubject(
  subject: Subject,
  donor: Subject,
  { trainingMeans, seed, ...options }: StudyOptions,
): Promise<Readonly<Record<FillName, CurvesByOrder>>> {
  const orders = ordersOf(subject, donor, options.grid, seed);
  const { spectrogram } = subject.maps;
  const curves = async (means: Float32Array) => {
    const all = await curvesOf(orders, { ...options, spectrogram, fill: fillOf(means) });
    return Object.fromEntries(ORDERS.map((name, i) => [name, all[i]!])) as Record<OrderName, Curves>;
  };
  return { mean: await curves(trainingMeans), zero: await curves(new Float32Array(trainingMeans.length)) };
}
