import { describe, expect, it } from 'vitest';
import { AttuneError } from '../../src/errors.ts';
import { forEachSample } from '../../src/graph/for-each-sample.ts';
import * as f from '../../src/graph/functions.ts';
import { type Dimension, Graph, type Tensor } from '../../src/graph/graph.ts';
import { lstmInUse } from '../../src/graph/lstm-in-use.ts';
import { OPERATORS } from '../../src/graph/operators.ts';
import { scatterAdd } from '../../src/graph/scatter.ts';
import type { Values } from '../../src/graph/session.ts';
import { Random } from '../../src/random.ts';
import { BATCH, evaluate, normal } from './evaluate.ts';

/** Makes an input of the given shape. */
type Input = (...shape: Dimension[]) => Tensor;

const ints = (x: Tensor, values: readonly number[]) => x.graph.constant(values, [values.length], 'int64');
const turn = (a: Tensor, b: Tensor, transA: number, transB: number) =>
  a.graph.apply('FusedMatMul', [a, b], { transA: { int: transA }, transB: { int: transB } })[0]!;

const weights = (x: Input) => ({ reverse: { input: x(8, 3), recurrent: x(8, 2), bias: x(8) } });

/** Each with at least the operator that it is named after; all operators of the table occur. */
const CASES: readonly (readonly [name: string, build: (x: Input) => Tensor])[] = [
  ['Abs', (x) => f.abs(x('batch', 2))],
  ['Add, broadcast both ways', (x) => f.add(x('batch', 1, 4), x(3, 1))],
  ['AveragePool', (x) => f.averagePool(x('batch', 2, 4, 6))],
  ['AveragePool, odd', (x) => f.averagePool(x(1, 2, 5, 7))],
  ['BatchNormalization', (x) => f.scaleChannels(x('batch', 2, 3), x(2), x(2))],
  ['Cast', (x) => f.toFloat(f.less(x(2, 3), 0))],
  ['Cast to int32', (x) => f.mod(x(2).graph.apply('Cast', [f.countOf(x('batch'))], { to: { int: 6 } })[0]!, 2)],
  ['Concat', (x) => f.concat([x('batch', 1), x('batch', 3)], 1)],
  ['Concat, the last axis', (x) => f.concat([x('batch', 1), x('batch', 3)], -1)],
  ['Conv', (x) => f.conv(x('batch', 2, 5, 6), x(3, 2, 3, 3), [1, 1, 1, 1], x(3))],
  ['Conv, uneven padding', (x) => f.conv(x('batch', 1, 6, 5), x(2, 1, 4, 2), [1, 0, 2, 1])],
  ['Conv, uneven strides', (x) => f.conv(x(1, 1, 5, 20), x(2, 1, 2, 6), [0, 1, 0, 2], undefined, [2, 3])],
  ['Div', (x) => f.div(1, x(2, 3))],
  ['Equal', (x) => f.equal(x('batch', 3), x(3))],
  ['Exp', (x) => f.exp(x())],
  ['Expand', (x) => f.expand(x(3, 1), f.shapeOf(x(2, 1, 4)))],
  ['Expand to a symbolic batch', (x) => f.expand(x(3), f.shapeOf(x('batch', 3)))],
  ['FusedMatMul', (x) => turn(x('batch', 2, 3), x('batch', 4, 3), 0, 1)],
  ['FusedMatMul, both turned', (x) => turn(x('batch', 3, 2), x('batch', 4, 3), 1, 1)],
  ['FusedMatMul, rows by rows', (x) => f.innerProducts(x('batch', 2, 3), x('batch', 2, 3))],
  ['Gemm', (x) => f.gemm(x(2, 3), x(3, 4), x(2, 4))],
  ['Gemm, both turned', (x) => f.gemm(x(3, 2), x(4, 3), undefined, { a: true, b: true })],
  ['Greater', (x) => f.greater(x(2, 1), x(1, 2))],
  ['Identity', (x) => x(2).graph.apply('Identity', [x('batch', 2)])[0]!],
  ['LSTM', (x) => lstmInUse(x(4, 'batch', 3), weights(x)).outputs],
  ['LSTM, its last states', (x) => lstmInUse(x(4, 'batch', 3), weights(x)).last],
  ['Less', (x) => f.less(x('batch'), 0)],
  ['Log', (x) => f.log(x(2))],
  ['LogSoftmax', (x) => f.logSoftmax(x(2, 3), -1)],
  ['MatMul', (x) => f.matmul(x(2, 3), x(3, 4))],
  ['MatMul, stacks', (x) => f.matmul(x('batch', 1, 2, 3), x(5, 3, 4))],
  ['Max', (x) => f.maximum(x('batch', 1), x(3))],
  ['MaxPool', (x) => f.maxPool(x('batch', 2, 4, 6))],
  ['MaxPool, odd', (x) => f.maxPool(x(1, 2, 5, 7))],
  ['Min, integers', (x) => f.minimum(ints(x(1), [3, -1, 2]), 2)],
  ['Mod', (x) => f.mod(ints(x(1), [5, 6, 7]), f.countOf(x('batch')))],
  ['Mul', (x) => f.mul(x('batch', 2), 2)],
  ['Neg', (x) => f.neg(x(2))],
  ['OneHot', (x) => f.oneHot(ints(x(1), [2, 0]), 4)],
  ['Pad', (x) => f.pad(x('batch', 1, 3, 4), [1, 2, 3, 4])],
  ['Pad, negative', (x) => f.pad(x('batch', 1, 5, 6), [-1, 2, -2, -3])],
  ['Pad, of ones', (x) => f.padAll(x('batch', 3), [0, 1], [0, 2], 1)],
  ['Pad, moved', (x) => f.pad(x('batch', 1, 5, 6), [1, -2, -1, 2])],
  ['Range', (x) => f.range(x(1).graph, 7, 2)],
  ['Range, empty', (x) => f.range(x(1).graph, -1, 2)],
  ['Range to a limit known when it runs', (x) => f.range(x(1).graph, f.countOf(x('batch')), 1, 'batch')],
  ['ReduceMax', (x) => f.reduceMax(x('batch', 3, 4), [1, 2], true)],
  ['ReduceMean, a negative axis', (x) => f.reduceMean(x('batch', 3, 4), [-2])],
  ['ReduceMin, all axes', (x) => f.reduceMin(x('batch', 3), [0, 1])],
  ['ReduceMean, none named', (x) => f.reduceMean(x('batch', 3), [], true)],
  ['ReduceSum', (x) => f.reduceSum(x('batch', 3, 4), [0, 2])],
  ['ReduceSum, none named', (x) => f.reduceSum(x('batch', 3), [])],
  ['Relu', (x) => f.relu(x(2))],
  ['Reshape', (x) => f.reshape(x('batch', 2, 6), [0, -1, 3])],
  ['Reshape, samples split', (x) => f.reshape(x('batch', 4), [-1, 2])],
  ['Reshape to the shape of another', (x) => f.reshape(x('batch', 4), f.shapeOf(x('batch', 2, 2)))],
  ['Resize', (x) => f.upsample(x('batch', 2, 3, 4))],
  [
    'Scan, a map',
    (x) => forEachSample([x('batch', 2, 3)], [], ([s]) => ({ outputs: [f.reduceSum(s!, [2])] })).outputs[0]!,
  ],
  [
    'Scan, a sum',
    (x) =>
      forEachSample([x('batch', 2)], [x(1, 2)], ([s], [sum]) => ({ states: [f.add(sum!, s!)], outputs: [] }))
        .states[0]!,
  ],
  ['ScatterElements', (x) => scatterAdd(x('batch', 5, 2), ints(x(1), [3, 0, 3]), x('batch', 3, 2), 1)],
  ['Shape', (x) => f.shapeOf(x('batch', 2, 3))],
  ['Sigmoid', (x) => f.sigmoid(x('batch', 2))],
  ['Sign', (x) => f.sign(x(2))],
  ['HardSigmoid', (x) => f.isPositive(x(2, 3))],
  ['Size', (x) => f.sizeOf(x('batch', 2))],
  ['Slice', (x) => f.slice(x('batch', 5, 6), [1, 2], [1, -4], [4, -1])],
  ['Slice, beyond the end', (x) => f.slice(x('batch', 5), [1], [2], [1000])],
  ['Slice, nothing', (x) => f.slice(x('batch', 5), [1], [3], [3])],
  ['Slice, a negative axis', (x) => f.slice(x(4, 5), [-1], [1], [3])],
  ['Slice, every second', (x) => f.slice(x('batch', 5), [1], [0], [5], [2])],
  ['Slice, backwards', (x) => f.slice(x('batch', 5), [1], [-1], [-1e6], [-1])],
  ['Slice, backwards by two', (x) => f.slice(x('batch', 6), [1], [100], [1], [-2])],
  ['Slice, backwards from before the start', (x) => f.slice(x('batch', 6), [1], [-100], [-200], [-1])],
  ['Softmax', (x) => f.softmax(x(2, 3), 1)],
  ['Split, its first part', (x) => f.split(x('batch', 5, 2), [2, 3], 1)[0]!],
  ['Split, its last part, a negative axis', (x) => f.split(x(2, 6), [1, 2, 3], -1)[2]!],
  ['Sqrt', (x) => f.sqrt(x(2))],
  ['Sub', (x) => f.sub(x(), x(2))],
  ['Tanh', (x) => f.tanh(x('batch', 2))],
  ['Erf', (x) => f.erf(x('batch', 2))],
  ['Transpose', (x) => f.transpose(x('batch', 2, 3), [2, 0, 1])],
  ['Where', (x) => f.where(f.less(x(2, 1), 0), x(3), x('batch', 1, 1))],
  ['Gather', (x) => f.gather(x('batch', 4, 5), [3, 0, 0], 1)],
  ['Gather at places that are computed', (x) => f.gather(x('batch', 4), f.range(x(1).graph, 4, 2), 1)],
];

