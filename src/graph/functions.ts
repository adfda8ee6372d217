import type { Graph, Tensor } from './graph.ts';

/** A tensor, or a number that stands for a constant scalar. */
type Operand = Tensor | number;

/** Inside the body of a scan an operator belongs to the body, also where some of its operands come from outside. */
const innermost = (operands: readonly Operand[]): Graph =>
  operands
    .flatMap((operand) => (typeof operand === 'number' ? [] : [operand.graph]))
    .reduce((a, b) => (b.nesting > a.nesting ? b : a));

/** Numbers become constants of the type of the tensors that they stand beside. */
const lift = (graph: Graph, ...operands: readonly Operand[]): Tensor[] => {
  const type = operands.find((operand) => typeof operand !== 'number')?.type ?? 'float32';
  return operands.map((operand) => (typeof operand === 'number' ? graph.constant([operand], [], type) : operand));
};
const unary = (operator: string) => (x: Tensor) => x.graph.apply(operator, [x])[0]!;
const binary = (operator: string) => (a: Operand, b: Operand) => {
  const graph = innermost([a, b]);
  return graph.apply(operator, lift(graph, a, b))[0]!;
};

export const add = binary('Add');
export const sub = binary('Sub');
export const mul = binary('Mul');
export const div = binary('Div');
export const maximum = binary('Max');
export const minimum = binary('Min');
/** the remainder of whole numbers, of the divisor's sign */
export const mod = binary('Mod');
export const equal = binary('Equal');
export const greater = binary('Greater');
export const less = binary('Less');
/** `[..., n, k]` times `[..., k, m]` */
export const matmul = binary('MatMul');

export const abs = unary('Abs');
export const erf = unary('Erf');
export const exp = unary('Exp');
export const log = unary('Log');
export const neg = unary('Neg');
export const relu = unary('Relu');
export const sigmoid = unary('Sigmoid');
export const sqrt = unary('Sqrt');
export const tanh = unary('Tanh');
/** the shape of a tensor, int64 `[rank]` */
export const shapeOf = unary('Shape');
/** the number of elements, an int64 scalar */
export const countOf = unary('Size');

export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const graph = innermost([condition, a, b]);
  return graph.apply('Where', [condition, ...lift(graph, a, b)])[0]!;
}

/** Steep enough to take every float32 that is not 0 past 1. */
const STEEP = 1e30;
const hardSigmoid = (beta: number) => (x: Tensor) =>
  x.graph.apply('HardSigmoid', [x], { alpha: { float: STEEP }, beta: { float: beta } })[0]!;

// Comparisons that give numbers, of tensors that are 0 on one side: max(0, min(1, alpha x + beta)). One pass on all threads, where
// a comparison and a cast take two, one of them on one thread.
/** 1 where x > 0, else 0 */
export const isPositive = hardSigmoid(0);
/** 1 where x = 0, else 0, of x <= 0 */
export const isZero = hardSigmoid(1);
/** 1 where a reaches b, else 0, of a <= b */
export const reaches = (a: Tensor, b: Tensor): Tensor => isZero(sub(a, b));

/** 1 where true, 0 where false; integers as numbers */
export const toFloat = (x: Tensor): Tensor => x.graph.apply('Cast', [x], { to: { int: 1 } })[0]!;

const reduction =
  (operator: string, axesAsInput: boolean) =>
  (x: Tensor, axes: readonly number[], keep = false) => {
    const keepdims = { int: keep ? 1 : 0 };
    return axesAsInput
      ? x.graph.apply(operator, [x, x.graph.constant(axes, [axes.length], 'int64')], { keepdims })[0]!
      : x.graph.apply(operator, [x], { axes: { ints: axes }, keepdims })[0]!;
  };
export const reduceSum = reduction('ReduceSum', true);
export const reduceMean = reduction('ReduceMean', false);
export const reduceMax = reduction('ReduceMax', false);
export const reduceMin = reduction('ReduceMin', false);

/** The number of elements, a float32 scalar. */
export function sizeOf(x: Tensor): Tensor {
  if (x.graph.device === 'cpu') return toFloat(countOf(x));
  const known = x.shape.flatMap((d, axis) => (typeof d === 'number' ? [axis] : []));
  const size = known.reduce((product, axis) => product * (x.shape[axis] as number), 1);
  if (known.length === x.shape.length) return x.graph.constant([size], []);
  const [first, second] = [known.map(() => 0), known.map(() => 1)];
  const corner = known.length ? slice(x, known, first, second) : x; // an element for each place along the other axes
  const ones = reshape(toFloat(equal(corner, corner)), [-1]);
  return mul(reduceSum(ones, [0]), size);
}

