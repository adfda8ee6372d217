import type { Device } from '../../src/graph/graph.ts';
import { createSession, type SessionOptions, type Values } from '../../src/graph/session.ts';
import { type Architecture, createNetwork } from '../../src/model/architecture.ts';
import { initialState } from '../../src/train/loop.ts';
import { DEFAULT_OPTIMIZER } from '../../src/train/optimizers/optimizers.ts';
import { trainingGraph } from '../../src/train/step.ts';
import { noise } from '../measurements.ts';

/** Steps of training on one batch of noise, the same in Node and in a page. */
export interface TrainingTask {
  readonly architecture: Architecture;
  /** of a spectrogram, `[1, bins, frames]` */
  readonly input: readonly number[];
  /** segments a step */
  readonly batch: number;
  readonly steps: number;
  /** of the weights */
  readonly seed: number;
  readonly session: SessionOptions;
  /** what the step is built for; default: where it runs */
  readonly builtFor?: Device;
}

/** Of each step. */
export interface TrainingSteps {
  readonly losses: readonly number[];
  readonly seconds: readonly number[];
}

const LEARNING_RATE = 0.05;

export async function trainingSteps(task: TrainingTask) {
  const { architecture, input, batch, steps, seed } = task;
  const size = input.reduce((product, d) => product * d);
  const feeds = {
    features: { data: noise(batch * size), shape: [batch, ...input] },
    target: { data: BigInt64Array.from({ length: batch }, (_, i) => BigInt(i % architecture.classes)), shape: [batch] },
    learning_rate: { data: Float32Array.of(LEARNING_RATE), shape: [] },
  };
  const { builtFor = task.session.device ?? 'cpu' } = task;
  const graph = trainingGraph(createNetwork(architecture), input, DEFAULT_OPTIMIZER, { device: builtFor });
  const session = await createSession(graph, { device: 'cpu', ...task.session });
  let state: Readonly<Record<string, Values>> = initialState(architecture, seed).tensors;
  const losses: number[] = [];
  const seconds: number[] = [];
  for (let step = 0; step < steps; step++) {
    const began = performance.now();
    const out = await session.run({ ...state, ...feeds });
    seconds.push((performance.now() - began) / 1000);
    losses.push(out.loss!.data[0] as number);
    state = Object.fromEntries(Object.keys(state).map((name) => [name, out[`new.${name}`]!]));
  }
  await session.close();
  return { losses, seconds } satisfies TrainingSteps;
}