function build(make: (x: Input) => Tensor) {
  const graph = new Graph();
  const random = new Random(1);
  const feeds: Record<string, Values> = {};
  const y = make((...shape) => {
    const name = `x${graph.inputs.length}`;
    feeds[name] = normal(random, shape);
    return graph.input(name, shape);
  });
  graph.output('y', y);
  return { graph, feeds, y };
}

const ARRAYS = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array };
/** `2*batch` is twice the batch. */
const lengthOf = (d: Dimension) =>
  String(d)
    .split('*')
    .reduce((product, factor) => product * (factor === 'batch' ? BATCH : Number(factor)), 1);

describe('shape and type rules against what ONNX Runtime returns', () => {
  it.each(CASES)('%s', async (_, make) => {
    const { graph, feeds, y } = build(make);
    const results = await evaluate(graph, feeds);
    expect(y.shape.map(lengthOf)).toEqual(results.y!.shape);
    expect(results.y!.data).toBeInstanceOf(ARRAYS[y.type]);
    if (y.value) expect(Array.from(results.y!.data, Number)).toEqual(y.value.map(lengthOf));
  });

  it('are tried for every operator of the table', () => {
    const tried = new Set(CASES.flatMap(([, make]) => build(make).graph.nodes.map(({ operator }) => operator)));
    expect(Object.keys(OPERATORS).filter((operator) => !tried.has(operator))).toEqual([]);
  });
});

