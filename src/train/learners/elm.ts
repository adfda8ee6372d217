import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { AttuneError } from '../../errors.ts';
import { Random } from '../../random.ts';

/** What comes between inputs and the layer that learns. */
export type ElmHidden =
  | {
      /** a radial basis function about each input that was learned from: exp(-gamma |x - z|^2) */
      readonly kind: 'rbf';
      /** above 0; the greater, the narrower */
      readonly gamma: number;
    }
  | {
      /** sigmoids of random sums: weights and biases are drawn evenly from [-1, 1] */
      readonly kind: 'random';
      /** 1 or more */
      readonly units: number;
      /** of the draws, a whole number, 0 or more */
      readonly seed: number;
    };

/** How an extreme learning machine learns. */
export interface ElmOptions {
  readonly hidden: ElmHidden;
  /** added to the diagonal of what is solved, above 0: 1 / C of the kernel's paper */
  readonly ridge: number;
}

/** What it learns from. */
export interface ElmData {
  /** `[n][width]`, finite */
  readonly inputs: readonly ArrayLike<number>[];
  /** indices of classes */
  readonly labels: readonly number[];
  readonly classes: number;
}

/** An extreme learning machine that has learned: plain numbers, as a checkpoint keeps them. */
export interface Elm {
  readonly kind: ElmHidden['kind'];
  /** numbers of an input */
  readonly width: number;
  readonly classes: number;
  /** of `rbf` */
  readonly gamma: number;
  /** `[units, width]`: inputs that were learned from, or random weights */
  readonly rows: Float32Array;
  /** `[units]` of `random`; empty for `rbf` */
  readonly biases: Float32Array;
  /** `[units, classes]` */
  readonly output: Float32Array;
}

/**
 * Fits an extreme learning machine: one layer that is not learned, and a linear one behind it in closed form, to targets of 1 for the true
 * class and -1 for all others. With `rbf` the layer of Huang et al. 2012, Eq. 25 (https://doi.org/10.1109/TSMCB.2011.2168604):
 * (K + ridge I)^-1 T. With `random` that of Huang et al. 2006, regularised: (H^T H + ridge I)^-1 H^T T.
 *
 * @throws AttuneError `run` where what is solved is singular, or inputs are not finite
 */
export function fitElm({ inputs, labels, classes }: ElmData, { hidden, ridge }: ElmOptions): Elm {
  const width = inputs[0]?.length ?? 0;
  const damaged = inputs.findIndex((input) => !Array.from(input).every(Number.isFinite));
  if (damaged >= 0)
    throw new AttuneError(
      'run',
      `expected finite numbers for the extreme learning machine, got others in input ${damaged}`,
    );
  const targets = new Matrix(labels.map((label) => Array.from({ length: classes }, (_, k) => (k === label ? 1 : -1))));
  const layer = layerOf(inputs, width, hidden);
  const activations = new Matrix(inputs.map((input) => activationsOf(layer, input)));
  const solved =
    hidden.kind === 'rbf'
      ? solve(activations, ridge, targets)
      : solve(activations.transpose().mmul(activations), ridge, activations.transpose().mmul(targets));
  return { ...layer, classes, output: Float32Array.from(solved.to1DArray()) };
}

type Layer = Pick<Elm, 'kind' | 'width' | 'gamma' | 'rows' | 'biases'>;

function layerOf(inputs: ElmData['inputs'], width: number, hidden: ElmHidden): Layer {
  if (hidden.kind === 'rbf') {
    const rows = new Float32Array(inputs.length * width);
    for (const [i, input] of inputs.entries()) rows.set(input, i * width);
    return { kind: 'rbf', width, gamma: hidden.gamma, rows, biases: new Float32Array() };
  }
  const { units, seed } = hidden;
  const random = Random.named(seed, 'extreme learning machine');
  const draw = (length: number) => new Float32Array(length).map(() => random.uniform(-1, 1));
  return { kind: 'random', width, gamma: 0, rows: draw(units * width), biases: draw(units) };
}

/** `[units]` */
function activationsOf({ kind, width, gamma, rows, biases }: Layer, input: ArrayLike<number>): number[] {
  const own = Float32Array.from(input); // as they are kept, so that an input is at no distance from itself
  return Array.from({ length: rows.length / width }, (_, unit) => {
    let sum = 0;
    for (let i = 0; i < width; i++) {
      const weight = rows[unit * width + i]!;
      sum += kind === 'rbf' ? (own[i]! - weight) ** 2 : own[i]! * weight;
    }
    return kind === 'rbf' ? Math.exp(-gamma * sum) : 1 / (1 + Math.exp(-sum - biases[unit]!));
  });
}

/** (matrix + ridge I)^-1 targets */
function solve(matrix: Matrix, ridge: number, targets: Matrix): Matrix {
  const factors = new CholeskyDecomposition(Matrix.add(matrix, Matrix.eye(matrix.rows).mul(ridge)));
  if (!factors.isPositiveDefinite())
    throw new AttuneError(
      'run',
      `what the extreme learning machine solves, of ${matrix.rows} rows, is singular with a ridge of ${ridge}; give a greater one`,
    );
  return factors.solve(targets);
}

/**
 * What it says of an input: about 1 for the class that it takes it for, about -1 for others.
 *
 * @param input `[width]`
 * @returns `[classes]`
 */
export function elmOutputs(elm: Elm, input: ArrayLike<number>): number[] {
  const { classes, output } = elm;
  const sums = new Array<number>(classes).fill(0);
  for (const [unit, activation] of activationsOf(elm, input).entries())
    for (let k = 0; k < classes; k++) sums[k]! += activation * output[unit * classes + k]!;
  return sums;
}
