import { expect, it } from 'vitest';
import * as f from '../../src/graph/functions.ts';
import { Graph } from '../../src/graph/graph.ts';
import { evaluate, numbers, values } from './evaluate.ts';

it('tells 0 from numbers down to 1e-29', async () => {
  const graph = new Graph();
  const x = graph.input('x', [6]);
  graph.output('positive', f.isPositive(x));
  graph.output('zero', f.isZero(f.neg(x)));
  const out = await evaluate(graph, { x: values([0, 1e-29, 1.2e-7, 0.5, 1, 3e38], [6]) });
  expect(numbers(out.positive!)).toEqual([0, 1, 1, 1, 1, 1]);
  expect(numbers(out.zero!)).toEqual([1, 0, 0, 0, 0, 0]);
});
