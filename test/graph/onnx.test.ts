import { PbfReader } from 'pbf';
import { describe, expect, it } from 'vitest';
import { AttuneError } from '../../src/errors.ts';
import { forEachSample } from '../../src/graph/for-each-sample.ts';
import * as f from '../../src/graph/functions.ts';
import { Graph } from '../../src/graph/graph.ts';
import { type ModelNotes, toOnnx } from '../../src/graph/onnx.ts';
import { evaluate, numbers, values } from './evaluate.ts';

type Fields = Record<number, (number | string | Uint8Array)[]>;

/** The fields of a protobuf message by number: strings where their number is in `text`, else bytes, and numbers. */
function fieldsOf(bytes: Uint8Array, text: readonly number[] = []): Fields {
  return new PbfReader(bytes).readFields<Fields>((tag, fields, pbf) => {
    const chunk = () => (text.includes(tag) ? pbf.readString() : pbf.readBytes());
    const value = pbf.type === 2 ? chunk() : pbf.type === 5 ? pbf.readFloat() : pbf.readVarint(true);
    fields[tag] = [...(fields[tag] ?? []), value];
  }, {});
}
const messages = (fields: Fields, tag: number, text: readonly number[] = []) =>
  (fields[tag] ?? []).map((bytes) => fieldsOf(bytes as Uint8Array, text));

// Field numbers of ModelProto, GraphProto and so on, from https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
const modelOf = (graph: Graph, notes: ModelNotes = {}) => fieldsOf(toOnnx(graph, notes), [2, 3, 6]);
const graphOf = (graph: Graph) => messages(modelOf(graph), 7, [2])[0]!;
const names = (graph: Graph, tag: number) => messages(graphOf(graph), tag, [1]).map((value) => value[1]![0]);

/** y = (x + 1) * (x + 1), of `[batch, 2]` */
function square(): Graph {
  const graph = new Graph();
  const x = graph.input('x', ['batch', 2]);
  graph.output('y', f.mul(f.add(x, 1), f.add(x, 1)));
  return graph;
}

