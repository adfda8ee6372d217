import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AttuneError } from '../../../src/errors.ts';
import { DEFAULT_FRONT_END } from '../../../src/features/front-end.ts';
import { Graph } from '../../../src/graph/graph.ts';
import { createSession, type Values } from '../../../src/graph/session.ts';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../../src/model/architecture.ts';
import { readCheckpoint, writeCheckpoint } from '../../../src/model/checkpoint.ts';
import { type CnnArchitecture, type FilterShape, layers } from '../../../src/model/cnn/architecture.ts';
import { initialWeights } from '../../../src/model/initialize.ts';
import { initialState } from '../../../src/train/loop.ts';
import { trainingGraph } from '../../../src/train/step.ts';
import { difference, evaluate, numbers, values } from '../../graph/evaluate.ts';

const architectureOf = (conv1Only: FilterShape): CnnArchitecture => ({
  ...DEFAULT_ARCHITECTURE,
  pooling: 'gap',
  poolAfter: [],
  conv1Only,
});

describe('Conv1 alone', () => {
  it('has 16 filters of one shape and 16:4 weights behind them', () => {
    const { parameters, statistics } = createNetwork(architectureOf({ height: 10, width: 2 }));
    const shapes = (all: typeof parameters) => Object.fromEntries([...all].map(([name, { shape }]) => [name, shape]));
    expect(shapes(parameters)).toEqual({
      'conv1.weight': [16, 1, 10, 2],
      'bn1.weight': [16],
      'bn1.bias': [16],
      'fc.weight': [4, 16],
      'fc.bias': [4],
    });
    expect(shapes(statistics)).toEqual({ 'bn1.running_mean': [16], 'bn1.running_var': [16] });
  });

  it('pads the shapes that the whole network has as that does', () => {
    const [frequency, time] = layers(DEFAULT_ARCHITECTURE)[0]!.filters;
    const paddingOf = (height: number, width: number) =>
      layers(architectureOf({ height, width }))[0]!.filters[0]!.padding;
    expect(paddingOf(10, 2)).toEqual(frequency!.padding);
    expect(paddingOf(2, 8)).toEqual(time!.padding);
    expect(paddingOf(3, 1)).toEqual([1, 0, 1, 0]);
  });

  it.each<[Partial<CnnArchitecture>, RegExp]>([
    [{ conv1Only: { height: 0, width: 2 } }, /expected conv1Only.height to be a whole number from 1 to 400, got 0/],
    [{ conv1Only: { height: 401, width: 2 } }, /height .* from 1 to 400, got 401/],
    [{ conv1Only: { height: 2, width: 2.5 } }, /expected conv1Only.width to be a whole number from 1 to 200, got 2.5/],
    [{ conv1Only: { height: 2, width: 201 } }, /width .* from 1 to 200, got 201/],
    [{ pooling: 'attention' }, /expected pooling to be gap behind Conv1 alone, got "attention"/],
    [{ poolAfter: [1] }, /expected poolAfter to be empty behind Conv1 alone, got a list of 1/],
  ])('refuses %j', (change, message) => {
    const build = () => createNetwork({ ...architectureOf({ height: 2, width: 2 }), ...change });
    expect(build).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(build).toThrow(message);
  });

  it('is written to a checkpoint and read again', () => {
    const architecture = architectureOf({ height: 7, width: 2 });
    const checkpoint = {
      architecture,
      frontEnd: DEFAULT_FRONT_END,
      classes: ['neutral', 'happy', 'angry', 'sad'],
      tensors: initialWeights(architecture, 1),
      notes: {},
    };
    expect(readCheckpoint(writeCheckpoint(checkpoint), 'a checkpoint')).toEqual(checkpoint);
    const impossible = { ...architecture, conv1Only: { height: 500, width: 2 } };
    const read = () => readCheckpoint(writeCheckpoint({ ...checkpoint, architecture: impossible }), 'a checkpoint');
    expect(read).toThrow(AttuneError);
    expect(read).toThrow(expect.objectContaining({ code: 'checkpoint' }));
    expect(read).toThrow(/^a checkpoint .*architecture\.conv1Only\.height: expected .* from 1 to 400, got 500/);
  });

  it('leaves no trace in the settings of the whole network', () => {
    expect(JSON.stringify(DEFAULT_ARCHITECTURE)).not.toContain('conv1Only');
  });
});

