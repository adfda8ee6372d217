import { runtimeVersion } from '../../src/graph/session.ts';
import { MEASUREMENTS, type Task } from '../measurements.ts';
import { type TrainingSteps, type TrainingTask, trainingSteps } from './training-steps.ts';

/** What the page does for whoever drives the browser, under `globalThis.attune`. */
export interface BenchPage {
  readonly runtime: string;
  train(task: TrainingTask): Promise<TrainingSteps>;
  /** seconds of each repetition */
  measure(task: Task): Promise<readonly number[]>;
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

globalThis.attune = {
  runtime: runtimeVersion(),
  train: (task) => showing(`${task.steps} steps of training, batch ${task.batch}`, trainingSteps(task)),
  measure: (task) => showing(`${task.what}, batch ${task.batch}`, MEASUREMENTS[task.what](task)),
};
status.textContent = 'Ready';
