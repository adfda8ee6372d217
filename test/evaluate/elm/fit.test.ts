import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fitInStages } from '../../../src/evaluate/elm/fit.ts';
import { readFitted } from '../../../src/evaluate/elm/fitted.ts';
import type { Heard } from '../../../src/evaluate/elm/heard.ts';
import { ofClasses, openNetwork } from '../../../src/evaluate/elm/network.ts';
import type { ElmOptions } from '../../../src/evaluate/elm/stage.ts';
import type { FitEvent } from '../../../src/evaluate/system.ts';
import { readCheckpoint } from '../../../src/model/checkpoint.ts';
import { Random } from '../../../src/random.ts';
import { DEFAULT_OPTIMIZER, OPTIMIZER_DEFAULTS } from '../../../src/train/optimizers/optimizers.ts';
import { temporaryFolder } from '../../cli/attune.ts';

const CLASSES = ['neutral', 'happy', 'angry', 'sad'];
const OPTIONS: ElmOptions = {
  protocol: 'leave-one-speaker-out',
  architecture: { kind: 'dense', classes: 4, inputs: 96, hidden: [8] },
  frontEnd: { kind: 'descriptors', set: 'lee-tashev', segmentFrames: 3, loudest: 0.5 },
  schedule: { epochs: 2, batchSize: 8, learningRate: 0.05, decayEpochs: [] },
  optimizer: DEFAULT_OPTIMIZER,
  elm: { hidden: { kind: 'rbf', gammas: [0.5, 2] }, ridges: [1, 0.1], innerFolds: 3, threshold: 0.2 },
  ...{ seed: 3, threads: 1 },
};

/** Noise about a place of each class; the last recording is shorter than a segment. */
const heardOf = (speakers: readonly string[], classes = CLASSES): Heard[] =>
  speakers.flatMap((speaker) =>
    classes.flatMap((_, label) =>
      [12, label ? 9 : 2].map((frames, i): Heard => {
        const random = Random.named(label, `${speaker} ${i}`);
        const values = new Float32Array(frames * 32).map(() => random.uniform(-1, 1) + 0.5 * label);
        return { file: `${speaker}-${label}-${i}.wav`, speaker, corpus: '', label, values };
      }),
    ),
  );
const provenance = { corpora: [], recordings: '' };
const given = (resume: string, more: { signal?: AbortSignal; onEvent?: (event: FitEvent) => void } = {}) => ({
  ...{ provenance, resume, fold: 'f', onEvent: () => {} },
  ...more,
});

