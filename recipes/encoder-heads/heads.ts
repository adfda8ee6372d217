import { trainingDefaults } from '../../src/cli/training-defaults.ts';
import { balanced } from '../../src/evaluate/balanced.ts';
import * as f from '../../src/graph/functions.ts';
import { Graph } from '../../src/graph/graph.ts';
import { createSession, type Session } from '../../src/graph/session.ts';
import { createNetwork } from '../../src/model/architecture.ts';
import { DEFAULT_FRAMES, type FramePooling, type FramesArchitecture } from '../../src/model/frames/architecture.ts';
import { train, weightsOf } from '../../src/train/loop.ts';
import { OPTIMIZER_DEFAULTS } from '../../src/train/optimizers/optimizers.ts';
import { type HeardRecording, type Layers, only, shapeOf } from './features.ts';

interface Member {
  readonly pooling: FramePooling;
  readonly channels: number;
  readonly seed: number;
  readonly directions?: number;
  readonly damping?: number;
}

/** Networks whose probabilities are averaged. */
interface Head {
  readonly layers: Layers;
  readonly members: readonly Member[];
  /** as many segments of each class */
  readonly balance: boolean;
}

const one = (pooling: FramePooling, channels: number, seed = 1): Member => ({ pooling, channels, seed });
const mean = (directions: number, damping = 0): Member => ({ ...one('mean', 0), directions, damping });
/** How much what altered copies change is damped, in what is shipped. */
const DAMPING = DEFAULT_FRAMES.alterationDamping!;

/** What was tried, by name. Each learns as `attune train --front-end encoder` has it by default. */
export const HEADS: Readonly<Record<string, Head>> = {
  'joined, mean - 4, damped': { layers: 'joined', members: [mean(4, DAMPING)], balance: true },
  'joined, mean - 4': { layers: 'joined', members: [mean(4)], balance: true },
  'joined, mean': { layers: 'joined', members: [mean(0)], balance: true },
  'joined, statistics': { layers: 'joined', members: [one('statistics', 0)], balance: true },
  'joined, 64 channels, mean': { layers: 'joined', members: [one('gap', 64)], balance: true },
  'joined, 64 channels, attention': { layers: 'joined', members: [one('attention', 64)], balance: true },
  'one block, mean - 4': { layers: 'one', members: [mean(4)], balance: true },
  'one block, mean': { layers: 'one', members: [mean(0)], balance: true },
  'one block, statistics': { layers: 'one', members: [one('statistics', 0)], balance: true },
  'two blocks, mean - 4': { layers: 'two', members: [mean(4)], balance: true },
  'two blocks, mean': { layers: 'two', members: [mean(0)], balance: true },
  'two blocks, statistics': { layers: 'two', members: [one('statistics', 0)], balance: true },
};

/** Trains a head, and gives what scores recordings with it: class probabilities, the mean over segments and members. */
export async function scorer({ layers, members, balance }: Head, recordings: readonly HeardRecording[]) {
  const shape = shapeOf(layers);
  const size = shape[0] * shape[1];
  const segments = recordings.flatMap(({ training, copy, label, speaker }) => {
    const [own, copied] = [only(layers, training), only(layers, copy)];
    return Array.from({ length: own.length / size }, (_, i) => {
      const at = (features: Float32Array) => features.subarray(i * size, (i + 1) * size);
      return { label, speaker, features: at(own), copy: at(copied) };
    });
  });
  const all = balance ? balanced(segments) : segments;
  const data = {
    labels: all.map(({ label }) => label),
    speakers: all.map(({ speaker }) => speaker),
    shape,
    read: (i: number, target: Float32Array) => target.set(all[i]!.features),
    copies: {
      count: 1,
      read(i: number, _: number, target: Float32Array) {
        target.set(all[i]!.copy);
        return true;
      },
    },
    repeated: { count: all.length, which: (i: number) => i },
  };
  const sessions: Session[] = [];
  for (const { pooling, channels, seed, directions, damping } of members) {
    const architecture: FramesArchitecture = {
      ...{ kind: 'frames', pooling, classes: 4, channels, frameWidth: shape[1] - 1 },
      ...(directions && { speakerDirections: directions }),
      ...(damping && { alterationDamping: damping }),
    };
    const { epochs, batchSize, decay, optimizer, learningRate, weightDecay } = trainingDefaults({
      ...{ frontEnd: 'encoder', pooling },
    });
    const state = await train(data, {
      ...{ architecture, seed, threads: 1 },
      schedule: { epochs, batchSize, learningRate, decayEpochs: decay },
      optimizer: { ...OPTIMIZER_DEFAULTS[optimizer].optimizer, weightDecay },
    });
    const graph = new Graph();
    const logits = createNetwork(architecture).inUse(graph.input('x', ['batch', ...shape]), weightsOf(state));
    graph.output('p', f.reduceMean(f.softmax(logits, 1), [0]));
    sessions.push(await createSession(graph, { threads: 1 }));
  }
  return {
    async of({ scoring }: HeardRecording): Promise<number[]> {
      const own = only(layers, scoring);
      const x = { data: own, shape: [own.length / size, ...shape] };
      const each: number[][] = [];
      for (const session of sessions) each.push(Array.from((await session.run({ x })).p!.data, Number));
      return each[0]!.map((_, k) => each.reduce((sum, p) => sum + p[k]! / each.length, 0));
    },
    close: () => Promise.all(sessions.map((session) => session.close())),
  };
}
