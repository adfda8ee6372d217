import { describe, expect, it } from 'vitest';
import { forEachSample } from '../../src/graph/for-each-sample.ts';
import * as f from '../../src/graph/functions.ts';
import { Graph } from '../../src/graph/graph.ts';
import { createSession } from '../../src/graph/session.ts';
import { evaluate, numbers, values } from './evaluate.ts';

describe('a piece of graph run for each sample', () => {
  it('sees one sample at a time, carries states, uses tensors from outside and stacks its outputs', async () => {
    const graph = new Graph();
    const x = graph.input('x', ['batch', 2]);
    const y = graph.input('y', ['batch']);
    const factor = graph.input('factor', []);
    const start = graph.input('start', [1, 2]);
    const { states, outputs } = forEachSample([x, y], [start], ([sample, weight], [sum]) => {
      expect([sample!.shape, weight!.shape]).toEqual([[1, 2], [1]]);
      const scaled = f.mul(f.mul(sample!, weight!), factor);
      const grown = f.add(sum!, scaled);
      return { states: [grown], outputs: [scaled, f.neg(grown)] };
    });
    expect(outputs.map(({ shape }) => shape)).toEqual([
      ['batch', 2],
      ['batch', 2],
    ]);
    graph.output('sum', states[0]!);
    graph.output('scaled', outputs[0]!);
    graph.output('minusGrown', outputs[1]!);

    const session = await createSession(graph, { threads: 1 });
    const fixed = { factor: values([10], []), start: values([1, 2], [1, 2]) };
    const three = await session.run({ ...fixed, x: values([1, 2, 3, 4, 5, 6], [3, 2]), y: values([1, -1, 2], [3]) });
    expect(numbers(three.scaled!)).toEqual([10, 20, -30, -40, 100, 120]);
    expect(numbers(three.minusGrown!)).toEqual([-11, -22, 19, 18, -81, -102]);
    expect(numbers(three.sum!)).toEqual([81, 102]);
    const one = await session.run({ ...fixed, x: values([1, 2], [1, 2]), y: values([3], [1]) });
    expect(numbers(one.sum!)).toEqual([31, 62]);
    await session.close();
  });

  it('is applied as it is where there is known to be one sample', async () => {
    const graph = new Graph();
    const [x, sum] = [graph.input('x', [1, 2]), graph.input('sum', [2])];
    const { states, outputs } = forEachSample([x], [sum], ([sample], [sum]) => ({
      states: [f.add(sum!, f.reshape(sample!, [2]))],
      outputs: [f.neg(sample!)],
    }));
    expect(graph.nodes.map(({ operator }) => operator)).not.toContain('Scan');
    graph.output('total', states[0]!);
    graph.output('negative', outputs[0]!);
    const out = await evaluate(graph, { x: values([1, 2], [1, 2]), sum: values([10, 20], [2]) });
    expect([numbers(out.total!), out.negative!.shape]).toEqual([
      [11, 22],
      [1, 2],
    ]);
  });

  it('returns a tensor under two names, and inputs as they came', async () => {
    const graph = new Graph();
    const x = graph.input('x', ['batch', 2]);
    const start = graph.input('start', [1, 2]);
    const { states, outputs } = forEachSample([x], [start], ([sample], [kept]) => {
      const doubled = f.mul(sample!, 2);
      return { states: [kept!], outputs: [doubled, doubled, sample!] };
    });
    graph.output('state', states[0]!);
    for (const [i, output] of outputs.entries()) graph.output(`output${i}`, output);
    const out = await evaluate(graph, { x: values([1, 2, 3, 4], [2, 2]), start: values([7, 8], [1, 2]) });
    expect(numbers(out.state!)).toEqual([7, 8]);
    expect(numbers(out.output0!)).toEqual([2, 4, 6, 8]);
    expect(numbers(out.output1!)).toEqual([2, 4, 6, 8]);
    expect(numbers(out.output2!)).toEqual([1, 2, 3, 4]);
  });
});
