import { describe, expect, it } from 'vitest';
import { AttuneError } from '../../src/errors.ts';
import { gradients } from '../../src/graph/backward.ts';
import * as f from '../../src/graph/functions.ts';
import { GRADIENTS } from '../../src/graph/gradients.ts';
import { Graph, type Shape, type Tensor } from '../../src/graph/graph.ts';
import { createSession, type Values } from '../../src/graph/session.ts';
import { Random } from '../../src/random.ts';
import { BATCH, count, difference, evaluate, normal, numbers, sumOf, values } from './evaluate.ts';

type Build = (a: Tensor, b: Tensor, c: Tensor) => Tensor;

/** Their sums, each counted more than the one before. */
const weighted = (parts: readonly Tensor[]): Tensor => parts.map((x, i) => f.mul(sumOf(x), i + 1)).reduce(f.add);

/**
 * What is tried, the shapes of the inputs, and the function whose inputs' gradients are compared; operators that need them get
 * positive inputs.
 */
const CASES: readonly (readonly [name: string, shapes: string, build: Build, domain?: 'positive'])[] = [
  ['Abs', '2,3', f.abs],
  ['Add', '2,3 2,3', f.add],
  ['Add, a row', '2,3 3', f.add],
  ['Add, a column before', '2,1 2,3', f.add],
  ['Add, a scalar', '2,3 scalar', f.add],
  ['Add, both broadcast', '2,1 1,3', f.add],
  ['Add, a symbolic batch', 'batch,3 3', f.add],
  ['Add, one row over a symbolic batch', '1,3 batch,3', f.add],
  ['Concat, axis 0', '2,3 1,3', (a, b) => f.concat([a, b], 0)],
  ['Concat, three along axis 2', '2,1,3 2,1,1 2,1,2', (a, b, c) => f.concat([a, b, c], 2)],
  ['Concat, the last axis', '2,3 2,1', (a, b) => f.concat([a, b], -1)],
  ['Concat, a tensor with itself', '2,2', (a) => f.concat([a, a], 1)],
  ['Conv 3x3', '2,2,4,3 3,2,3,3', (x, w) => f.conv(x, w, [1, 1, 1, 1])],
  ['Conv 3x3, no padding, bias', '1,2,4,5 2,2,3,3 2', (x, w, b) => f.conv(x, w, [0, 0, 0, 0], b)],
  ['Conv 4x2, uneven padding, bias', '2,1,5,4 2,1,4,2 2', (x, w, b) => f.conv(x, w, [1, 0, 2, 1], b)],
  ['Conv 2x5, uneven padding', 'batch,2,3,5 2,2,2,5', (x, w) => f.conv(x, w, [0, 2, 1, 2])],
  ['Conv 1x1, bias', 'batch,3,2,2 2,3,1,1 2', (x, w, b) => f.conv(x, w, [0, 0, 0, 0], b)],
  ['Div', '2,3 2,3', f.div],
  ['Div by a column', '2,3 2,1', f.div],
  ['Div of a number', '2,3', (x) => f.div(2, x)],
  ['Equal, in a condition', '2,2', (x) => f.where(f.equal(x, 0.5), f.mul(x, 2), f.mul(x, 3))],
  ['Exp', '2,3', f.exp],
  ['Expand to more axes', '3 2,3', (a, b) => f.mul(f.expand(a, f.shapeOf(b)), b)],
  ['Expand a column', '2,1 2,3', (a, b) => f.mul(f.expand(a, f.shapeOf(b)), b)],
  ['Expand to a symbolic batch', '1,3 batch,3', (a, b) => f.mul(f.expand(a, f.shapeOf(b)), b)],
  ['Gather, one place twice', '5,2', (x) => f.gather(x, [3, 0, 3], 0)],
  ['Gather, the last axis of a symbolic batch', 'batch,2,4', (x) => f.gather(x, [1, 1, 1, 2, -1], 2)],
  ['Gather, in the middle', '2,3,2', (x) => f.gather(x, [2, 0], 1)],
  ['Gather of a vector', '6', (x) => f.gather(x, [5, 5, 0], 0)],
  ['Gather, a matrix of places', 'batch,4,2', (x) => f.gather(x, x.graph.constant([3, 0, 0, 1], [2, 2], 'int64'), 1)],
  ['Gather, a single place', '4,batch', (x) => f.gather(x, x.graph.constant([2], [], 'int64'), 0)],
  ['Greater, in a condition', '2,3 2,3', (a, b) => f.where(f.greater(a, b), f.mul(a, 2), f.mul(b, 3))],
  ['Less, in a condition', '2,3 3', (a, b) => f.where(f.less(a, b), f.mul(a, 2), f.mul(b, 3))],
  ['Log', '2,3', f.log, 'positive'],
  ['LogSoftmax, axis 0', '4,3', (x) => f.logSoftmax(x, 0)],
  ['LogSoftmax, axis 1 of a symbolic batch', 'batch,4', (x) => f.logSoftmax(x, 1)],
  ['LogSoftmax, the last axis', '2,2,3', (x) => f.logSoftmax(x, -1)],
  ['LogSumExp, axis 1', 'batch,3', (x) => f.logSumExp(x, [1])],
  ['LogSumExp, kept, two axes', '2,3,2', (x) => f.logSumExp(x, [0, -1], true)],
  ['LogSumExp over all', 'batch,2', (x) => f.logSumExp(x, [0, 1])],
  ['MatMul', '2,3 3,4', f.matmul],
  ['MatMul, stacks', '2,2,3 2,3,2', f.matmul],
  ['MatMul, a stack by one matrix', 'batch,2,3 3,2', f.matmul],
  ['MatMul, one matrix by a stack', '2,3 2,3,2', f.matmul],
  ['MatMul by itself transposed', '2,3', (x) => f.matmul(x, f.transpose(x, [1, 0]))],
  ['Max', '3,3 3,3', f.maximum],
  ['Max with a row', 'batch,3 3', f.maximum],
  ['Max with a number', '3,3', (x) => f.maximum(x, 0.7)],
  ['AveragePool', 'batch,2,4,6', (x) => f.averagePool(x)],
  ['AveragePool of 1x2', 'batch,2,3,4', (x) => f.averagePool(x, [1, 2])],
  ['MaxPool', 'batch,2,4,4', (x) => f.maxPool(x)],
  ['Mul', '2,3 2,3', f.mul],
  ['Mul, the middle axis broadcast', '2,3,2 2,1,2', f.mul],
  ['Mul by itself', '2,3', (x) => f.mul(x, x)],
  ['Neg', '2,3', f.neg],
  ['OneHot, as a mask', '2,3', (x) => f.mul(x, f.oneHot(x.graph.constant([2, 0], [2], 'int64'), 3))],
  ['Pad, around images', 'batch,1,2,3', (x) => f.pad(x, [1, 2, 3, 0], [1, 0])],
  ['Pad, moved', '2,1,3,3', (x) => f.pad(x, [1, -2, -1, 1])],
  ['Pad, of ones', '4,batch', (x) => f.mul(f.padAll(x, [1, 0], [-2, 0], 1), 2)],
  ['ReduceMean, axis 0', '2,3', (x) => f.reduceMean(x, [0])],
  ['ReduceMean, axes 2 and 3', '2,2,3,2', (x) => f.reduceMean(x, [2, 3])],
  ['ReduceMean, kept, a negative axis', '2,3', (x) => f.reduceMean(x, [-1], true)],
  ['ReduceMean over a symbolic batch', 'batch,2,2', (x) => f.reduceMean(x, [0])],
  ['ReduceMean beside a symbolic batch', 'batch,2,2', (x) => f.reduceMean(x, [1], true)],
  ['ReduceSum, axis 1', '2,3', (x) => f.reduceSum(x, [1])],
  ['ReduceSum, the first and last axes, kept', '2,3,2', (x) => f.reduceSum(x, [0, -1], true)],
  ['ReduceSum over all, with a symbolic batch', 'batch,2', (x) => f.reduceSum(x, [0, 1])],
  ['Relu', '3,3', f.relu],
  ['Reshape, -1', '2,3', (x) => f.reshape(x, [-1])],
  ['Reshape, 0 and -1', '2,3,2', (x) => f.reshape(x, [0, -1])],
  ['Reshape, a symbolic batch', 'batch,2,2', (x) => f.reshape(x, [-1, 4])],
  ['Shape, of another tensor', '2,3 3,2', (a, b) => f.mul(f.reshape(a, f.shapeOf(b)), b)],
  ['Sigmoid', '2,3', f.sigmoid],
  ['Sign', '2,3', (x) => f.mul(f.sign(x), x)],
  ['Slice, two axes', 'batch,4,3', (x) => f.slice(x, [1, 2], [1, 0], [3, -1])],
  ['Slice, beyond the end, a negative axis', '2,4', (x) => f.slice(x, [-1], [2], [1000])],
  ['Slice, every third', 'batch,8', (x) => f.slice(x, [1], [1], [8], [3])],
  ['Slice, every second of both axes', '5,4', (x) => f.slice(x, [0, 1], [0, 1], [5, 4], [2, 2])],
  ['Slice, backwards', '4,2', (x) => f.slice(x, [0], [-1], [-1e6], [-1])],
  ['Slice, backwards by two', 'batch,7,2', (x) => f.slice(x, [1], [5], [0], [-2])],
  ['Softmax, axis 0', '3,2', (x) => f.softmax(x, 0)],
  ['Softmax, axis 1 of 3', 'batch,3,2', (x) => f.softmax(x, 1)],
  ['Softmax, axis 2 of 3', '2,2,3', (x) => f.softmax(x, 2)],
  ['Softmax, the last axis', '2,3', (x) => f.softmax(x, -1)],
  ['Split, both parts', 'batch,5', (x) => weighted(f.split(x, [2, 3], 1))],
  ['Split, the first part alone', '4,3', (x) => f.split(x, [1, 3], 0)[0]!],
  ['Split, the last part alone', '2,3,4', (x) => f.split(x, [3, 1], -1)[1]!],
  ['Split, all parts but one', '7,2', (x) => weighted(f.split(x, [1, 2, 2, 2], 0).toSpliced(1, 1))],
  ['Sqrt', '2,3', f.sqrt, 'positive'],
  ['Sub', '2,3 2,3', f.sub],
  ['Sub, a row before', '3 2,3', f.sub],
  ['Tanh', 'batch,2', f.tanh],
  ['Erf', 'batch,2', f.erf],
  ['Transpose, two axes', '2,3', (x) => f.transpose(x, [1, 0])],
  ['Transpose, three axes', 'batch,3,4', (x) => f.transpose(x, [2, 0, 1])],
  ['Where', '2,3 2,3', (a, b) => f.where(f.less(a.graph.constant([1, 2, 3, 4, 5, 6], [2, 3]), 4), a, b)],
  ['Where, a row and a column', '3 2,1', (a, b) => f.where(f.less(a.graph.constant([1, 9, 1], [3]), 4), a, b)],
  ['Where, a number', '2,3', (x) => f.where(f.less(x, 0), 0.5, x)],
];

