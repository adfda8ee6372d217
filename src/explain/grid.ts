import { BINS, FRAMES } from '../features/spectrogram.ts';
import { mapsOf, type Network } from '../model/network.ts';

/** Hz between the bins of a spectrogram. */
const BIN_HZ = 10;
/** Seconds between its frames. */
const FRAME_SECONDS = 0.01;

/**
 * The cells that a network's maps have: nothing finer can be said of where it attends. Behind a speech encoder maps are over time alone:
 * one row of 100 cells, each 20 ms wide and as high as the spectrogram.
 */
export interface Grid {
  /** cells from low to high frequency; 50 in the paper's network; 1 where maps are over time alone */
  readonly rows: number;
  /** cells from early to late; 25 in the paper's network */
  readonly columns: number;
  /** bins of the spectrogram that a cell is high; 8 in the paper's network */
  readonly cellBins: number;
  /** frames of the spectrogram that it is wide; 8 in the paper's network */
  readonly cellFrames: number;
  /** height of a cell; 80 in the paper's network */
  readonly cellHz: number;
  /** width of a cell; 0.08 in the paper's network */
  readonly cellSeconds: number;
  /** height of what a cell's value can depend on, about the cell; 610 in the paper's network, 8000, all that is heard, behind an encoder */
  readonly seesHz: number;
  /** width of the same, between frames; 0.59 in the paper's network, 2, the whole segment, behind an encoder */
  readonly seesSeconds: number;
}

/**
 * The grid of a network's maps.
 *
 * @throws AttuneError `usage` where it has none
 */
export function gridOf(network: Network): Grid {
  const { seesBins, seesFrames, ...cells } = mapsOf(network).cells(BINS, FRAMES);
  return {
    ...cells,
    ...{ cellHz: cells.cellBins * BIN_HZ, cellSeconds: cells.cellFrames * FRAME_SECONDS },
    ...{ seesHz: seesBins * BIN_HZ, seesSeconds: seesFrames * FRAME_SECONDS },
  };
}

/** Whether maps are over time alone. */
export const overTime = ({ rows }: Grid): boolean => rows === 1;

/**
 * Calls `visit` with the place in a spectrogram `[bins, frames]` of each element of a cell.
 *
 * @param cell row times columns plus column
 */
export function visitCell(
  { columns, cellBins, cellFrames }: Grid,
  cell: number,
  visit: (element: number) => void,
): void {
  const [bin, frame] = [Math.floor(cell / columns) * cellBins, (cell % columns) * cellFrames];
  for (let b = bin; b < bin + cellBins; b++) for (let t = frame; t < frame + cellFrames; t++) visit(b * FRAMES + t);
}