/** -1, 0 or 1. */
export function sign(x: Tensor): Tensor {
  if (x.graph.device === 'cpu') return x.graph.apply('Sign', [x])[0]!;
  return x.graph.composite('Sign', [x], () => ({
    outputs: [sub(toFloat(greater(x, 0)), toFloat(less(x, 0)))],
    gradient: () => [],
  }))[0]!;
}

const alongAxis = (operator: string) => (x: Tensor, axis: number) =>
  x.graph.apply(operator, [x], { axis: { int: axis } })[0]!;
export const softmax = alongAxis('Softmax');

export function logSoftmax(x: Tensor, axis: number): Tensor {
  if (x.graph.device === 'cpu') return alongAxis('LogSoftmax')(x, axis);
  return x.graph.composite('LogSoftmax', [x], () => {
    const shifted = sub(x, reduceMax(x, [axis], true));
    const output = sub(shifted, log(reduceSum(exp(shifted), [axis], true)));
    return { outputs: [output], gradient: ([g]) => [sub(g!, mul(exp(output), reduceSum(g!, [axis], true)))] };
  })[0]!;
}

/** The logarithm of the sum of exponentials over `axes`, of numbers of any size. */
export const logSumExp = (x: Tensor, axes: readonly number[], keep = false): Tensor =>
  x.graph.composite('LogSumExp', [x], () => {
    const greatest = maximum(reduceMax(x, axes, true), -3e38); // where all are minus infinity, so is the result
    const sum = reduceSum(exp(sub(x, greatest)), axes, keep);
    const output = add(reshape(greatest, shapeOf(sum)), log(sum));
    const spread = (y: Tensor) => reshape(y, shapeOf(greatest));
    return { outputs: [output], gradient: ([g]) => [mul(spread(g!), exp(sub(x, spread(output))))] };
  })[0]!;

/** `shape` may hold one -1 (what is left), 0 (as it was), or be the result of {@link shapeOf} */
export const reshape = (x: Tensor, shape: readonly number[] | Tensor): Tensor =>
  x.graph.apply('Reshape', [x, 'graph' in shape ? shape : x.graph.constant(shape, [shape.length], 'int64')])[0]!;
export const expand = (x: Tensor, shape: Tensor): Tensor => x.graph.apply('Expand', [x, shape])[0]!;
export const zerosLike = (x: Tensor): Tensor => expand(x.graph.constant([0], []), shapeOf(x));
export const transpose = (x: Tensor, perm: readonly number[]): Tensor =>
  x.graph.apply('Transpose', [x], { perm: { ints: perm } })[0]!;

export const concat = (tensors: readonly Tensor[], axis: number): Tensor =>
  tensors.length === 1 ? tensors[0]! : innermost(tensors).apply('Concat', tensors, { axis: { int: axis } })[0]!;

/** Parts of `lengths`, one after the other along one axis. */
export const split = (x: Tensor, lengths: readonly number[], axis: number): Tensor[] =>
  x.graph.apply('Split', [x, x.graph.constant(lengths, [lengths.length], 'int64')], { axis: { int: axis } });

/** Elements `start` to `end` (exclusive) along each of `axes`. */
export function slice(
  x: Tensor,
  axes: readonly number[],
  starts: readonly number[],
  ends: readonly number[],
  steps?: readonly number[],
): Tensor {
  const list = (values: readonly number[]) => x.graph.constant(values, [values.length], 'int64');
  return x.graph.apply('Slice', [x, list(starts), list(ends), list(axes), ...(steps ? [list(steps)] : [])])[0]!;
}

/** The entries at `indices` (int64, where it is a tensor) along one axis, in their order. */
export function gather(x: Tensor, indices: readonly number[] | Tensor, axis: number): Tensor {
  const at = 'graph' in indices ? indices : x.graph.constant(indices, [indices.length], 'int64');
  return innermost([x, at]).apply('Gather', [x, at], { axis: { int: axis } })[0]!;
}

/**
 * 0, step, 2 step ... below `limit`, int64.
 *
 * @param limit a number, or a scalar that is known when the graph runs
 * @param length names how many there are, where that is not known before
 */
export function range(graph: Graph, limit: Tensor | number, step: number, length = 'range'): Tensor {
  const inputs = lift(graph, graph.constant([0], [], 'int64'), limit, step);
  const [indices] = graph.apply('Range', inputs) as [Tensor];
  return typeof limit === 'number' ? indices : { ...indices, shape: [length] };
}

/** `before` elements of one value before the first and `after` of them behind the last along each axis; negative cuts off. */
export const padAll = (x: Tensor, before: readonly number[], after: readonly number[], value = 0): Tensor =>
  x.graph.apply('Pad', [
    x,
    x.graph.constant([...before, ...after], [2 * before.length], 'int64'),
    ...(value ? [x.graph.constant([value], [])] : []),
  ])[0]!;

