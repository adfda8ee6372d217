import { BINS, FRAMES } from '../features/spectrogram.ts';
import { type Architecture, layers } from '../model/architecture.ts';

/** Hz between the bins of a spectrogram. */
const BIN_HZ = 10;
/** Seconds between its frames. */
const FRAME_SECONDS = 0.01;

/** The cells that a network's last feature maps have: nothing finer can be said of where it attends. */
export interface Grid {
  /** cells from low to high frequency; 50 in the paper's network */
  readonly rows: number;
  /** cells from early to late; 25 in the paper's network */
  readonly columns: number;
  /** bins and frames on a side of a cell; 8 in the paper's network */
  readonly side: number;
  /** height of a cell; 80 in the paper's network */
  readonly cellHz: number;
  /** width of a cell; 0.08 in the paper's network */
  readonly cellSeconds: number;
  /** height of what a cell's value can depend on, centred near the cell; 610 in the paper's network */
  readonly seesHz: number;
  /** width of the same, between frames; 0.59 in the paper's network */
  readonly seesSeconds: number;
}

/**
 * The grid that the pools and filters of an architecture give. Each 2x2 pool halves both axes and leaves an odd last row or column out.
 *
 * Receptive fields: a layer whose outputs stand `step` bins apart widens the field by (taps - 1) steps
 * (Araujo et al. 2019, https://doi.org/10.23915/distill.00021).
 */
export function gridOf(architecture: Architecture): Grid {
  let [rows, columns, side, high, wide]: [number, number, number, number, number] = [BINS, FRAMES, 1, 1, 1];
  for (const { filters, pool } of layers(architecture)) {
    high += (Math.max(...filters.map(({ shape }) => shape[2]!)) - 1) * side;
    wide += (Math.max(...filters.map(({ shape }) => shape[3]!)) - 1) * side;
    if (!pool) continue;
    high += side;
    wide += side;
    side *= 2;
    rows = Math.floor(rows / 2);
    columns = Math.floor(columns / 2);
  }
  return {
    ...{ rows, columns, side, cellHz: side * BIN_HZ, cellSeconds: side * FRAME_SECONDS },
    ...{ seesHz: high * BIN_HZ, seesSeconds: wide * FRAME_SECONDS },
  };
}

/**
 * Calls `visit` with the place in a spectrogram `[bins, frames]` of each element of a cell.
 *
 * @param cell row times columns plus column
 */
export function visitCell({ columns, side }: Grid, cell: number, visit: (element: number) => void): void {
  const [bin, frame] = [Math.floor(cell / columns) * side, (cell % columns) * side];
  for (let b = bin; b < bin + side; b++) for (let t = frame; t < frame + side; t++) visit(b * FRAMES + t);
}
