import { describe, expect, it } from 'vitest';
import { AttuneError } from '../../../src/errors.ts';
import { ENCODER_FRAMES } from '../../../src/features/encoder/identity.ts';
import { Graph } from '../../../src/graph/graph.ts';
import type { Values } from '../../../src/graph/session.ts';
import { createNetwork } from '../../../src/model/architecture.ts';
import type { FramesArchitecture } from '../../../src/model/frames/architecture.ts';
import { settledOn } from '../../../src/model/frames/settled.ts';
import { initialWeights } from '../../../src/model/initialize.ts';
import { mapsOf } from '../../../src/model/network.ts';
import { Random } from '../../../src/random.ts';
import { type TrainingData, train, weightsOf } from '../../../src/train/loop.ts';
import { OPTIMIZER_DEFAULTS } from '../../../src/train/optimizers/optimizers.ts';
import { difference, evaluate, numbers, values } from '../../graph/evaluate.ts';

const WIDTH = 6;
const SHAPE = [ENCODER_FRAMES, WIDTH + 1] as const;
const ARCHITECTURE: FramesArchitecture = {
  ...{ kind: 'frames', pooling: 'mean', classes: 3, channels: 0 },
  ...{ frameWidth: WIDTH, speakerDirections: 2 },
};

/** The data of settled-reference.py, which computed the expected values below. */
const INPUTS = Array.from({ length: 12 }, (_, n) =>
  Float32Array.from({ length: WIDTH }, (_, i) => Math.sin(1.7 * n + 2.3 * i * i) + 0.3 * i * Math.cos(n)),
);
const LABELS = INPUTS.map((_, n) => n % 3);
const SPEAKERS = INPUTS.map((_, n) => ['anna', 'bob', 'cleo'][n % 4 === 3 ? 0 : n % 4]!);

describe('what is settled of the training data', () => {
  const found = settledOn(
    { inputs: INPUTS, labels: LABELS, speakers: SPEAKERS },
    { width: WIDTH, directions: 2, damping: 0 },
  ) as Record<string, Values>;
  const listed = (name: string) => Array.from(found[name]!.data as Float32Array);

  it('is mean and deviation of each number, as NumPy has them', () => {
    expect(difference(listed('pooled.mean'), REFERENCE.mean)).toBeLessThan(1e-6);
    expect(difference(listed('pooled.deviation'), REFERENCE.deviation)).toBeLessThan(1e-6);
  });

  it('is the plane in which speakers differ, as NumPy has it', () => {
    const [first, second] = [listed('speakers.directions').slice(0, WIDTH), listed('speakers.directions').slice(WIDTH)];
    const plane = first.flatMap((a, i) => first.map((b, j) => a * b + second[i]! * second[j]!));
    expect(difference(plane, REFERENCE.plane.flat())).toBeLessThan(1e-6);
  });

  it('is what altered copies change, damped, as NumPy has it', () => {
    const copies = [0, 2, 3, 5, 7, 8, 10].map((of, n) => ({
      of,
      input: INPUTS[of]!.map((value, i) => value * 1.3 + Math.cos(2.1 * n + i * i)),
    }));
    const data = { inputs: INPUTS, labels: LABELS, speakers: SPEAKERS, copies };
    const { data: rows } = settledOn(data, { width: WIDTH, directions: 2, damping: 0.5 })['alterations.directions']!;
    const row = (d: number) => Array.from((rows as Float32Array).slice(d * WIDTH, (d + 1) * WIDTH));
    const sums = Array.from({ length: WIDTH * WIDTH }, (_, at) =>
      Array.from({ length: WIDTH }, (_, d) => row(d)[Math.floor(at / WIDTH)]! * row(d)[at % WIDTH]!).reduce(
        (sum, value) => sum + value,
        0,
      ),
    );
    expect(difference(sums, REFERENCE.damped.flat())).toBeLessThan(1e-5);
    const none = settledOn({ inputs: INPUTS, labels: LABELS }, { width: WIDTH, directions: 2, damping: 0.5 });
    expect(numbers(none['alterations.directions']!)).toEqual(new Array(WIDTH * WIDTH).fill(0));
  });

  it('has zeros in place of directions that are not there', () => {
    const { data } = settledOn(
      { inputs: INPUTS, labels: LABELS, speakers: SPEAKERS.map((name) => (name === 'cleo' ? 'bob' : name)) },
      { width: WIDTH, directions: 2, damping: 0 },
    )['speakers.directions']!;
    const lengths = [0, 1].map((i) =>
      Math.hypot(...Array.from((data as Float32Array).slice(i * WIDTH, (i + 1) * WIDTH))),
    );
    expect(lengths[0]).toBeCloseTo(1, 6); // two speakers differ along one line
    expect(lengths[1]).toBe(0);
    const unknown = settledOn({ inputs: INPUTS, labels: LABELS }, { width: WIDTH, directions: 2, damping: 0 });
    expect(Array.from(unknown['speakers.directions']!.data as Float32Array)).toEqual(new Array(2 * WIDTH).fill(0));
  });

  it('divides a number that never changes by no 0', () => {
    const same = INPUTS.map((input) => input.map((value, i) => (i === 2 ? 7 : value)));
    const { data } = settledOn({ inputs: same, labels: LABELS }, { width: WIDTH, directions: 0, damping: 0 })[
      'pooled.deviation'
    ]!;
    expect((data as Float32Array)[2]).toBeGreaterThan(0);
  });
});

