import { describe, expect, it } from 'vitest';
import { AttuneError } from '../../src/errors.ts';
import { gradients } from '../../src/graph/backward.ts';
import { forEachSample } from '../../src/graph/for-each-sample.ts';
import * as f from '../../src/graph/functions.ts';
import { Graph, type Tensor } from '../../src/graph/graph.ts';
import { evaluate, numbers, sumOf, values } from './evaluate.ts';

/** The gradient of `build` at x, a vector. */
async function gradientAt(x: readonly number[], build: (x: Tensor) => Tensor): Promise<number[]> {
  const graph = new Graph();
  const input = graph.input('x', [x.length]);
  graph.output('dx', gradients(graph, build(input), [input])[0]!);
  return numbers((await evaluate(graph, { x: values(x, [x.length]) })).dx!);
}

describe('the reverse walk', () => {
  it('adds what arrives over several ways', async () => {
    // d/dx sum(x^2 x + x) = 3 x^2 + 1
    expect(await gradientAt([1, 2, -3], (x) => sumOf(f.add(f.mul(f.mul(x, x), x), x)))).toEqual([4, 13, 28]);
  });

  it('adds what arrives at both inputs of one operator', async () => {
    expect(await gradientAt([5, 7], (x) => sumOf(f.add(x, x)))).toEqual([2, 2]);
  });

  it('goes along a chain of operators', async () => {
    // d/dx sqrt(exp(2 x)) = exp(x)
    const [first, second] = await gradientAt([0, 1], (x) => sumOf(f.sqrt(f.exp(f.mul(x, 2)))));
    expect(first).toBeCloseTo(1, 5);
    expect(second).toBeCloseTo(Math.E, 5);
  });

  it('gives the loss itself a gradient of 1', async () => {
    const graph = new Graph();
    const x = graph.input('x', []);
    graph.output('dx', gradients(graph, x, [x])[0]!);
    expect(numbers((await evaluate(graph, { x: values([3], []) })).dx!)).toEqual([1]);
  });

  it('gives the gradients in the order of the parameters, each of its shape', () => {
    const graph = new Graph();
    const [a, b] = [graph.input('a', [2, 1]), graph.input('b', [3])];
    const loss = sumOf(f.mul(a, b));
    expect(gradients(graph, loss, [b, a]).map(({ shape }) => shape)).toEqual([[3], [2, 1]]);
  });

  it('needs no rule for operators on which no parameter acts', async () => {
    const graph = new Graph();
    const [x, w] = [graph.input('x', [1, 1, 1, 1]), graph.input('w', [1])];
    graph.output('dw', gradients(graph, sumOf(f.mul(f.upsample(x), w)), [w])[0]!);
    const { dw } = await evaluate(graph, { x: values([5], [1, 1, 1, 1]), w: values([1], [1]) });
    expect(numbers(dw!)).toEqual([20]); // four copies of 5
  });
});

describe('a composite', () => {
  it('is told which inputs matter, and its own gradient is used', async () => {
    const graph = new Graph();
    const [x, w] = [graph.input('x', [2]), graph.input('w', [2])];
    let asked: readonly boolean[] = [];
    const [y] = graph.composite('Product', [x, w], () => ({
      outputs: [f.mul(x, w)],
      gradient: ([g], needed) => {
        asked = needed;
        return [undefined, f.mul(g!, 100)];
      },
    }));
    graph.output('dw', gradients(graph, sumOf(y!), [w])[0]!);
    expect(asked).toEqual([false, true]);
    const { dw } = await evaluate(graph, { x: values([1, 2], [2]), w: values([3, 4], [2]) });
    expect(numbers(dw!)).toEqual([100, 100]);
  });
});

describe('a loss that cannot be differentiated', () => {
  /** What is wrong with the loss, when the graph is built. */
  function complaint(build: (x: Tensor) => Tensor): string {
    const graph = new Graph();
    const x = graph.input('x', [2, 2, 4, 4]);
    try {
      gradients(graph, build(x), [x]);
    } catch (error) {
      if (error instanceof AttuneError && error.code === 'graph') return error.message;
      throw error;
    }
    throw new Error('nothing was wrong with the loss');
  }

  it.each<[string, (x: Tensor) => Tensor]>([
    ['Resize', (x) => f.upsample(x)],
    ['BatchNormalization', (x) => f.scaleChannels(x, x.graph.constant([1, 2], [2]), x.graph.constant([3, 4], [2]))],
    ['ReduceMax', (x) => f.reduceMax(x, [1])],
    ['Scan', (x) => forEachSample([x], [], ([sample]) => ({ outputs: [f.exp(sample!)] })).outputs[0]!],
  ])('names the operator without a rule: %s', (operator, build) => {
    expect(complaint((x) => sumOf(build(x)))).toMatch(new RegExp(`no gradient rule for ${operator};.*gradients\\.ts`));
  });

  it('names Conv where its stride is not 1, or its channels are in groups', () => {
    const strided = (x: Tensor) =>
      f.conv(x, x.graph.constant(new Float32Array(8), [1, 2, 2, 2]), [0, 0, 0, 0], undefined, [2, 2]);
    expect(complaint((x) => sumOf(strided(x)))).toMatch(/Conv is for stride 1/);
    const grouped = (x: Tensor) =>
      f.conv(x, x.graph.constant([1, 2], [2, 1, 1, 1]), [0, 0, 0, 0], undefined, [1, 1], 2);
    expect(complaint((x) => sumOf(grouped(f.reshape(x, [1, 2, 1, -1]))))).toMatch(/Conv is for one group/);
  });

  it('must be a scalar', () => {
    expect(complaint((x) => f.reduceSum(x, [1]))).toMatch(/expected a scalar loss, got one of shape \[2, 4, 4\]/);
  });

  it('names a parameter on which it does not depend', () => {
    const graph = new Graph();
    const [used, unused] = [graph.input('used', [2]), graph.input('unused', [2])];
    const loss = sumOf(f.exp(used));
    expect(() => gradients(graph, loss, [used, unused])).toThrow(/does not depend on unused/);
  });

  it.each<[string, (x: Tensor) => Tensor]>([
    ['signs', f.sign],
    ['comparisons', (x) => f.where(f.less(x, 0), -1, 1)],
    ['shapes', (x) => f.reshape(x.graph.constant(new Float32Array(64), [64]), f.shapeOf(x))],
  ])('says so where it depends on a parameter only through its %s', (_, build) => {
    expect(complaint((x) => sumOf(build(x)))).toMatch(/does not depend on x/);
  });
});
