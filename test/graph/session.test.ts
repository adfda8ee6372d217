import { describe, expect, it, onTestFinished } from 'vitest';
import * as f from '../../src/graph/functions.ts';
import { Graph } from '../../src/graph/graph.ts';
import { createSession, runtimeVersion, type Values } from '../../src/graph/session.ts';
import { numbers, values } from './evaluate.ts';

/** y = -x, of `[batch, 2]` */
async function negation() {
  const graph = new Graph();
  graph.output('y', f.neg(graph.input('x', ['batch', 2])));
  const session = await createSession(graph, { threads: 1 });
  onTestFinished(() => session.close());
  return session;
}

describe('a session', () => {
  it('runs batches of different sizes', async () => {
    const session = await negation();
    for (const n of [1, 4]) {
      const { y } = await session.run({ x: values(Array(2 * n).fill(3), [n, 2]) });
      expect(y!.shape).toEqual([n, 2]);
      expect(numbers(y!)).toEqual(Array(2 * n).fill(-3));
    }
  });

  it.each<[string, Record<string, Values>, RegExp]>([
    ['no feed', {}, /needs an input named x, and none was fed/],
    ['a feed of another name', { z: values([1, 2], [1, 2]) }, /needs an input named x/],
    ['another length', { x: values([1, 2, 3], [1, 3]) }, /Got: 3 Expected: 2/],
    ['another rank', { x: values([1, 2], [2]) }, /Got: 1 Expected: 2/],
    [
      'fewer elements than the shape has',
      { x: { data: Float32Array.of(1, 2, 3), shape: [2, 2] } },
      /take x as float32/,
    ],
    ['another type', { x: { data: BigInt64Array.of(1n, 2n), shape: [1, 2] } }, /take x as float32/],
  ])('refuses %s', async (_, feeds, message) => {
    const session = await negation();
    await expect(session.run(feeds)).rejects.toMatchObject({ name: 'AttuneError', code: 'graph' });
    await expect(session.run(feeds)).rejects.toThrow(message);
  });

  it('goes on after a feed that it refused', async () => {
    const session = await negation();
    await expect(session.run({ x: values([1, 2, 3], [1, 3]) })).rejects.toThrow();
    expect(numbers((await session.run({ x: values([1, 2], [1, 2]) })).y!)).toEqual([-1, -2]);
  });

  it('refuses a graph that the runtime cannot load', async () => {
    const graph = new Graph();
    graph.output('y', graph.apply('Abs', [graph.input('x', [2])], { axis: { int: 1 } })[0]!);
    const loading = createSession(graph);
    await expect(loading).rejects.toMatchObject({ name: 'AttuneError', code: 'graph' });
    await expect(loading).rejects.toThrow(/could not load the graph: .*axis/);
  });

  it('names the runtime with its version', () => {
    expect(runtimeVersion()).toMatch(/^onnxruntime \d+\.\d+\.\d+/);
  });
});
