import { describe, expect, it } from 'vitest';
import { ENCODER_FRAMES, ENCODER_WIDTH } from '../../../src/features/encoder/identity.ts';
import { Graph } from '../../../src/graph/graph.ts';
import type { Values } from '../../../src/graph/session.ts';
import { createNetwork } from '../../../src/model/architecture.ts';
import { FRAME_POOLINGS, type FramesArchitecture } from '../../../src/model/frames/architecture.ts';
import { initialWeights } from '../../../src/model/initialize.ts';
import { mapsOf } from '../../../src/model/network.ts';
import { Random } from '../../../src/random.ts';
import { trainingGraph } from '../../../src/train/step.ts';
import { difference, evaluate, numbers, values } from '../../graph/evaluate.ts';

const SHAPE = [ENCODER_FRAMES, ENCODER_WIDTH + 1];
const BATCH = 2;
const CASES: FramesArchitecture[] = [
  { kind: 'frames', pooling: 'attention', classes: 3, channels: 5 },
  { kind: 'frames', pooling: 'attention', classes: 4, channels: 0 },
  { kind: 'frames', pooling: 'gap', classes: 2, channels: 7 },
  { kind: 'frames', pooling: 'statistics', classes: 3, channels: 0 },
];

/** Frames of several means and deviations, some of which are not heard. */
function features(seed: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: BATCH * SHAPE[0]! * SHAPE[1]! }, (_, i) => {
    const number = i % SHAPE[1]!;
    if (number === ENCODER_WIDTH) return Math.floor(i / SHAPE[1]!) % 3 === 1 ? 0 : 1;
    return Math.sin(number) + (1 + (number % 5)) * random.normal();
  });
}

type Numbers = Readonly<Record<string, readonly number[]>>;
const dot = (row: readonly number[], weight: readonly number[], out: number) =>
  row.reduce((sum, x, i) => sum + x * weight[out * row.length + i]!, 0);

/** The network by loops, each segment by itself, with given statistics. */
function byHand(all: readonly number[], { pooling, classes, channels }: FramesArchitecture, w: Numbers): number[] {
  const [length, width] = SHAPE as [number, number];
  return Array.from({ length: BATCH }, (_, n) => {
    const frames = Array.from({ length }, (_, t) => all.slice((n * length + t) * width, (n * length + t + 1) * width))
      .filter((frame) => frame.at(-1) === 1)
      .map((frame) => frame.slice(0, -1))
      .map((frame) =>
        frame.map((x, i) => (x - w['norm.running_mean']![i]!) / Math.sqrt(w['norm.running_var']![i]! + 1e-5)),
      )
      .map((frame) =>
        channels
          ? Array.from({ length: channels }, (_, c) =>
              Math.max(0, dot(frame, w['hidden.weight']!, c) + w['hidden.bias']![c]!),
            )
          : frame,
      );
    const columns = frames[0]!.map((_, i) => frames.map((frame) => frame[i]!));
    const mean = (column: readonly number[]) => column.reduce((a, b) => a + b) / column.length;
    let pooled: number[];
    if (pooling === 'attention') {
      const scores = frames.map((frame) => Math.exp(dot(frame, w['bottom_up.weight']!, 0)));
      const total = scores.reduce((a, b) => a + b);
      pooled = columns.map((column) => column.reduce((sum, x, t) => sum + (x * scores[t]!) / total, 0));
    } else if (pooling === 'gap') pooled = columns.map(mean);
    else {
      const deviation = (column: readonly number[]) => Math.sqrt(mean(column.map((x) => (x - mean(column)) ** 2)));
      pooled = [mean, deviation, (column: readonly number[]) => Math.max(...column)]
        .flatMap((of) => columns.map(of))
        .map((x, i) => (x - w['pooled.running_mean']![i]!) / Math.sqrt(w['pooled.running_var']![i]! + 1e-5));
    }
    const head = pooling === 'attention' ? 'top_down' : 'fc';
    return Array.from({ length: classes }, (_, k) => dot(pooled, w[`${head}.weight`]!, k) + w[`${head}.bias`]![k]!);
  }).flat();
}

/** Weights whose statistics are no zeros and ones. */
function weightsOf(architecture: FramesArchitecture): Record<string, Values> {
  const random = new Random(9);
  return Object.fromEntries(
    Object.entries(initialWeights(architecture, 3)).map(([name, { data, shape }]) => {
      const changed = (data as Float32Array).map((x) =>
        name.includes('running') ? x + 0.3 * random.uniform(0, 1) : x,
      );
      return [name, { data: changed, shape }];
    }),
  );
}

const listed = (weights: Readonly<Record<string, Values>>): Numbers =>
  Object.fromEntries(Object.entries(weights).map(([name, value]) => [name, numbers(value)]));

