import { BINS, FRAMES, SPECTROGRAM_SIZE } from '../../src/features/spectrogram.ts';
import * as f from '../../src/graph/functions.ts';
import { type Device, Graph } from '../../src/graph/graph.ts';
import { createSession } from '../../src/graph/session.ts';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { type TrainingSteps, trainingSteps } from '../browser/training-steps.ts';
import { noise } from '../measurements.ts';

/** Runs of one batch on a device, each timed with the copies to it and from it. */
export interface DeviceTask {
  readonly what: 'training' | 'inference';
  readonly device: Device;
  /** of the CPU, within one operator */
  readonly threads: number;
  /** segments a run */
  readonly batch: number;
  readonly runs: number;
}

/** The network of the default architecture; losses are those of training. */
export const runOnDevice = (task: DeviceTask): Promise<TrainingSteps> =>
  task.what === 'training' ? train(task) : infer(task);

const train = ({ device, threads, batch, runs }: DeviceTask) =>
  trainingSteps({
    architecture: DEFAULT_ARCHITECTURE,
    input: [1, BINS, FRAMES],
    batch,
    steps: runs,
    seed: 1,
    session: { device, threads },
  });

/** As the recogniser builds it for this device. */
async function infer({ device, threads, batch, runs }: DeviceTask): Promise<TrainingSteps> {
  const graph = new Graph({ device });
  const x = graph.input('spectrograms', ['batch', 1, BINS, FRAMES]);
  const logits = createNetwork(DEFAULT_ARCHITECTURE).inUse(x, initialWeights(DEFAULT_ARCHITECTURE, 1));
  graph.output('probabilities', f.softmax(logits, 1));
  const session = await createSession(graph, { threads, optimization: 'all' });
  const spectrograms = { data: noise(batch * SPECTROGRAM_SIZE), shape: [batch, 1, BINS, FRAMES] };
  const seconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    const began = performance.now();
    await session.run({ spectrograms });
    seconds.push((performance.now() - began) / 1000);
  }
  await session.close();
  return { losses: [], seconds };
}
