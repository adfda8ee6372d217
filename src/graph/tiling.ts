import type { Filters } from './convolution-gradients.ts';

/** How the rows of maps are cut for transforms along the height. */
export interface Tiling {
  /** rows of output that a tile gives; all tiles together give the height, or a little more */
  readonly rows: number;
  readonly tiles: number;
  /** rows of input that a tile sees, which is the length of its transforms */
  readonly length: number;
}

/** Products of real numbers that a transform of that length takes: one for a frequency that is real, three for another. */
export const productsOf = (length: number): number => Math.floor((3 * length - 1) / 2);

/** What it costs to move a number of a spectrum to its place, in products: by what it takes. */
const MOVED = 16;

/**
 * The tiling that costs the fewest products for maps of that height and width, and how many times fewer than a plain convolution has. Each
 * sample adds to a sum for the weight gradient too, one number for each product of each pair of channels and column of taps: where channels
 * are many and maps small, that decides.
 */
export function tilingOf({ weight }: Filters, height: number, width: number): Tiling & { readonly gain: number } {
  const [out, inputs, taps, columns] = weight.shape as [number, number, number, number];
  const ofFilters = out * inputs * columns;
  const all = Array.from({ length: height }, (_, i) => {
    const tiles = i + 1;
    const rows = Math.ceil(height / tiles);
    const length = rows + taps - 1;
    const products = productsOf(length);
    const cost = tiles * products * (ofFilters + inputs * (length + MOVED) + out * (rows + MOVED)); // of a column
    return {
      tiles,
      rows,
      length,
      cost,
      gain: (ofFilters * taps * height) / (cost + (products * ofFilters * MOVED) / width),
    };
  });
  // each tile overlaps the next one alone, and none is empty
  const whole = all.filter(({ rows, tiles }) => tiles === 1 || (rows >= taps - 1 && rows * (tiles - 1) < height));
  const { cost: _, ...best } = whole.reduce((a, b) => (b.cost < a.cost ? b : a));
  return best;
}