/** Zeros around height and width: `[top, left, bottom, right]`; negative cuts off. */
export type Padding = readonly [top: number, left: number, bottom: number, right: number];

/** `[n, channels, h, w]` with zeros around height and width, and perhaps before and after the channels; negative cuts off. */
export const pad = (
  x: Tensor,
  [top, left, bottom, right]: Padding,
  [first, last]: readonly [before: number, after: number] = [0, 0],
): Tensor => padAll(x, [0, first, top, left], [0, last, bottom, right]);

/**
 * `[n, in, h, w]` with weights `[out, in, kernel h, kernel w]` and perhaps biases `[out]`.
 *
 * @param groups in which channels stay among themselves: weights are `[out, in / groups, kernel h, kernel w]`; no gradient flows there
 */
export const conv = (
  x: Tensor,
  weight: Tensor,
  padding: Padding,
  bias?: Tensor,
  strides: readonly [down: number, right: number] = [1, 1],
  groups = 1,
): Tensor =>
  x.graph.apply('Conv', [x, weight, ...(bias ? [bias] : [])], {
    kernel_shape: { ints: weight.shape.slice(2) as number[] },
    pads: { ints: padding },
    strides: { ints: strides },
    ...(groups > 1 && { group: { int: groups } }),
  })[0]!;

/** Height and width. */
export type Window = readonly [height: number, width: number];
const windows =
  (operator: string) =>
  (x: Tensor, window: Window = [2, 2]) =>
    x.graph.apply(operator, [x], { kernel_shape: { ints: window }, strides: { ints: window } })[0]!;
/** The maximum of each 2x2 window; an odd last row or column is left out. */
export const maxPool = windows('MaxPool');
/** The mean of each window; a gradient flows where windows divide both sides. */
export const averagePool = windows('AveragePool');

/** Repeats each element over a window. */
export const upsample = (x: Tensor, [height, width]: Window = [2, 2]): Tensor =>
  x.graph.apply('Resize', [x, undefined, x.graph.constant([1, 1, height, width], [4])], {
    mode: { string: 'nearest' },
    coordinate_transformation_mode: { string: 'asymmetric' },
    nearest_mode: { string: 'floor' },
  })[0]!;

/** `x * scale + offset`, one scale and one offset a channel, both `[channels]`; x is `[n, channels, ...]`. */
export function scaleChannels(x: Tensor, scale: Tensor, offset: Tensor): Tensor {
  const channels = x.shape[1] as number;
  const zeros = x.graph.constant(new Float32Array(channels), [channels]);
  const ones = x.graph.constant(new Float32Array(channels).fill(1), [channels]);
  return x.graph.apply('BatchNormalization', [x, scale, offset, zeros, ones], { epsilon: { float: 0 } })[0]!;
}

/** Rows of zeros with a one at each index: int64 `[n]` to float32 `[n, depth]`. */
export const oneHot = (indices: Tensor, depth: number): Tensor =>
  indices.graph.apply('OneHot', [
    indices,
    indices.graph.constant([depth], [1], 'int64'),
    indices.graph.constant([0, 1], [2]),
  ])[0]!;

/** `a` times `b` (either transposed first) plus `c`: matrices. */
export const gemm = (
  a: Tensor,
  b: Tensor,
  c: Tensor | undefined,
  transpose: { a?: boolean; b?: boolean } = {},
): Tensor =>
  a.graph.apply('Gemm', c ? [a, b, c] : [a, b], {
    transA: { int: transpose.a ? 1 : 0 },
    transB: { int: transpose.b ? 1 : 0 },
  })[0]!;

/** The inner product of each row of `[n, rows, k]` with the same row of another: `[n, rows]`. */
export function innerProducts(a: Tensor, b: Tensor): Tensor {
  const [, rows, k] = a.shape as number[];
  if (a.graph.device !== 'cpu') return reduceSum(mul(a, b), [2]);
  const rowsOf = (x: Tensor) => reshape(x, [0, rows!, 1, k!]);
  // 0.1 to 0.2 ms for Conv1's rows; MatMul with the second operand as columns takes 2.9
  return reshape(a.graph.apply('FusedMatMul', [rowsOf(a), rowsOf(b)], { transB: { int: 1 } })[0]!, [0, rows!]);
}

/** The products of matrices `[n, rows, k]` and `[n, columns, k]`, the second turned, summed over n and added to `[rows, columns]`. */
export function addProducts(a: Tensor, b: Tensor, sum: Tensor): Tensor {
  const [n, rows, k] = a.shape;
  if (n === 1) return gemm(reshape(a, [rows, k] as number[]), reshape(b, [-1, k as number]), sum, { b: true });
  return add(sum, reduceSum(matmul(a, transpose(b, [0, 2, 1])), [0]));
}
