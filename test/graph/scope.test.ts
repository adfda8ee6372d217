import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/graph/backward.ts';
import { forEachSample } from '../../src/graph/for-each-sample.ts';
import * as f from '../../src/graph/functions.ts';
import { Graph } from '../../src/graph/graph.ts';
import { toOnnx } from '../../src/graph/onnx.ts';
import { sumOf } from './evaluate.ts';

const scopesOf = (graph: Graph) => graph.nodes.map(({ operator, scope }) => `${scope}${operator}`);
const written = (graph: Graph) => Buffer.from(toOnnx(graph)).toString('latin1');

describe('a scope', () => {
  it('begins the names of the nodes applied in it, scopes within scopes too', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    f.exp(x);
    const y = graph.scope('outer', () => {
      const inner = graph.scope('inner', () => f.neg(x));
      return f.abs(inner);
    });
    f.sqrt(y);
    expect(scopesOf(graph)).toEqual(['Exp', 'outer/inner/Neg', 'outer/Abs', 'Sqrt']);
    expect(written(graph)).toContain(`outer/inner/${graph.nodes[1]!.outputs[0]!.name}`);
    expect(written(graph)).not.toContain(`/${graph.nodes[3]!.outputs[0]!.name}`);
  });

  it('holds for the bodies of its nodes, and for the copies under the names of outputs', () => {
    const graph = new Graph();
    const x = graph.input('x', ['batch', 2]);
    graph.scope('layer', () => {
      const [y] = forEachSample([x], [], ([sample]) => ({ outputs: [f.neg(sample!)] })).outputs;
      graph.output('y', y!);
    });
    expect(written(graph)).toMatch(/layer\/Neg_\d+/);
    expect(written(graph)).toContain('layer/y');
  });

  it('is entered again by the gradients of what it holds, composites too', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    const y = graph.scope('first', () => f.exp(x));
    const [z] = graph.scope('second', () =>
      graph.composite('Twice', [y], () => ({ outputs: [f.add(y, y)], gradient: ([dz]) => [f.mul(dz!, 2)] })),
    );
    const loss = graph.scope('loss', () => sumOf(z!));
    const forward = graph.nodes.length;
    gradients(graph, loss, [x]);
    const scopes = graph.nodes.slice(forward).map(({ scope }) => scope);
    expect([...new Set(scopes)]).toEqual(['loss/backward/', 'second/backward/', 'first/backward/']);
  });

  it('ends with an error', () => {
    const graph = new Graph();
    expect(() => graph.scope('layer', () => f.add(graph.input('a', [2]), graph.input('b', [3])))).toThrow(/Add/);
    f.neg(graph.input('x', [2]));
    expect(scopesOf(graph)).toEqual(['Neg']);
  });
});