/** Segments whose class lies in number 0, and whose speaker in number 1. */
function trainingData(): TrainingData {
  const random = new Random(5);
  const segments = Array.from({ length: 24 }, (_, n) => {
    const [label, speaker] = [n % 3, Math.floor(n / 3) % 4];
    const features = new Float32Array(SHAPE[0] * SHAPE[1]);
    for (let t = 0; t < SHAPE[0]; t++) {
      for (let i = 0; i < WIDTH; i++)
        features[t * SHAPE[1] + i] = 0.3 * random.normal() + (i === 0 ? label : i === 1 ? 3 * speaker : 0);
      features[t * SHAPE[1] + WIDTH] = t % 5 ? 1 : 0;
    }
    return { label, speaker: `speaker ${speaker}`, features };
  });
  return {
    shape: SHAPE,
    labels: segments.map(({ label }) => label),
    speakers: segments.map(({ speaker }) => speaker),
    read: (i, target) => target.set(segments[i]!.features),
    repeated: { count: segments.length, which: (i) => i },
  };
}

const OPTIONS = {
  ...{ architecture: ARCHITECTURE, seed: 1, threads: 1, optimizer: OPTIMIZER_DEFAULTS.sgd.optimizer },
  schedule: { epochs: 8, batchSize: 8, learningRate: 0.1, decayEpochs: [] },
};