/** `2,3 scalar batch,3` as `[2, 3]`, `[]` and `['batch', 3]`. */
const parse = (shapes: string): Shape[] =>
  shapes
    .split(' ')
    .map((shape) => (shape === 'scalar' ? [] : shape.split(',').map((d) => (d === 'batch' ? d : Number(d)))));

/** The graph of a case: `y`, the loss sum(y r) for random weights r that are fed, and the gradient of each input. */
function graphOf(shapes: string, build: Build) {
  const graph = new Graph();
  const inputs = parse(shapes).map((shape, i) => graph.input(`x${i}`, shape));
  const y = build(...(inputs as [Tensor, Tensor, Tensor]));
  graph.output('y', y);
  const operators = graph.steps.map(({ operator }) => operator);
  const loss = sumOf(f.mul(y, graph.input('r', y.shape)));
  for (const [i, gradient] of gradients(graph, loss, inputs).entries()) graph.output(`dx${i}`, gradient);
  return { graph, y, operators };
}

const STEP = 5e-3;

/** Numbers with magnitudes from 0.3 to 1.7, none closer than two steps to another or to a negative of another: far from every kink. */
function farApart(shapes: readonly Shape[], random: Random, sign: () => number): Values[] {
  const total = shapes.map(count).reduce((a, b) => a + b, 0);
  const magnitudes = random.shuffle(Array.from({ length: total }, (_, i) => 0.3 + (1.4 * i) / total));
  return shapes.map((shape) => {
    const magnitude = magnitudes.splice(0, count(shape));
    return values(
      magnitude.map((m) => m * sign()),
      shape,
    );
  });
}

