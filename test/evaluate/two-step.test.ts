import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCorpus } from '../../src/corpus/read.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { crossValidate } from '../../src/evaluate/crossval.ts';
import { type FoldUnit, work } from '../../src/evaluate/fold.ts';
import type { FitEvent } from '../../src/evaluate/system.ts';
import { chooseThreshold } from '../../src/evaluate/two-step.ts';
import { DEFAULT_LOG_FRONT_END } from '../../src/features/front-end.ts';
import type { Executor } from '../../src/jobs/executor.ts';
import { DEFAULT_TWO_STEP } from '../../src/model/two-step/architecture.ts';
import type { RunOptions } from '../../src/run/run-files.ts';
import { OPTIMIZER_DEFAULTS } from '../../src/train/optimizers/optimizers.ts';
import { verifyRun } from '../../src/verify/verify.ts';
import { temporaryFolder } from '../cli/attune.ts';

const TUNE = { thresholds: [0.5, 0.3, 0.7], innerFolds: 2 };

it('takes the threshold of the greatest UA over all who were left out, the first of equals', () => {
  const said = (emotion: string, probabilities: readonly number[]) => ({
    ...{ utterance: `${emotion} ${probabilities}`, speaker: 's', fold: 'f', emotion, probabilities },
    predicted: 'neutral',
  });
  const predictions = [
    said('neutral', [0.4, 0.3, 0.2, 0.1]),
    said('neutral', [0.8, 0.1, 0.1, 0]),
    said('happy', [0.35, 0.5, 0.1, 0.05]),
    said('happy', [0.2, 0.5, 0.2, 0.1]),
    said('angry', [0.6, 0.1, 0.3, 0]),
  ];
  // by hand, recalls of neutral, happy and angry: at 0.5 1/2, 1, 0; at 0.3 1, 1/2, 0; at 0.7 1/2, 1, 1
  const options = { architecture: DEFAULT_TWO_STEP, tune: TUNE };
  expect(chooseThreshold(predictions, options)).toEqual({
    threshold: 0.7,
    tried: [
      { threshold: 0.5, ua: 0.5 },
      { threshold: 0.3, ua: 0.5 },
      { threshold: 0.7, ua: 2.5 / 3 },
    ],
  });
  expect(chooseThreshold(predictions, { ...options, tune: { ...TUNE, thresholds: [0.3, 0.5] } }).threshold).toBe(0.3);
});

const OPTIONS: RunOptions = {
  protocol: 'cross-corpus', // one fold
  accept: ['speaker-on-both-sides:test'], // voices have the same names
  architecture: { ...DEFAULT_TWO_STEP, frames: 50, hidden: 2, dense: 2, dropout: 0.5 },
  frontEnd: { ...DEFAULT_LOG_FRONT_END, segmentSeconds: 0.5, trainHopSeconds: 2, testHopSeconds: 0.5 },
  ...{ balance: true, tune: TUNE },
  schedule: { epochs: 1, batchSize: 8, learningRate: 0.01, decayEpochs: [] },
  optimizer: OPTIMIZER_DEFAULTS.adam.optimizer,
  ...{ seed: 3, threads: 1 },
};

/** Folds one after the other, in this process. */
const inProcess = (tell: (event: FitEvent) => void): Executor => ({
  async execute({ units, folder, means, signal, onEvent, onDone }) {
    for await (const unit of units) {
      const context = {
        folder,
        means,
        signal,
        tell: (event: FitEvent) => [tell(event), onEvent(unit, event as never)],
      };
      await work(unit as FoldUnit, context as unknown as Parameters<typeof work>[1]);
      await onDone(unit);
    }
  },
});

describe('a run that chooses thresholds', async () => {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  const voices = { speakers: 2, utterancesPerEmotion: 1 };
  await writeSyntheticCorpus(at('train'), { ...voices, seed: 5 });
  await writeSyntheticCorpus(at('test'), { ...voices, speakers: 1, seed: 6 });
  const [corpus, testOn] = [await readCorpus(at('train')), await readCorpus(at('test'))];
  const run = (out: string, tell: (event: FitEvent) => void = () => {}, signal?: AbortSignal) =>
    crossValidate({
      ...{ corpus, testOn, out: at(out), options: OPTIONS, jobs: 1, cache: at('cache'), executor: inProcess(tell) },
      ...(signal && { signal }),
    });
  const foldOf = (out: string) =>
    join(at(out), 'folds', readdirSync(join(at(out), 'folds')).find((name) => name.endsWith('.json'))!);

  it('goes on with the same bytes where it was stopped between its stages, and keeps no state when it is done', async () => {
    const steps: Extract<FitEvent, { segmentsSeen: number }>[] = [];
    await run('whole', (event) => 'segmentsSeen' in event && steps.push(event));
    expect(steps.at(-1)!.segmentsSeen).toBe(steps.at(-1)!.segmentsInAll);
    const stop = new AbortController();
    const share = 0.2; // of two groups of one speaker each, and of both: when the first has been learned
    const tell = (event: FitEvent) =>
      'segmentsSeen' in event && event.segmentsSeen > share * event.segmentsInAll && stop.abort(new Error('stopped'));
    await expect(run('stopped', tell, stop.signal)).rejects.toThrow('stopped');
    expect(readdirSync(join(at('stopped'), 'folds'))).toEqual([
      expect.stringMatching(/%~inner-1\.state\.safetensors$/),
    ]);
    await run('stopped');
    const [whole, again] = ['whole', 'stopped'].map((out) => readFileSync(foldOf(out), 'utf8')); // with the SHA-256 of the checkpoint
    expect(again).toBe(whole);
    expect(readdirSync(join(at('stopped'), 'folds'))).toHaveLength(1);
  });

  it('says what each fold chose, and verifies by it', async () => {
    const { chosen, predictions } = JSON.parse(readFileSync(foldOf('whole'), 'utf8')).content;
    expect(TUNE.thresholds).toContain(chosen.threshold);
    expect(chosen.tried.map(({ threshold }: { threshold: number }) => threshold)).toEqual(TUNE.thresholds);
    for (const { predicted, probabilities } of predictions)
      expect(predicted === 'neutral').toBe(probabilities[0] >= chosen.threshold);
    const differing = async () =>
      (await verifyRun({ run: at('whole') })).statements.filter(({ result }) => result === 'differs');
    expect(await differing()).toEqual([]);
    await writeFile(
      foldOf('whole'),
      readFileSync(foldOf('whole'), 'utf8').replace(/"threshold": [\d.]+/, '"threshold": 1'),
    );
    expect((await differing()).map(({ text }) => text)).toContainEqual(expect.stringContaining('its digest is not'));
  });
});
