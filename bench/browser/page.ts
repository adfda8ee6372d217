import * as ort from '#ort';
import { runtimeVersion } from '../../src/graph/session.ts';
import { loadRecognizer } from '../../src/recognize/default-weights.ts';
import type { Recognition } from '../../src/recognize/recognizer.ts';
import { MEASUREMENTS, type Task } from '../measurements.ts';
import { type Learned, type LearningTask, learn } from './learning.ts';
import { type TrainingSteps, type TrainingTask, trainingSteps } from './training-steps.ts';

/** What the page does for whoever drives the browser, under `globalThis.attune`. */
export interface BenchPage {
  readonly runtime: string;
  train(task: TrainingTask): Promise<TrainingSteps>;
  learn(task: LearningTask): Promise<Learned>;
  /** seconds of each repetition */
  measure(task: Task): Promise<readonly number[]>;
  /** scores samples at 16 kHz with the weights that come with the package */
  recognize(samples: readonly number[]): Promise<Recognition>;
  /** the outputs of an ONNX file (its bytes in base 64) that takes `samples` `[n]`, by name */
  score(model: string, samples: readonly number[]): Promise<Readonly<Record<string, readonly number[]>>>;
}

declare global {
  var attune: BenchPage;
}

const status = document.querySelector('[role=status]')!;

/** Says in the page what is going on. */
async function showing<Result>(line: string, work: Promise<Result>): Promise<Result> {
  status.textContent = `${line} …`;
  try {
    const result = await work;
    status.textContent = `${line}: done`;
    return result;
  } catch (error) {
    status.textContent = `${line}: ${error instanceof Error ? error.message : error}`;
    throw error;
  }
}

async function recognize(samples: Float32Array): Promise<Recognition> {
  const recognizer = await loadRecognizer({ threads: 1 });
  return recognizer.recognize({ samples, sampleRate: 16_000 }).finally(recognizer.close);
}

async function score(model: string, samples: readonly number[]) {
  const bytes = Uint8Array.from(atob(model), (character) => character.charCodeAt(0));
  const session = await ort.InferenceSession.create(bytes);
  const outputs = await session.run({ samples: new ort.Tensor(Float32Array.from(samples), [samples.length]) });
  const numbers = Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data as Float32Array)] as const);
  await session.release();
  return Object.fromEntries(numbers);
}

globalThis.attune = {
  runtime: runtimeVersion(),
  train: (task) => showing(`${task.steps} steps of training, batch ${task.batch}`, trainingSteps(task)),
  learn: (task) => showing(`${task.epochs} epochs of training in memory`, learn(task)),
  measure: (task) => showing(`${task.what}, batch ${task.batch}`, MEASUREMENTS[task.what](task)),
  recognize: (samples) => showing(`recognition of ${samples.length} samples`, recognize(Float32Array.from(samples))),
  score: (model, samples) => showing(`scoring ${samples.length} samples`, score(model, samples)),
};
status.textContent = 'Ready';
