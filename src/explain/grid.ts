import { BINS, FRAMES } from '../features/spectrogram.ts';
import { mapsOf, type Network } from '../model/network.ts';

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
 * The grid of a network's maps.
 *
 * @throws AttuneError `usage` where it has none
 */
export function gridOf(network: Network): Grid {
  const { rows, columns, side, high, wide } = mapsOf(network).cells(BINS, FRAMES);
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