describe('a network of the mean', () => {
  it('learns the class, and hears no speaker', async () => {
    const state = await train(trainingData(), OPTIONS);
    expect(state.history.at(-1)!.accuracy).toBe(1);
    const directions = numbers(state.tensors['speakers.directions']!);
    expect(Math.abs(directions[1]!)).toBeGreaterThan(0.95);
  });

  it('goes on from a state as if it had not stopped', async () => {
    const whole = await train(trainingData(), OPTIONS);
    const schedule = { ...OPTIONS.schedule, epochs: 3 };
    const resume = await train(trainingData(), { ...OPTIONS, schedule });
    const again = await train(trainingData(), { ...OPTIONS, resume });
    expect(weightsOf(again)).toEqual(weightsOf(whole));
  });

  it('says what loops say, and its maps add up to it', async () => {
    const architecture = { ...ARCHITECTURE, alterationDamping: 0.5 };
    const network = createNetwork(architecture);
    const random = new Random(7);
    const copies = INPUTS.map((input, of) => ({ of, input: input.map((value) => value + random.normal()) }));
    const data = { inputs: INPUTS, labels: LABELS, speakers: SPEAKERS, copies };
    const settled = settledOn(data, { width: WIDTH, directions: 2, damping: 0.5 });
    const weights = { ...initialWeights(architecture, 3), ...settled };
    const x = Array.from({ length: SHAPE[0] * SHAPE[1] }, (_, i) =>
      i % SHAPE[1] === WIDTH ? Number(i % 3 !== 0) : random.normal(),
    );
    const graph = new Graph();
    const { logits, topDown, bottomUp } = mapsOf(network).inUse(graph.input('x', ['batch', ...SHAPE]), weights);
    graph.output('maps', logits);
    graph.output('topDown', topDown);
    graph.output('bottomUp', bottomUp);
    graph.output('logits', network.inUse(graph.input('again', ['batch', ...SHAPE]), weights));
    const feed = values(x, [1, ...SHAPE]);
    const out = await evaluate(graph, { x: feed, again: feed });

    const of = (name: string) => numbers(weights[name]!);
    const heard = Array.from({ length: SHAPE[0] }, (_, t) => x.slice(t * SHAPE[1], (t + 1) * SHAPE[1])).filter(
      (row) => row[WIDTH] === 1,
    );
    const normal = Array.from({ length: WIDTH }, (_, i) => {
      const mean = heard.reduce((sum, row) => sum + row[i]!, 0) / heard.length;
      return (mean - of('pooled.mean')[i]!) / of('pooled.deviation')[i]!;
    });
    const directions = [...of('speakers.directions'), ...of('alterations.directions')];
    expect(directions).toHaveLength((2 + WIDTH) * WIDTH);
    for (let d = 0; d < 2 + WIDTH; d++) {
      const direction = directions.slice(d * WIDTH, (d + 1) * WIDTH);
      const along = direction.reduce((sum, value, i) => sum + value * normal[i]!, 0);
      direction.forEach((value, i) => {
        normal[i]! -= along * value;
      });
    }
    const expected = [0, 1, 2].map((k) =>
      normal.reduce((sum, value, i) => sum + value * of('fc.weight')[k * WIDTH + i]!, of('fc.bias')[k]!),
    );
    expect(difference(numbers(out.logits!), expected)).toBeLessThan(1e-5);
    expect(difference(numbers(out.maps!), expected)).toBeLessThan(1e-5);
    const [top, bottom] = [numbers(out.topDown!), numbers(out.bottomUp!)];
    for (let k = 0; k < 3; k++) {
      const sum = bottom.reduce((total, b, t) => total + b * top[k * ENCODER_FRAMES + t]!, 0);
      expect(sum).toBeCloseTo(expected[k]!, 4);
    }
  });

  it('is refused with channels, or directions of another pooling', () => {
    expect(() => createNetwork({ ...ARCHITECTURE, channels: 8 })).toThrow('expected channels to be 0 with mean, got 8');
    expect(() => createNetwork({ ...ARCHITECTURE, pooling: 'gap' })).toThrow(
      'expected speakerDirections to be none with gap, got 2',
    );
    expect(() => createNetwork(ARCHITECTURE).inTraining({} as never, {})).toThrow(AttuneError);
  });
});

/** From settled-reference.py. */
const REFERENCE = {
  mean: [-0.0057997021, 0.051266963, 0.002257593, 0.045031208, -0.10550939, 0.0080349338],
  deviation: [0.67707245, 0.75741798, 0.77945294, 1.0376536, 1.0622629, 1.3979979],
  plane: [
    [0.52206007, -0.1077759, -0.36616503, 0.10989016, 0.091839909, 0.28863551],
    [-0.1077759, 0.36768646, 0.18645592, 0.31026687, -0.25456754, 0.15824509],
    [-0.36616503, 0.18645592, 0.29240285, 0.029781702, -0.14003043, -0.13253419],
    [0.10989016, 0.31026687, 0.029781702, 0.34405144, -0.2077614, 0.27071556],
    [0.091839909, -0.25456754, -0.14003043, -0.2077614, 0.17685439, -0.097797702],
    [0.28863551, 0.15824509, -0.13253419, 0.27071556, -0.097797702, 0.2969448],
  ],
  damped: [
    [0.039137774, 0.020514796, 0.030711994, -0.085808689, -0.053217051, 0.025434741],
    [0.020514796, 0.13148686, -0.11012018, -0.13042464, -0.089254649, -0.049652512],
    [0.030711994, -0.11012018, 0.16964264, 0.021998458, 0.039649446, 0.097550638],
    [-0.085808689, -0.13042464, 0.021998458, 0.24860633, 0.16011043, -0.011184327],
    [-0.053217051, -0.089254649, 0.039649446, 0.16011043, 0.12547245, 0.012345323],
    [0.025434741, -0.049652512, 0.097550638, -0.011184327, 0.012345323, 0.059539034],
  ],
};
