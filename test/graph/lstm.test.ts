import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/graph/backward.ts';
import * as f from '../../src/graph/functions.ts';
import { type Device, Graph, type Shape, type Tensor } from '../../src/graph/graph.ts';
import { type LstmDirections, type LstmResult, lstm } from '../../src/graph/lstm.ts';
import { lstmInUse } from '../../src/graph/lstm-in-use.ts';
import { createSession, type Values } from '../../src/graph/session.ts';
import { Random } from '../../src/random.ts';
import { difference, normal, numbers, sumOf, values } from './evaluate.ts';

/** From lstm-reference.py, which holds the same constants. */
interface Reference {
  readonly direction: 'forward' | 'reverse' | 'both';
  readonly lengths?: readonly number[];
  readonly outputs: readonly number[];
  readonly last: readonly number[];
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}
const REFERENCES: readonly Reference[] = JSON.parse(readFileSync(new URL('./lstm.json', import.meta.url), 'utf8'));
const [TIME, BATCH, FEATURES, HIDDEN] = [6, 3, 4, 2];

function sines(shape: readonly number[], step: number, offset = 0, size = 1): Values {
  const count = shape.reduce((product, d) => product * d, 1);
  return values(
    Array.from({ length: count }, (_, i) => size * Math.sin(step * i + 0.0001 * i * i + offset)),
    shape,
  );
}

const PARTS = ['input', 'recurrent', 'bias'] as const;
const SHAPES = { input: [4 * HIDDEN, FEATURES], recurrent: [4 * HIDDEN, HIDDEN], bias: [4 * HIDDEN] };
const weightsOf = (offset: number) => ({
  input: sines(SHAPES.input, 1.7, offset),
  recurrent: sines(SHAPES.recurrent, 2.3, offset, 1.5),
  bias: sines(SHAPES.bias, 0.9, offset, 0.8),
});
const WEIGHTS = { forward: weightsOf(0.3), reverse: weightsOf(1.1) };
const X = sines([TIME, BATCH, FEATURES], 1.9);
const named = (direction: Reference['direction']) =>
  (['forward', 'reverse'] as const).filter((name) => direction === 'both' || direction === name);
const lengthsOf = (list: readonly number[]): Values => ({
  data: BigInt64Array.from(list, BigInt),
  shape: [list.length],
});

/** A layer as a graph: `outputs`, `last` and, where it is made to be trained, the gradient of each of its inputs. */
function layerGraph(
  shape: Shape,
  { direction, lengths }: Pick<Reference, 'direction' | 'lengths'>,
  layer: (x: Tensor, directions: LstmDirections, lengths?: Tensor) => LstmResult,
  device: Device = 'cpu',
): Graph {
  const graph = new Graph({ device });
  const sources: Record<string, Tensor> = { x: graph.input('x', shape) };
  const directions = Object.fromEntries(
    named(direction).map((name) => {
      const own = PARTS.map((part) => [part, graph.input(`${name}.${part}`, SHAPES[part])] as const);
      for (const [part, tensor] of own) sources[`${name}.${part}`] = tensor;
      return [name, Object.fromEntries(own)];
    }),
  ) as LstmDirections;
  const ends = lengths && graph.input('lengths', shape.slice(1, 2), 'int64');
  const { outputs, last } = layer(sources.x!, directions, ends);
  graph.output('outputs', outputs);
  graph.output('last', last);
  if (layer !== lstm) return graph;
  const weighted = (y: Tensor, name: string) => sumOf(f.mul(y, graph.input(name, y.shape)));
  const loss = f.add(weighted(outputs, 'ofOutputs'), weighted(last, 'ofLast'));
  for (const [i, gradient] of gradients(graph, loss, Object.values(sources)).entries())
    graph.output(`grad.${Object.keys(sources)[i]}`, gradient);
  return graph;
}

function feedsOf({ direction, lengths }: Pick<Reference, 'direction' | 'lengths'>): Record<string, Values> {
  const weights = named(direction).flatMap((name) =>
    PARTS.map((part) => [`${name}.${part}`, WEIGHTS[name][part]] as const),
  );
  return { x: X, ...Object.fromEntries(weights), ...(lengths && { lengths: lengthsOf(lengths) }) };
}
const width = (direction: Reference['direction']) => named(direction).length * HIDDEN;
const lossFeeds = (direction: Reference['direction']) => ({
  ofOutputs: sines([TIME, BATCH, width(direction)], 1.3, 0.5),
  ofLast: sines([BATCH, width(direction)], 0.7, 0.2),
});

async function run(graph: Graph, feeds: Readonly<Record<string, Values>>) {
  const session = await createSession(graph, { device: 'cpu', threads: 1 });
  const out = await session.run(feeds);
  await session.close();
  return out;
}

const CASES = REFERENCES.map((reference) => {
  const { direction, lengths } = reference;
  return [lengths ? `${direction}, of lengths ${lengths}` : direction, reference] as const;
});