describe('an ONNX file', () => {
  it('names its format, its maker, the operator set and the metadata', () => {
    const metadata = { classes: 'neutral,happy', licence: 'MIT' };
    const model = modelOf(square(), { version: '0.1.0', description: 'squares', metadata });
    expect(model[1]).toEqual([8]); // version of the format, for which ONNX 1.12 stands, as for set 17
    expect(model[2]).toEqual(['attune']);
    expect(model[3]).toEqual(['0.1.0']);
    expect(model[6]).toEqual(['squares']);
    expect(messages(model, 8, [1])).toEqual([{ 1: [''], 2: [17] }]);
    expect(messages(model, 14, [1, 2])).toEqual([
      { 1: ['classes'], 2: ['neutral,happy'] },
      { 1: ['licence'], 2: ['MIT'] },
    ]);
  });

  it('may ask for an older operator set, in the format that came with it', () => {
    const model = modelOf(square(), { operatorSet: 13 });
    expect(model[1]).toEqual([7]); // ONNX 1.8, https://onnx.ai/onnx/repo-docs/Versioning.html
    expect(messages(model, 8, [1])).toEqual([{ 1: [''], 2: [13] }]);
  });

  it("asks for the runtime's own operators where the graph, or a body in it, has some", () => {
    const graph = new Graph();
    const [a, b] = ['a', 'b'].map((name) => graph.input(name, ['batch', 2, 3]));
    const { outputs } = forEachSample([a!, b!], [], ([x, y]) => ({ outputs: [f.innerProducts(x!, y!)] }));
    graph.output('y', outputs[0]!);
    expect(messages(modelOf(graph), 8, [1])).toEqual([
      { 1: [''], 2: [17] },
      { 1: ['com.microsoft'], 2: [1] },
    ]);
  });

  it('describes inputs and outputs', () => {
    const graph = messages(modelOf(square(), { descriptions: { x: 'numbers', y: 'their squares' } }), 7)[0]!;
    expect([11, 12].map((tag) => messages(graph, tag, [1, 3])[0]![3])).toEqual([['numbers'], ['their squares']]);
  });

  it('gives inputs and outputs their names, types and shapes, symbolic dimensions by name', () => {
    const input = messages(graphOf(square()), 11, [1])[0]!;
    expect(input[1]).toEqual(['x']);
    const tensor = messages(messages(input, 2)[0]!, 1)[0]!;
    expect(tensor[1]).toEqual([1]); // float32
    expect(messages(messages(tensor, 2)[0]!, 1, [2])).toEqual([{ 2: ['batch'] }, { 1: [2] }]);
    expect(names(square(), 12)).toEqual(['y']);
  });

  it('lists its nodes in an order in which they can run, those that ONNX Runtime adds with their domain', () => {
    const graph = new Graph();
    graph.output('y', f.exp(f.innerProducts(graph.input('a', [1, 2, 3]), graph.input('b', [1, 2, 3]))));
    const nodes = messages(graphOf(graph), 1, [1, 2, 3, 4, 7]);
    expect(nodes.map((node) => node[4]![0])).toEqual([
      'Reshape',
      'Reshape',
      'FusedMatMul',
      'Reshape',
      'Exp',
      'Identity',
    ]);
    expect(nodes.map((node) => node[7]?.[0])).toEqual([
      undefined,
      undefined,
      'com.microsoft',
      undefined,
      undefined,
      undefined,
    ]);
    const known = new Set(['a', 'b', ...names(graph, 5)]);
    for (const constant of messages(graphOf(graph), 5, [8])) known.add(constant[8]![0]);
    for (const node of nodes) {
      for (const name of node[1]!) expect(known).toContain(name);
      for (const name of node[2]!) known.add(name);
    }
  });

  it('holds constants as they are in memory, equal ones once', async () => {
    const graph = new Graph();
    const constants = [
      graph.constant([1.5, -2], [2]),
      graph.constant([1.5, -2], [2]),
      graph.constant([1.5, -2], [2, 1]),
      graph.constant([3, -4], [2], 'int64'),
      graph.constant([1, 0], [2], 'bool'),
    ];
    expect(constants[0]).toBe(constants[1]);
    const stored = messages(graphOf(graph), 5, [8]);
    expect(stored.map((constant) => constant[1])).toEqual([[2], [2, 1], [2], [2]]);
    expect(stored.map((constant) => constant[2]![0])).toEqual([1, 1, 7, 9]);
    expect(Array.from(stored[0]![9]![0] as Uint8Array)).toEqual([0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0]); // little-endian
    expect((stored[2]![9]![0] as Uint8Array).length).toBe(16);
    expect(Array.from(stored[3]![9]![0] as Uint8Array)).toEqual([1, 0]);

    for (const [i, constant] of constants.entries()) graph.output(`constant ${i}`, constant);
    const results = await evaluate(graph, {});
    expect(Object.values(results).map(numbers)).toEqual([
      [1.5, -2],
      [1.5, -2],
      [1.5, -2],
      [3, -4],
      [1, 0],
    ]);
  });

  it('stores long constants that differ apart', async () => {
    const graph = new Graph();
    const [zeros, ones] = [0, 1].map((value) => graph.constant(new Float32Array(5000).fill(value), [5000]));
    graph.output('sums', f.concat([f.reduceSum(zeros!, [0], true), f.reduceSum(ones!, [0], true)], 0));
    expect(numbers((await evaluate(graph, {})).sums!)).toEqual([0, 5000]);
  });

  it('fetches a tensor under each name that it was given, an input among them', async () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    const y = f.neg(x);
    graph.output('first', y);
    graph.output('second', y);
    graph.output('unchanged', x);
    graph.output(y.name, y);
    const results = await evaluate(graph, { x: values([1, 2], [2]) });
    expect(Object.keys(results)).toEqual(['first', 'second', 'unchanged', y.name]);
    expect(Object.values(results).map(numbers)).toEqual([
      [-1, -2],
      [-1, -2],
      [1, 2],
      [-1, -2],
    ]);
  });

  it('writes negative integers and fractions in attributes', () => {
    const graph = new Graph();
    const x = graph.input('x', [2, 3]);
    f.softmax(x, -1);
    graph.apply('BatchNormalization', [x], { epsilon: { float: 0.5 } });
    const [axis, epsilon] = messages(graphOf(graph), 1).map((node) => messages(node, 5, [1])[0]!);
    expect(axis).toEqual({ 1: ['axis'], 3: [-1], 20: [2] });
    expect(epsilon).toEqual({ 1: ['epsilon'], 2: [0.5], 20: [1] });
  });
});

describe('the inputs of a graph', () => {
  it('each have a name of their own', () => {
    const graph = new Graph();
    graph.input('x', [2]);
    expect(() => graph.input('x', [3])).toThrow(AttuneError);
    expect(() => graph.input('x', [3])).toThrow(/an input named x already/);
  });
});
