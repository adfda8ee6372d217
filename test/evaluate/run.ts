import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import type { Run } from '../../src/report/reported-run.ts';
import type { Manifest, RunConfig } from '../../src/run/run-files.ts';
import { metricsOf } from '../../src/statistics/metrics.ts';
import type { Prediction } from '../../src/statistics/prediction.ts';
import { DEFAULT_OPTIMIZER } from '../../src/train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../../src/train/schedule.ts';

export const ENVIRONMENT = {
  attune: '0.1.0',
  node: '22.0.0',
  runtime: 'onnxruntime-node 1.30.0',
  processor: 'a processor',
};

/** A finished run with the given predictions, each of a recording of 2 s, and an empty log. */
export function runOf(predictions: readonly Prediction[]): Run {
  const config: RunConfig = {
    corpus: 'emodb',
    options: {
      protocol: 'leave-one-speaker-out',
      architecture: DEFAULT_ARCHITECTURE,
      frontEnd: DEFAULT_FRONT_END,
      schedule: DEFAULT_SCHEDULE,
      optimizer: DEFAULT_OPTIMIZER,
      seed: 1,
      threads: 1,
    },
    environment: ENVIRONMENT,
  };
  const manifest: Manifest = {
    corpus: 'emodb',
    leftOut: { 'emotion is fear': 69 },
    recordings: predictions.map(({ utterance, speaker, fold, emotion }) => ({
      ...{ utterance, speaker, fold, emotion, file: `${utterance}.wav`, sha256: 'ab'.repeat(32), durationSeconds: 2 },
    })),
  };
  return { config, manifest, metrics: metricsOf(predictions, { seed: 1, draws: 50 }), predictions, log: [] };
}