describe('an LSTM layer against PyTorch', () => {
  it.each(CASES)('%s: outputs, last states, every gradient', async (_, reference) => {
    const graph = layerGraph(['time', 'batch', FEATURES], reference, lstm);
    const out = await run(graph, { ...feedsOf(reference), ...lossFeeds(reference.direction) });
    expect(difference(numbers(out.outputs!), reference.outputs), 'outputs').toBeLessThan(1e-6);
    expect(difference(numbers(out.last!), reference.last), 'last').toBeLessThan(1e-6);
    for (const [name, gradient] of Object.entries(reference.gradients))
      expect(difference(numbers(out[`grad.${name}`]!), gradient), name).toBeLessThan(2e-6);
  });

  it.each(CASES)('%s: the same by the operator for use', async (_, reference) => {
    const out = await run(layerGraph([TIME, BATCH, FEATURES], reference, lstmInUse), feedsOf(reference));
    expect(difference(numbers(out.outputs!), reference.outputs), 'outputs').toBeLessThan(1e-6);
    expect(difference(numbers(out.last!), reference.last), 'last').toBeLessThan(1e-6);
  });

  it('is the same as built for a GPU', async () => {
    const reference = REFERENCES.find(({ direction, lengths }) => direction === 'both' && lengths)!;
    const graph = layerGraph(['time', 'batch', FEATURES], reference, lstm, 'webgpu');
    const out = await run(graph, { ...feedsOf(reference), ...lossFeeds('both') });
    for (const [name, gradient] of Object.entries(reference.gradients))
      expect(difference(numbers(out[`grad.${name}`]!), gradient), name).toBeLessThan(2e-6);
  });
});

/** One sequence through one direction in float64, `[time][hidden]`; x is `[time][features]`. */
function plain(x: readonly (readonly number[])[], weights: readonly number[][], backwards: boolean): number[][] {
  const [input, recurrent, bias] = weights as [number[], number[], number[]];
  const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
  let h = [0, 0];
  let c = [0, 0];
  const outputs: number[][] = [];
  for (const step of backwards ? x.toReversed() : x) {
    const sum = (row: number) =>
      step.reduce((s, v, k) => s + input[row * FEATURES + k]! * v, bias[row]!) +
      h.reduce((s, v, k) => s + recurrent[row * HIDDEN + k]! * v, 0);
    const gates = Array.from({ length: 4 * HIDDEN }, (_, row) => sum(row));
    c = c.map((v, k) => sigmoid(gates[HIDDEN + k]!) * v + sigmoid(gates[k]!) * Math.tanh(gates[2 * HIDDEN + k]!));
    h = c.map((v, k) => sigmoid(gates[3 * HIDDEN + k]!) * Math.tanh(v));
    outputs.push(h);
  }
  return backwards ? outputs.reverse() : outputs;
}

describe('the gradients of an LSTM layer against central differences in float64', () => {
  it.each([false, true])('backwards: %s', async (backwards) => {
    const random = new Random(3);
    const lengths = [6, 2, 3];
    const direction = backwards ? 'reverse' : 'forward';
    const graph = layerGraph([TIME, BATCH, FEATURES], { direction, lengths }, lstm);
    const inputs = Object.fromEntries(
      ['x', ...PARTS.map((part) => `${direction}.${part}`)].map((name) => [
        name,
        normal(random, name === 'x' ? [TIME, BATCH, FEATURES] : SHAPES[name.split('.')[1] as (typeof PARTS)[number]]),
      ]),
    );
    const weights = { ofOutputs: normal(random, [TIME, BATCH, HIDDEN]), ofLast: normal(random, [BATCH, HIDDEN]) };
    const out = await run(graph, { ...inputs, ...weights, lengths: lengthsOf(lengths) });

    const exact = Object.values(inputs).map(numbers);
    const loss = () => {
      const [x, ...own] = exact as [number[], ...number[][]];
      return lengths.reduce((total, length, b) => {
        const place = (t: number) => (t * BATCH + b) * FEATURES;
        const steps = Array.from({ length }, (_, t) => x.slice(place(t), place(t) + FEATURES));
        const outputs = plain(steps, own, backwards);
        const weighted = (y: readonly number[], by: Values, at: number) =>
          y.reduce((s, v, k) => s + v * Number(by.data[at * HIDDEN + k]), 0);
        const last = weighted(outputs.at(backwards ? 0 : -1)!, weights.ofLast, b);
        return outputs.reduce((s, y, t) => s + weighted(y, weights.ofOutputs, t * BATCH + b), total + last);
      }, 0);
    };
    for (const [i, name] of Object.keys(inputs).entries()) {
      const numeric = exact[i]!.map((value, at) => {
        const lossWith = (changed: number) => {
          exact[i]![at] = changed;
          return loss();
        };
        const slope = (lossWith(value + 1e-5) - lossWith(value - 1e-5)) / 2e-5;
        exact[i]![at] = value;
        return slope;
      });
      expect(difference(numbers(out[`grad.${name}`]!), numeric), name).toBeLessThan(2e-6);
    }
  });
});

it('lets nothing behind a sequence’s end count', async () => {
  const reference = REFERENCES.find(({ direction, lengths }) => direction === 'both' && lengths)!;
  const behind = numbers(X).map((v, i) => {
    const [t, b] = [Math.floor(i / FEATURES / BATCH), Math.floor(i / FEATURES) % BATCH];
    return t < reference.lengths![b]! ? v : 1000;
  });
  const feeds = { ...feedsOf(reference), ...lossFeeds('both') };
  const graph = layerGraph([TIME, BATCH, FEATURES], reference, lstm);
  const session = await createSession(graph, { threads: 1 });
  const [clean, filled] = [await session.run(feeds), await session.run({ ...feeds, x: values(behind, X.shape) })];
  await session.close();
  for (const { name } of graph.outputs) expect(numbers(filled[name]!), name).toEqual(numbers(clean[name]!));
});