describe.each(CASES)('a network of frames: $pooling pooling, $channels channels', (architecture) => {
  const network = createNetwork(architecture);
  const weights = weightsOf(architecture);
  const x = features(1);
  const inUse = async (all: readonly number[]) => {
    const graph = new Graph();
    graph.output('logits', network.inUse(graph.input('x', ['batch', ...SHAPE]), weights));
    return numbers((await evaluate(graph, { x: values(all, [BATCH, ...SHAPE]) })).logits!);
  };

  it('gives what loops give, of the frames that are heard alone', async () => {
    expect(difference(await inUse(x), byHand(x, architecture, listed(weights)))).toBeLessThan(1e-5);
    const unheard = x.map((value, i) => {
      const frame = Math.floor(i / SHAPE[1]!);
      return x[frame * SHAPE[1]! + ENCODER_WIDTH] === 0 && i % SHAPE[1]! < ENCODER_WIDTH ? 50 : value;
    });
    expect(difference(await inUse(unheard), await inUse(x))).toBeLessThan(1e-5);
  });

  it('has gradients that agree with finite differences, and in training the statistics of the batch', async () => {
    const graph = trainingGraph(network, SHAPE, undefined, { keepGradients: true });
    const state = (name: string) => ({
      data: new Float32Array(weights[name]!.data.length),
      shape: weights[name]!.shape,
    });
    const feeds = {
      ...weights,
      ...Object.fromEntries([...network.parameters.keys()].map((name) => [`momentum.${name}`, state(name)])),
      features: values(x, [BATCH, ...SHAPE]),
      target: { data: BigInt64Array.from([1n, 0n]), shape: [BATCH] },
      learning_rate: values([0], []),
    };
    const out = await evaluate(graph, feeds);
    const lossAt = async (name: string, at: number, step: number) => {
      const data = Float32Array.from(weights[name]!.data as Float32Array);
      data[at]! += step;
      return numbers((await evaluate(graph, { ...feeds, [name]: { data, shape: weights[name]!.shape } })).loss!)[0]!;
    };
    for (const name of network.parameters.keys()) {
      const gradient = numbers(out[`grad.${name}`]!);
      const at = gradient.map(Math.abs).indexOf(Math.max(...gradient.map(Math.abs)));
      const step = 0.01 / Math.max(0.05, Math.abs(gradient[at]!));
      const slope = ((await lossAt(name, at, step / 10)) - (await lossAt(name, at, -step / 10))) / (step / 5);
      expect(slope / gradient[at]!, name).toBeCloseTo(1, 1);
    }
    const heard = (n: number) => {
      const own: number[] = [];
      for (let i = n; i < x.length; i += SHAPE[1]!) if (x[i - n + ENCODER_WIDTH] === 1) own.push(x[i]!);
      return own;
    };
    for (const n of [0, 200]) {
      const own = heard(n);
      const mean = own.reduce((a, b) => a + b) / own.length;
      const before = numbers(weights['norm.running_mean']!)[n]!;
      expect(numbers(out['new.norm.running_mean']!)[n]).toBeCloseTo(0.9 * before + 0.1 * mean, 4);
    }
  });
});

it('has maps over time whose product adds up to the logits', async () => {
  const architecture = CASES[0]!;
  const network = createNetwork(architecture);
  const weights = weightsOf(architecture);
  const graph = new Graph();
  const { logits, topDown, bottomUp } = mapsOf(network).inUse(graph.input('x', ['batch', ...SHAPE]), weights);
  graph.output('logits', logits);
  graph.output('topDown', topDown);
  graph.output('bottomUp', bottomUp);
  const x = features(2);
  const out = await evaluate(graph, { x: values(x, [BATCH, ...SHAPE]) });
  expect(out.topDown!.shape).toEqual([BATCH, 3, 1, ENCODER_FRAMES]);
  expect(out.bottomUp!.shape).toEqual([BATCH, 1, 1, ENCODER_FRAMES]);
  const [top, bottom] = [numbers(out.topDown!), numbers(out.bottomUp!)];
  for (let n = 0; n < BATCH; n++) {
    const own = bottom.slice(n * ENCODER_FRAMES, (n + 1) * ENCODER_FRAMES);
    expect(own.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    own.forEach((weight, t) => {
      if (x[(n * ENCODER_FRAMES + t) * SHAPE[1]! + ENCODER_WIDTH] === 0) expect(weight).toBe(0);
    });
    for (let k = 0; k < 3; k++) {
      const sum = own.reduce((total, b, t) => total + b * top[(n * 3 + k) * ENCODER_FRAMES + t]!, 0);
      expect(sum).toBeCloseTo(numbers(out.logits!)[n * 3 + k]!, 4);
    }
  }
});

it('is refused where statistics are to be pooled behind a layer', () => {
  expect(FRAME_POOLINGS).toContain('statistics');
  expect(() => createNetwork({ kind: 'frames', pooling: 'statistics', classes: 4, channels: 64 })).toThrow(
    'expected channels to be 0 with statistics, got 64',
  );
});
