import type { Filters } from './convolution-gradients.ts';

/** How the rows of maps are cut for transforms along the height. */
export interface Tiling {
  /** rows of output that a tile gives; all tiles together give the height, or a little more */
  readonly rows: number;
  readonly tiles: number;
  /** rows of input that a tile sees, which is the length of its transforms */
  readonly length: number;
  /** of a transform of real numbers: length / 2 + 1, rounded down */
  readonly frequencies: number;
}

/**
 * The tiling that costs the fewest products for maps of that height, and how many times fewer than a plain convolution has.
 */
export function tilingOf({ weight }: Filters, height: number): Tiling & { readonly gain: number } {
  const [out, inputs, taps, width] = weight.shape as [number, number, number, number];
  const plain = out * inputs * taps * width * height;
  const all = Array.from({ length: height }, (_, i) => {
    const tiles = i + 1;
    const rows = Math.ceil(height / tiles);
    const length = rows + taps - 1;
    const frequencies = Math.floor(length / 2) + 1;
    const transforms = 2 * frequencies * (inputs * length + out * rows);
    return {
      tiles,
      rows,
      length,
      frequencies,
      gain: plain / (tiles * (4 * frequencies * out * inputs * width + transforms)),
    };
  });
  // each tile overlaps the next one alone, and none is empty
  const whole = all.filter(({ rows, tiles }) => tiles === 1 || (rows >= taps - 1 && rows * (tiles - 1) < height));
  return whole.reduce((a, b) => (b.gain > a.gain ? b : a));
}

export interface Matrix {
  readonly data: Float32Array;
  readonly shape: readonly [number, number];
}

/** The transforms of columns cut so, as matrices, and those of the filters' taps. Rows or columns of spectra are real and imaginary parts in turn. */
export function matricesOf({ rows, length, frequencies }: Tiling, taps: number) {
  const matrix = (height: number, width: number, at: (row: number, column: number) => number): Matrix => ({
    data: Float32Array.from({ length: height * width }, (_, i) => at(Math.floor(i / width), i % width)),
    shape: [height, width],
  });
  const angle = (k: number, n: number) => (2 * Math.PI * ((k * n) % length)) / length;
  const wave = (part: number, n: number) => {
    const k = Math.floor(part / 2);
    return part % 2 ? -Math.sin(angle(k, n)) : Math.cos(angle(k, n));
  };
  const back = (n: number, part: number) => {
    const k = Math.floor(part / 2);
    return (wave(part, n) * (k === 0 || 2 * k === length ? 1 : 2)) / length;
  };
  return {
    /** of a tile of the input */
    forward: matrix(2 * frequencies, length, wave),
    /** of a tile of the output's gradient */
    ofGradient: matrix(2 * frequencies, rows, wave),
    /** to the output of a tile */
    back: matrix(rows, 2 * frequencies, back),
    /** to the input of a tile */
    whole: matrix(length, 2 * frequencies, back),
    /** to the taps of a column */
    taps: matrix(taps, 2 * frequencies, back),
    cosines: matrix(taps, frequencies, (a, k) => Math.cos(angle(k, a))),
    sines: matrix(taps, frequencies, (a, k) => Math.sin(angle(k, a))),
  };
}
