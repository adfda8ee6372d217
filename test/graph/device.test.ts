import { describe, expect, it, onTestFinished } from 'vitest';
import * as f from '../../src/graph/functions.ts';
import { Graph } from '../../src/graph/graph.ts';
import { createSession } from '../../src/graph/session.ts';
import { numbers, values } from './evaluate.ts';

const negation = () => {
  const graph = new Graph();
  graph.output('y', f.neg(graph.input('x', [2])));
  return graph;
};

describe('a device', () => {
  it.each(['cpu', 'webgpu', 'cuda'] as const)('%s computes, or is said not to be there', async (device) => {
    const session = await createSession(negation(), { device }).catch((error) => error);
    if (session instanceof Error) {
      expect(device).not.toBe('cpu');
      expect(session).toMatchObject({ name: 'AttuneError', code: 'usage' });
      expect(session.message).toMatch(new RegExp(`^expected the device ${device}, .* choose another device$`));
    } else {
      onTestFinished(() => session.close());
      expect(numbers((await session.run({ x: values([1, -2], [2]) })).y!)).toEqual([-1, 2]);
    }
  });

  it('that is there is not blamed for a graph that cannot be loaded', async () => {
    const graph = new Graph();
    graph.output('y', graph.apply('Abs', [graph.input('x', [2])], { axis: { int: 1 } })[0]!);
    await expect(createSession(graph, { device: 'cpu' })).rejects.toMatchObject({ code: 'graph' });
  });
});