describe('gradient rules against central differences', () => {
  for (const [name, shapes, build, domain] of CASES)
    it(name, async () => {
      const random = Random.named(1, name);
      const { graph, y } = graphOf(shapes, build);
      const xs = farApart(parse(shapes), random, () => (domain === 'positive' || random.uniform() < 0.5 ? 1 : -1));
      const r = normal(random, y.shape);
      const feeds = { r, ...Object.fromEntries(xs.map((x, i) => [`x${i}`, x])) };
      const session = await createSession(graph, { threads: 1 });
      const analytic = await session.run(feeds);
      for (const [i, { data, shape }] of xs.entries()) {
        const lossWith = async (at: number, value: number) => {
          const before = data[at]!;
          data[at] = value;
          const y = numbers((await session.run(feeds)).y!);
          data[at] = before;
          return y.reduce((sum, v, k) => sum + v * Number(r.data[k]), 0);
        };
        const numeric: number[] = [];
        for (const [at, x] of numbers(xs[i]!).entries())
          numeric.push(((await lossWith(at, x + STEP)) - (await lossWith(at, x - STEP))) / (2 * STEP));
        expect(Math.max(...numeric.map(Math.abs)), `input ${i} matters`).toBeGreaterThan(0.01);
        expect(analytic[`dx${i}`]!.shape).toEqual(shape);
        expect(difference(numbers(analytic[`dx${i}`]!), numeric), `input ${i}`).toBeLessThan(3e-3);
      }
      await session.close();
    });

  it('tries every operator that has a rule', () => {
    const tried = new Set(CASES.flatMap(([, shapes, build]) => graphOf(shapes, build).operators));
    expect(Object.keys(GRADIENTS).filter((operator) => !tried.has(operator))).toEqual([]);
  });
});

describe('the gradient of a 2x2 max-pool', () => {
  it('is shared by equal maxima, so that each window passes on exactly what it got', async () => {
    const graph = new Graph();
    const x = graph.input('x', [1, 1, 4, 4]);
    const loss = sumOf(f.mul(f.maxPool(x), graph.constant([12, 6, -8, 3], [1, 1, 2, 2])));
    graph.output('dx', gradients(graph, loss, [x])[0]!);
    // windows with four, two, three and one maximum
    const { dx } = await evaluate(graph, { x: values([0, 0, 1, 5, 0, 0, 5, 2, 7, 7, 3, 1, 1, 7, 2, 4], [1, 1, 4, 4]) });
    const third = -8 / 3;
    const expected = [3, 3, 0, 3, 3, 3, 3, 0, third, third, 0, 0, 0, third, 0, 3];
    expect(difference(numbers(dx!), expected)).toBeLessThan(1e-6);
  });

  it('needs height and width to be even', () => {
    const graph = new Graph();
    const x = graph.input('x', [BATCH, 1, 4, 5]);
    const loss = sumOf(f.maxPool(x));
    expect(() => gradients(graph, loss, [x])).toThrow(AttuneError);
  });
});
