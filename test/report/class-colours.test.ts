import { describe, expect, it } from 'vitest';
import { classColours } from '../../src/report/class-colours.ts';

type Matrix = readonly (readonly number[])[];
const times = (matrix: Matrix, values: readonly number[]) =>
  matrix.map((row) => row.reduce((sum, weight, i) => sum + weight * values[i]!, 0));

/** By another model of vision than that of the code: Viénot, Brettel and Mollon (1999), on linear RGB. */
const READERS: Readonly<Record<string, Matrix>> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no cones for red': [
    [0.11238, 0.88762, 0],
    [0.11238, 0.88762, 0],
    [0.00401, -0.00401, 1],
  ],
  'no cones for green': [
    [0.29275, 0.70725, 0],
    [0.29275, 0.70725, 0],
    [-0.02234, 0.02234, 1],
  ],
};
/** Linear sRGB to XYZ, IEC 61966-2-1; white is D65. */
const XYZ: Matrix = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
];

/** CIELAB as a reader sees it. */
function lab(hex: string, reader: Matrix): number[] {
  const linear = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const [x, y, z] = times(XYZ, times(reader, linear)).map((value, i) => {
    const share = value / [0.95047, 1, 1.08883][i]!;
    return share > 216 / 24_389 ? Math.cbrt(share) : ((24_389 / 27) * share + 16) / 116;
  }) as [number, number, number];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function nearest(colours: readonly string[], reader: Matrix): number {
  const seen = colours.map((colour) => lab(colour, reader));
  const distances = seen.flatMap((a, i) => seen.slice(0, i).map((b) => Math.hypot(...a.map((v, k) => v - b[k]!))));
  return Math.min(...distances);
}

describe('colours of classes', () => {
  it.each(Object.entries(READERS))(
    'are told apart by readers with %s: twelve by 13 of CIELAB, 24 by 5',
    (_, reader) => {
      expect(nearest(classColours(12), reader)).toBeGreaterThan(13); // 2.3 is just noticeable
      expect(nearest(classColours(24), reader)).toBeGreaterThan(5);
    },
  );

  it('are the same whatever their number, and go on', () => {
    const many = classColours(200);
    expect(classColours(9)).toEqual(many.slice(0, 9));
    expect(new Set(many).size).toBeGreaterThan(100);
    expect(many.every((colour) => /^#[0-9a-f]{6}$/.test(colour))).toBe(true);
    expect(classColours(0)).toEqual([]);
  });
});
