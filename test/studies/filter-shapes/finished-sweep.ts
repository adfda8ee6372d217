import { EMOTIONS } from '../../../src/corpus/emotions.ts';
import { DEFAULT_FRONT_END } from '../../../src/features/front-end.ts';
import { mean } from '../../../src/statistics/confusion.ts';
import { EXPLORATORY, type SizeResult, type Sweep, shortened } from '../../../src/studies/filter-shapes/sweep.ts';
import { DEFAULT_OPTIMIZER } from '../../../src/train/optimizers/optimizers.ts';
import { ENVIRONMENT } from '../../evaluate/run.ts';

interface Figures {
  readonly wa: number;
  readonly recall: readonly (number | null)[];
  readonly interval?: readonly [low: number, high: number];
  readonly jackknife?: readonly [low: number, high: number];
}

/** What came of filters of a size; UA is the mean of the recalls. */
export const sizeOf = (
  height: number,
  width: number,
  { wa, recall, interval = [0, 1], jackknife = interval }: Figures,
): SizeResult => ({
  ...{ height, width, frequencyHz: 10 * height, timeMs: 10 * width },
  ...{ wa, ua: mean(recall.filter((value) => value !== null)), macroF1: 0.5, trainingLoss: 1.25 },
  waInterval: { low: interval[0], high: interval[1] },
  waJackknife: { low: jackknife[0], high: jackknife[1] },
  recall: Object.fromEntries(EMOTIONS.map((emotion, i) => [emotion, recall[i]])) as SizeResult['recall'],
  run: `${height}x${width}`,
});

export const sweepOf = (sizes: readonly SizeResult[]): Sweep => ({
  exploratory: EXPLORATORY,
  ...{ corpus: 'emodb', utterances: 339, speakers: 10, folds: 5, command: 'npx attune sweep DIR --out RUN' },
  options: {
    ...{ protocol: 'speaker-folds', folds: 5, seed: 1, threads: 1 },
    ...{ frontEnd: DEFAULT_FRONT_END, optimizer: DEFAULT_OPTIMIZER, schedule: shortened(10) },
  },
  environments: [ENVIRONMENT],
  date: '2026-03-01',
  intervals: '95 % percentile intervals',
  sizes,
});