/** From conv1-only-reference.py, which holds the same constants. */
interface Reference extends FilterShape {
  readonly [name: `grad.${string}`]: number[];
  readonly loss: number[];
  readonly logits: number[];
  readonly running_mean: number[];
  readonly running_var: number[];
  readonly evaluated: number[];
}
const REFERENCES: readonly Reference[] = JSON.parse(
  readFileSync(new URL('./conv1-only.json', import.meta.url), 'utf8'),
);
const [BATCH, BINS, FRAMES, KEPT] = [3, 104, 84, 2];

function sines(shape: readonly number[], step: number, offset = 0, factor = 1, level = 0): Values {
  const count = shape.reduce((product, d) => product * d, 1);
  const all = Array.from({ length: count }, (_, i) => level + factor * Math.sin(step * i + 0.0001 * i * i + offset));
  return values(all, shape);
}

const parameters = ({ height, width }: FilterShape) => ({
  'conv1.weight': sines([16, 1, height, width], 2.1, 1, 0.2),
  'bn1.weight': sines([16], 1.7, 0.9),
  'bn1.bias': sines([16], 2.9, 0, 0.5),
  'fc.weight': sines([4, 16], 1.1),
  'fc.bias': sines([4], 1.9, 0, 0.1),
});
const SPECTROGRAMS = sines([BATCH, 1, BINS, FRAMES], 0.37, 0, 1, 0.3);

describe('Conv1 alone against PyTorch', () => {
  it.each(REFERENCES.map((reference) => [`${reference.height}x${reference.width}`, reference] as const))(
    '%s: logits, loss, every gradient, running statistics, and logits with these',
    async (_, reference) => {
      const architecture = architectureOf({ height: reference.height, width: reference.width });
      const network = createNetwork(architecture);
      const step = trainingGraph(network, [1, BINS, FRAMES], undefined, { keepGradients: true });
      const out = await evaluate(step, {
        ...initialState(architecture, 1).tensors,
        ...parameters(reference),
        features: SPECTROGRAMS,
        target: { data: BigInt64Array.of(2n, 0n, 3n), shape: [BATCH] },
        learning_rate: values([0], []),
      });
      const compare = (name: string, got: readonly number[], expected: readonly number[], tolerance: number) =>
        expect(difference(got, expected), name).toBeLessThan(tolerance);
      compare('loss', numbers(out.loss!), reference.loss, 1e-5);
      compare('logits', numbers(out.logits!), reference.logits, 1e-5);
      compare('running mean', numbers(out['new.bn1.running_mean']!), reference.running_mean, 1e-5);
      compare('running variance', numbers(out['new.bn1.running_var']!), reference.running_var, 1e-5);
      for (const name of ['conv1.weight', 'bn1.weight', 'bn1.bias', 'fc.weight', 'fc.bias'] as const) {
        const gradient = numbers(out[`grad.${name}`]!);
        const kept = name === 'conv1.weight' ? gradient.slice(0, (KEPT * gradient.length) / 16) : gradient;
        compare(name, kept, reference[`grad.${name}`]!, 1e-4);
      }

      const graph = new Graph();
      const trained = Object.fromEntries(
        Object.entries(out).flatMap(([name, value]) => (name.startsWith('new.') ? [[name.slice(4), value]] : [])),
      );
      graph.output('logits', network.inUse(graph.input('x', SPECTROGRAMS.shape), trained));
      const session = await createSession(graph, { optimization: 'all', threads: 1 });
      const { logits } = await session.run({ x: SPECTROGRAMS });
      compare('logits in evaluation', numbers(logits!), reference.evaluated, 1e-4);
      await session.close();
    },
  );
});
