import { type Grid, visitCell } from '../../explain/grid.ts';
import { FRAMES } from '../../features/spectrogram.ts';
import type { Random } from '../../random.ts';

/** Cells of a grid, `[rows x columns]` indices, in the order in which a curve takes them. */
export type Order = readonly number[];

/**
 * Cells from the greatest value to the least. Equal ones, such as those of digital silence, stand as in `ties`, so that no order gains by
 * where it happens to begin.
 *
 * @param map `[rows x columns]`
 * @param ties all cells, shuffled once an utterance and the same for each of its orders
 */
export function descending(map: Float32Array, ties: Order): Order {
  const rank = new Int32Array(ties.length);
  for (const [i, cell] of ties.entries()) rank[cell] = i;
  return [...map.keys()].sort((a, b) => map[b]! - map[a]! || rank[a]! - rank[b]!);
}

/**
 * A map moved around the edges of its grid, down and to the right: the same values, the same neighbours, elsewhere.
 *
 * @param map `[rows x columns]`
 */
export function shifted(map: Float32Array, { rows, columns }: Grid, down: number, right: number): Float32Array {
  const out = new Float32Array(map.length);
  for (const [cell, value] of map.entries()) {
    const row = (Math.floor(cell / columns) + down) % rows;
    out[row * columns + (((cell % columns) + right) % columns)] = value;
  }
  return out;
}

/** {@link shifted} by a step drawn evenly from all but the one that leaves the map where it is. */
export function randomlyShifted(map: Float32Array, grid: Grid, random: Random): Float32Array {
  const step = 1 + random.integer(grid.rows * grid.columns - 1);
  return shifted(map, grid, Math.floor(step / grid.columns), step % grid.columns);
}

/** The mean of a spectrogram over each cell: how loud it is there, on the scale of the mu-law. `[400 x 200]` to `[rows x columns]`. */
export function energyOf(spectrogram: Float32Array, grid: Grid): Float32Array {
  return Float32Array.from({ length: grid.rows * grid.columns }, (_, cell) => {
    let sum = 0;
    visitCell(grid, cell, (element) => {
      sum += spectrogram[element]!;
    });
    return sum / (grid.cellBins * grid.cellFrames);
  });
}

/**
 * What a spectrogram is filled with: a value a bin, at all frames.
 *
 * @param means `[400]`, one a bin
 * @returns `[400 x 200]`
 */
export const fillOf = (means: Float32Array): Float32Array =>
  Float32Array.from({ length: means.length * FRAMES }, (_, element) => means[Math.floor(element / FRAMES)]!);