describe('what does not fit', () => {
  it.each<[string, RegExp, (x: Input) => unknown]>([
    ['shapes that do not broadcast', /^Add: \[2, 3\] and \[2\] do not broadcast$/, (x) => f.add(x(2, 3), x(2))],
    ['a batch against a length', /^Mul: \[batch\] and \[2\] do not broadcast$/, (x) => f.mul(x('batch'), x(2))],
    ['types that differ', /^Sub: .*one type, got float32 \[2\] and int64 \[1\]/, (x) => f.sub(x(2), f.shapeOf(x(2)))],
    ['matrices', /^MatMul: expected .*, got float32 \[2, 3\] and float32 \[2, 3\]/, (x) => f.matmul(x(2, 3), x(2, 3))],
    ['a vector for a matrix', /^MatMul: expected .* and float32 \[3\]/, (x) => f.matmul(x(2, 3), x(3))],
    [
      'parts of another sum',
      /^Split: expected 2 \+ 2 along axis 1, got float32 \[3, 5\]$/,
      (x) => f.split(x(3, 5), [2, 2], 1),
    ],
    ['turned matrices', /^FusedMatMul: expected /, (x) => turn(x(2, 3), x(3, 4), 0, 1)],
    [
      'the operands of Gemm',
      /^Gemm: expected matrices .* float32 \[3, 4\]/,
      (x) => f.gemm(x(2, 4), x(3, 4), undefined),
    ],
    [
      'channels',
      /^Conv: expected \[n, channels.* \[1, 2, 4, 4\]/,
      (x) => f.conv(x(1, 2, 4, 4), x(3, 1, 2, 2), [0, 0, 0, 0]),
    ],
    ['pieces', /^Concat: expected equal shapes but for axis 1/, (x) => f.concat([x(2, 3), x(3, 3)], 1)],
    ['a symbolic length', /^Concat: axis 0 of \[batch\] must be known/, (x) => f.concat([x('batch'), x('batch')], 0)],
    ['elements', /^Reshape: \[2, 3\] cannot be reshaped to \[4, -1\]/, (x) => f.reshape(x(2, 3), [4, -1])],
    ['an axis', /^Transpose: axis 2 does not exist in the shape \[2, 3\]/, (x) => f.transpose(x(2, 3), [0, 2])],
  ])('%s: an error names the operator, what it expected and what it got', (_, message, make) => {
    const graph = new Graph();
    const wrong = () => make((...shape) => graph.input(`x${graph.inputs.length}`, shape));
    expect(wrong).toThrow(AttuneError);
    expect(wrong).toThrow(message);
  });

  it('is an operator that the table does not hold', () => {
    expect(() => new Graph().apply('Gelu', [])).toThrow(/operator table has no Gelu; .*operators\.ts/);
  });
});
