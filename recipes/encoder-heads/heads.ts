import { trainingDefaults } from '../../src/cli/training-defaults.ts';
import { balanced } from '../../src/evaluate/training-data.ts';
import * as f from '../../src/graph/functions.ts';
import { Graph } from '../../src/graph/graph.ts';
import { createSession, type Session } from '../../src/graph/session.ts';
import { createNetwork } from '../../src/model/architecture.ts';
import type { FramePooling, FramesArchitecture } from '../../src/model/frames/architecture.ts';
import { train, weightsOf } from '../../src/train/loop.ts';
import { OPTIMIZER_DEFAULTS } from '../../src/train/optimizers/optimizers.ts';
import { type HeardRecording, SHAPE } from './features.ts';

/** Networks whose probabilities are averaged. */
interface Head {
  readonly members: readonly { readonly pooling: FramePooling; readonly channels: number; readonly seed: number }[];
  /** as many segments of each class */
  readonly balance: boolean;
}

const one = (pooling: FramePooling, channels: number, seed = 1) => ({ pooling, channels, seed });

/** What was tried, by name. Each learns as `attune train --front-end encoder` has it by default. */
export const HEADS = {
  statistics: { members: [one('statistics', 0)], balance: true },
  'statistics-unbalanced': { members: [one('statistics', 0)], balance: false },
  mean: { members: [one('gap', 64)], balance: true },
  'mean-plain': { members: [one('gap', 0)], balance: true },
  attention: { members: [one('attention', 64)], balance: true },
  'attention-plain': { members: [one('attention', 0)], balance: true },
  'mean-3': { members: [1, 2, 3].map((seed) => one('gap', 64, seed)), balance: true },
  'attention-3': { members: [1, 2, 3].map((seed) => one('attention', 64, seed)), balance: true },
  'statistics-mean-3': {
    members: [one('statistics', 0), ...[1, 2, 3].map((seed) => one('gap', 64, seed))],
    balance: true,
  },
} as const satisfies Readonly<Record<string, Head>>;
export type HeadName = keyof typeof HEADS;

const SIZE = SHAPE.reduce((product, d) => product * d, 1);

/** Trains a head, and gives what scores recordings with it: class probabilities, the mean over segments and members. */
export async function scorer({ members, balance }: Head, recordings: readonly HeardRecording[]) {
  const segments = recordings.flatMap(({ training, label }) =>
    Array.from({ length: training.length / SIZE }, (_, i) => ({
      ...{ label, features: training.subarray(i * SIZE, (i + 1) * SIZE) },
    })),
  );
  const all = balance ? balanced(segments) : segments;
  const data = {
    labels: all.map(({ label }) => label),
    shape: SHAPE,
    read: (i: number, target: Float32Array) => target.set(all[i]!.features),
  };
  const sessions: Session[] = [];
  for (const { pooling, channels, seed } of members) {
    const architecture: FramesArchitecture = { kind: 'frames', pooling, classes: 4, channels };
    const { epochs, batchSize, decay, optimizer, learningRate, weightDecay } = trainingDefaults({
      ...{ frontEnd: 'encoder', pooling },
    });
    const state = await train(data, {
      ...{ architecture, seed, threads: 1 },
      schedule: { epochs, batchSize, learningRate, decayEpochs: decay },
      optimizer: { ...OPTIMIZER_DEFAULTS[optimizer].optimizer, weightDecay },
    });
    const graph = new Graph();
    const logits = createNetwork(architecture).inUse(graph.input('x', ['batch', ...SHAPE]), weightsOf(state));
    graph.output('p', f.reduceMean(f.softmax(logits, 1), [0]));
    sessions.push(await createSession(graph, { threads: 1 }));
  }
  return {
    async of({ scoring }: HeardRecording): Promise<number[]> {
      const x = { data: scoring, shape: [scoring.length / SIZE, ...SHAPE] };
      const each: number[][] = [];
      for (const session of sessions) each.push(Array.from((await session.run({ x })).p!.data, Number));
      return each[0]!.map((_, k) => each.reduce((sum, p) => sum + p[k]! / each.length, 0));
    },
    close: () => Promise.all(sessions.map((session) => session.close())),
  };
}