describe('a system with an extreme learning machine', async () => {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  const heard = heardOf(['a', 'b', 'c']);

  it('goes on with the same bytes, in whatever stage it was stopped', async () => {
    const events: FitEvent[] = [];
    const whole = await fitInStages(
      heard,
      OPTIONS,
      given(at('whole'), { onEvent: (event) => void events.push(event) }),
    );
    const steps = events.flatMap((event) => ('segmentsSeen' in event ? [event] : []));
    const { segmentsInAll } = steps.at(-1)!;
    expect(steps.at(-1)!.segmentsSeen).toBe(segmentsInAll);
    // 24 recordings with 5 of 10 segments, 4 of 7 or 1: of two speakers thrice, of three once, two epochs each
    expect(segmentsInAll).toBe(2 * (3 * 2 + 3) * (4 * 5 + 3 * 4 + 1));
    for (const share of [0.3, 0.6, 0.97]) {
      const stop = new AbortController();
      const onEvent = (event: FitEvent) =>
        'segmentsSeen' in event && event.segmentsSeen > share * segmentsInAll && stop.abort(new Error('stopped'));
      const path = at(`stopped-${share}`);
      await expect(fitInStages(heard, OPTIONS, given(path, { signal: stop.signal, onEvent }))).rejects.toThrow(
        'stopped',
      );
      const going: FitEvent[] = [];
      const again = await fitInStages(heard, OPTIONS, given(path, { onEvent: (event) => void going.push(event) }));
      expect(Buffer.compare(Buffer.from(again), Buffer.from(whole)), `${share}`).toBe(0);
      expect(going.filter((event) => 'segmentsSeen' in event).length).toBeLessThan(steps.length);
    }
    expect(Buffer.from(await fitInStages(heard, { ...OPTIONS, seed: 4 }, given(at('other'))))).not.toEqual(
      Buffer.from(whole),
    );
  });

  it('keeps network, machine and choice in one file, which segments of sound cannot be put before', async () => {
    const bytes = await fitInStages(heard, OPTIONS, given(at('kept')));
    const { checkpoint, elm, chosen, moments, threshold } = readFitted(bytes, 'f');
    expect([elm.rows.length, elm.output.length, threshold]).toEqual([24 * 16, 24 * 4, 0.2]);
    expect(chosen.tried.map(({ ridge, gamma }) => [ridge, gamma])).toEqual([
      [1, 0.5],
      [1, 2],
      [0.1, 0.5],
      [0.1, 2],
    ]);
    expect(Math.max(...chosen.tried.map(({ ua }) => ua!))).toBe(
      chosen.tried.find(({ ridge, gamma }) => ridge === chosen.ridge && gamma === chosen.gamma)!.ua,
    );
    const mean = heard.flatMap(({ values }) => Array.from(values).filter((_, i) => i % 32 === 7));
    expect(moments.mean[7]).toBeCloseTo(mean.reduce((sum, value) => sum + value) / mean.length, 5);
    const { architecture, frontEnd, tensors: weights } = checkpoint;
    const network = await openNetwork({ architecture, frontEnd, weights, moments }, 1);
    const said = await network.probabilities(heard[1]!.values); // of two frames
    await network.close();
    expect(said).toHaveLength(4);
    expect(said.reduce((sum, p) => sum + p)).toBeCloseTo(1, 5);
    expect(() => readCheckpoint(bytes, 'f')).toThrow(/f is of a system that hears descriptors of frames/);
    expect(() => readFitted(bytes.slice(0, -4), 'f')).toThrow(expect.objectContaining({ code: 'checkpoint' }));
  });

  it('learns without a choice where there is none, by a random layer too', async () => {
    const elm = { ...OPTIONS.elm, hidden: { kind: 'random', units: 6 } as const, ridges: [0.1] };
    const one = heardOf(['a'], CLASSES.slice(0, 3)); // nobody is sad
    const { elm: machine, chosen } = readFitted(await fitInStages(one, { ...OPTIONS, elm }, given(at('one'))), 'f');
    expect(chosen).toEqual({ ridge: 0.1, tried: [] });
    expect([machine.kind, machine.rows.length, machine.biases.length]).toEqual(['random', 6 * 16, 6]);
  });

  it('says so where nothing can be solved', async () => {
    const elm = { ...OPTIONS.elm, hidden: { kind: 'rbf', gammas: [1e-30, 1e-29] } as const, ridges: [1e-300] };
    await expect(fitInStages(heard, { ...OPTIONS, elm }, given(at('singular')))).rejects.toThrow(
      /none of 2 extreme learning machines could be solved, all are singular; give greater ridges than 1e-300/,
    );
  });

  it('goes on from no state of another kind', async () => {
    const path = at('stopped-0.3');
    await expect(fitInStages(heard, OPTIONS, { ...given(path), fold: 'g' })).rejects.toThrow(/it is of fold f/);
  });

  it('hears sequences frame by frame, finds latent labels out, and goes on with the same bytes', async () => {
    const own = heardOf(['a', 'b'], CLASSES.slice(0, 2));
    for (let i = 0; i < own[1]!.values.length; i += 32) own[1]!.values[i] = 0; // no frame is voiced
    const options: ElmOptions = {
      ...OPTIONS,
      architecture: { kind: 'blstm', classes: 4, inputs: 32, hidden: [3], labels: 'latent' },
      frontEnd: { kind: 'descriptors', set: 'lee-tashev' },
      schedule: { epochs: 3, batchSize: 3, learningRate: 0.01, decayEpochs: [], clipNorm: 1 },
      optimizer: OPTIMIZER_DEFAULTS.adam.optimizer,
      elm: { ...OPTIONS.elm, hidden: { kind: 'rbf', gammas: [1] }, ridges: [0.1] },
    };
    const events: FitEvent[] = [];
    const onEvent = (event: FitEvent) => void events.push(event);
    const whole = await fitInStages(own, options, given(at('sequences'), { onEvent }));
    expect(events.filter((event) => 'warning' in event)).toEqual([
      { warning: 'a-0-1.wav: no frame is voiced, so that all of it counts as one voiced region' },
    ]);
    const stop = new AbortController();
    const stopping = (event: FitEvent) =>
      'history' in event && event.history.length === 2 && stop.abort(new Error('stopped'));
    const path = at('sequences-stopped');
    const stopped = fitInStages(own, options, given(path, { signal: stop.signal, onEvent: stopping }));
    await expect(stopped).rejects.toThrow('stopped');
    const again = await fitInStages(own, options, given(path));
    expect(Buffer.compare(Buffer.from(again), Buffer.from(whole))).toBe(0);

    const { checkpoint, moments } = readFitted(whole, 'f');
    const { architecture, frontEnd, tensors: weights } = checkpoint;
    const network = await openNetwork({ architecture, frontEnd, weights, moments }, 1);
    const said = await network.probabilities(own[0]!.values);
    await network.close();
    expect([said.length, network.outputs]).toEqual([12 * 5, 5]); // four classes and Null
    expect(ofClasses(said, 5, 4)).toEqual(said.filter((_, i) => i % 5 !== 4));
    const plain = { ...options, architecture: { ...options.architecture, labels: 'utterance' } } as ElmOptions;
    const other = readFitted(await fitInStages(own, plain, given(at('plain'))), 'f');
    expect(other.checkpoint.tensors['fc.bias']!.shape).toEqual([4]);
  });
});
