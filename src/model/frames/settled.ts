import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import type { Values } from '../../graph/session.ts';
import type { SettlingData, Weights } from '../network.ts';
import { ALTERED, DEVIATION, DIRECTIONS, dampedDirections, MEAN } from './settled-names.ts';

/** Of numbers that are the same in all segments. */
const LEAST_DEVIATION = 1e-6;
/** A direction in which speakers differ less than so, beside the greatest, is none. */
const LEAST_SHARE = 1e-6;

interface Settings {
  readonly width: number;
  readonly directions: number;
  readonly damping: number;
}

/**
 * Mean and deviation of each number, and the directions in which speakers differ most when they say the same class: the nuisance attribute
 * projection of Solomonoff et al. 2005 (https://doi.org/10.1109/ICASSP.2005.1415193). A speaker's difference is that of his or her mean
 * within a class from the mean of speakers, averaged over the classes that he or she has. Then the directions in which altered copies differ
 * from their originals, to be damped.
 *
 * @param data of each segment: what is pooled, its class, who speaks; and its altered copies
 */
export function settledOn(
  { inputs, labels, speakers, copies }: SettlingData,
  { width, directions, damping }: Settings,
): Weights {
  const mean = average(inputs, width);
  const deviation = average(
    inputs.map((input) => input.map((value, i) => (value - mean[i]!) ** 2)),
    width,
  ).map((variance) => Math.max(Math.sqrt(variance), LEAST_DEVIATION));
  const normal = (input: Float32Array) => Float64Array.from(input, (value, i) => (value - mean[i]!) / deviation[i]!);
  const rows = (directions && speakers) || (damping && copies?.length) ? inputs.map(normal) : [];
  const own = directions && speakers ? directionsOf(differences(rows, labels, speakers, width), directions) : [];
  const altered =
    damping && copies?.length
      ? dampedOf(
          copies.map(({ of, input }) => normal(input).map((value, i) => value - rows[of]![i]!)),
          { width, damping, besides: own },
        )
      : [];
  return {
    [MEAN]: { data: Float32Array.from(mean), shape: [width] },
    [DEVIATION]: { data: Float32Array.from(deviation), shape: [width] },
    ...(directions && { [DIRECTIONS]: stacked(own, [directions, width]) }),
    ...(damping && { [ALTERED]: stacked(altered, [dampedDirections(width), width]) }),
  };
}

/** Rows, and zeros below them. */
function stacked(rows: readonly ArrayLike<number>[], shape: readonly [number, number]): Values {
  const data = new Float32Array(shape[0] * shape[1]);
  for (const [i, row] of rows.entries()) data.set(row, i * shape[1]);
  return { data, shape };
}

/**
 * The directions in which altered copies differ from their originals beside what alterations do on average, each as long as the root of what
 * is to be taken out of it. Of a direction with the variance w, 1 / (1 + damping w) is left: within-class covariance normalisation (Hatch et
 * al. 2006, https://doi.org/10.21437/Interspeech.2006-183), where a class is a recording with its copies, smoothed.
 *
 * @param changes of each copy, at mean 0 and deviation 1 of the originals
 */
function dampedOf(
  changes: readonly Float64Array[],
  { width, damping, besides }: { readonly width: number; readonly damping: number; readonly besides: number[][] },
): Float64Array[] {
  const center = average(changes, width);
  const rest = changes.map((change) => {
    const row = change.map((value, i) => value - center[i]!);
    for (const direction of besides) {
      const along = direction.reduce((sum, value, i) => sum + value * row[i]!, 0);
      for (let i = 0; i < width; i++) row[i]! -= along * direction[i]!;
    }
    return row;
  });
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance(rest, width), {
    assumeSymmetric: true,
  }); // in rising order
  return Array.from({ length: dampedDirections(width) }, (_, i) => {
    const column = width - 1 - i;
    const taken = 1 - 1 / (1 + damping * Math.max(0, realEigenvalues[column]!));
    return Float64Array.from(eigenvectorMatrix.getColumn(column), (value) => value * Math.sqrt(taken));
  });
}

/** Of rows about 0. */
function covariance(rows: readonly Float64Array[], width: number): Matrix {
  const sum = new Float64Array(width * width);
  for (const row of rows)
    for (let i = 0; i < width; i++) for (let j = 0; j <= i; j++) sum[i * width + j]! += row[i]! * row[j]!;
  const at = (i: number, j: number) => sum[Math.max(i, j) * width + Math.min(i, j)]! / rows.length;
  return new Matrix(Array.from({ length: width }, (_, i) => Array.from({ length: width }, (_, j) => at(i, j))));
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
