import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/graph/backward.ts';
import * as f from '../../src/graph/functions.ts';
import { type Device, Graph, type Tensor } from '../../src/graph/graph.ts';
import { createSession, type Values } from '../../src/graph/session.ts';
import { difference, numbers, sumOf, values } from './evaluate.ts';

/** From values-reference.py, which holds the same functions. */
interface Reference {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly y: readonly number[];
  readonly dx: readonly number[];
}
const REFERENCES: readonly Reference[] = JSON.parse(readFileSync(new URL('./values.json', import.meta.url), 'utf8'));

const FUNCTIONS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  sigmoid: f.sigmoid,
  'sigmoid, far out': f.sigmoid,
  tanh: f.tanh,
  'tanh, far out': f.tanh,
  erf: f.erf,
  'erf, far out': f.erf,
  slice: (x) => f.slice(x, [0, 2], [1, 2], [3, 3]),
  'slice, every second': (x) => f.slice(x, [1], [1], [5], [2]),
  'slice, nothing beside all': (x) => f.concat([f.slice(x, [1], [3], [3]), x], 1),
  gather: (x) => f.gather(x, [4, 0, 4, 4, 2], 1),
  'gather, first axis': (x) => f.gather(x, [1, 1, 3], 0),
  'gather, last axis': (x) => f.gather(x, x.graph.constant([0, 3, 3, 3], [2, 2], 'int64'), 2),
  'gather of a vector': (x) => f.gather(x, [5, 0, 5], 0),
  pad: (x) => f.pad(x, [0, 1, 3, 2]),
  'pad, cut': (x) => f.pad(x, [1, -1, -2, 2]),
  'log-sum-exp': (x) => f.logSumExp(x, [1]),
  'log-sum-exp, two axes, kept': (x) => f.logSumExp(x, [0, 2], true),
  'log-sum-exp, beyond what exp can': (x) => f.logSumExp(x, [0]),
};

function sines(shape: readonly number[], step: number, offset: number, size = 1): Values {
  const count = shape.reduce((product, d) => product * d, 1);
  return values(
    Array.from({ length: count }, (_, i) => size * Math.sin(step * i + 0.0001 * i * i + offset)),
    shape,
  );
}

describe.each<Device>(['cpu', 'webgpu'])('values and gradients against PyTorch, as built for %s', (device) => {
  it.each(REFERENCES)('$name', async ({ name, shape, size, y, dx }) => {
    const graph = new Graph({ device });
    const x = graph.input('x', shape);
    const result = FUNCTIONS[name]!(x);
    graph.output('y', result);
    graph.output('dx', gradients(graph, sumOf(f.mul(result, graph.input('weights', result.shape))), [x])[0]!);
    const session = await createSession(graph, { device: 'cpu', threads: 1 });
    const weights = sines(result.shape as readonly number[], 1.3, 0.5);
    const out = await session.run({ x: sines(shape, 2.1, 1, size), weights });
    await session.close();
    expect(difference(numbers(out.y!), y), 'y').toBeLessThan(1e-6);
    expect(difference(numbers(out.dx!), dx), 'dx').toBeLessThan(5e-6);
  });
});

it('gives the log-sum-exp of nothing but minus infinity as that', async () => {
  const graph = new Graph();
  graph.output('y', f.logSumExp(graph.input('x', [2, 2]), [1]));
  const session = await createSession(graph, { threads: 1 });
  const { y } = await session.run({ x: values([-Infinity, -Infinity, -Infinity, 3], [2, 2]) });
  expect(numbers(y!)).toEqual([-Infinity, 3]);
  await session.close();
});
