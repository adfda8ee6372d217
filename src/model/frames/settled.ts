import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import type { SettlingData, Weights } from '../network.ts';

/** Of each number over the training segments. */
export const MEAN = 'pooled.mean';
export const DEVIATION = 'pooled.deviation';
/** `[directions, width]`, of length 1 and at right angles, or zeros where there are fewer */
export const DIRECTIONS = 'speakers.directions';

/** Of numbers that are the same in all segments. */
const LEAST_DEVIATION = 1e-6;
/** A direction in which speakers differ less than so, beside the greatest, is none. */
const LEAST_SHARE = 1e-6;

interface Settings {
  readonly width: number;
  readonly directions: number;
}

/**
 * Mean and deviation of each number, and the directions in which speakers differ most when they say the same class: the nuisance attribute
 * projection of Solomonoff et al. 2005 (https://doi.org/10.1109/ICASSP.2005.1415193). A speaker's difference is that of his or her mean
 * within a class from the mean of speakers, averaged over the classes that he or she has.
 *
 * @param data of each segment: what is pooled, its class, who speaks
 */
export function settledOn({ inputs, labels, speakers }: SettlingData, { width, directions }: Settings): Weights {
  const mean = average(inputs, width);
  const deviation = average(
    inputs.map((input) => input.map((value, i) => (value - mean[i]!) ** 2)),
    width,
  ).map((variance) => Math.max(Math.sqrt(variance), LEAST_DEVIATION));
  const found = new Float32Array(directions * width);
  if (directions && speakers) {
    const normal = inputs.map((input) => Float64Array.from(input, (value, i) => (value - mean[i]!) / deviation[i]!));
    const some = directionsOf(differences(normal, labels, speakers, width), directions);
    for (const [i, direction] of some.entries()) found.set(direction, i * width);
  }
  return {
    [MEAN]: { data: Float32Array.from(mean), shape: [width] },
    [DEVIATION]: { data: Float32Array.from(deviation), shape: [width] },
    ...(directions && { [DIRECTIONS]: { data: found, shape: [directions, width] } }),
  };
}

/** How each speaker differs from the others within a class, one row a speaker. */
function differences(
  normal: readonly Float64Array[],
  labels: readonly number[],
  speakers: readonly string[],
  width: number,
): Float64Array[] {
  const all = [...new Set(speakers)].sort();
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  const within = new Map(all.map((speaker) => [speaker, [] as Float64Array[]]));
  for (const label of classes) {
    const own = all
      .map((speaker) => ({ speaker, rows: normal.filter((_, i) => labels[i] === label && speakers[i] === speaker) }))
      .filter(({ rows }) => rows.length)
      .map(({ speaker, rows }) => ({ speaker, mean: average(rows, width) }));
    const center = average(
      own.map(({ mean }) => mean),
      width,
    );
    for (const { speaker, mean } of own) within.get(speaker)!.push(mean.map((value, i) => value - center[i]!));
  }
  return [...within.values()].map((rows) => average(rows, width));
}

/** The directions of the greatest spread of rows, at most so many. */
function directionsOf(rows: readonly Float64Array[], most: number): number[][] {
  const { diagonal, rightSingularVectors } = new SingularValueDecomposition(new Matrix(rows as Float64Array[]), {
    ...{ computeLeftSingularVectors: false, autoTranspose: true },
  });
  const count = diagonal.filter((value) => value > LEAST_SHARE * Math.max(...diagonal)).length;
  return Array.from({ length: Math.min(most, count) }, (_, i) => rightSingularVectors.getColumn(i));
}

function average(rows: readonly (Float32Array | Float64Array)[], width: number): Float64Array {
  const sum = new Float64Array(width);
  for (const row of rows) for (let i = 0; i < width; i++) sum[i]! += row[i]!;
  return sum.map((value) => value / rows.length);
}
