import type { Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { learn } from '../../bench/browser/learning.ts';
import { type TrainingTask, trainingSteps } from '../../bench/browser/training-steps.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { synthesizeCorpus } from '../../src/corpus/synthetic.ts';
import { filledInUse } from '../../src/features/front-end.ts';
import type { SessionOptions } from '../../src/graph/session.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import type { Checkpoint } from '../../src/model/checkpoint.ts';
import { loadRecognizer } from '../../src/recognize/default-weights.ts';
import { exportOnnx } from '../../src/recognize/export.ts';
import { distance, LENGTHS, narrow, recognized, wandering } from '../recognize/exported.ts';
import { describeInPages } from './chromium.ts';

const training = (session: SessionOptions, architecture = DEFAULT_ARCHITECTURE): TrainingTask => ({
  architecture,
  input: [1, 24, 16], // small: WebGPU is emulated in software
  batch: 4,
  steps: 3,
  seed: 1,
  session,
});

const train = async (tab: Tab, task: TrainingTask) =>
  (await tab.evaluate((task) => globalThis.attune.train(task), task)).losses;

async function expectLossesOfNode(tab: Tab, task: TrainingTask) {
  const losses = await train(tab, task);
  const { losses: expected } = await trainingSteps({ ...task, session: { threads: 1 } });
  expect(expected).toHaveLength(3);
  expect(losses).toHaveLength(3);
  losses.forEach((loss, step) => {
    expect(Math.abs(loss - expected[step]!), `step ${step + 1}`).toBeLessThan(1e-4);
  });
}

/** Of an exported recogniser: pooling, what becomes of short utterances, samples. */
const EXPORTED = [
  ['attention', 'repeat', LENGTHS.half],
  ['gap', 'pad', LENGTHS.one],
  ['bilinear', 'pad', LENGTHS['two and one']],
] as const;

const inBase64 = async (checkpoint: Checkpoint) => Buffer.from(await exportOnnx(checkpoint)).toString('base64');

describeInPages('in a page', (browser) => {
  // a page takes seconds to compile WebAssembly, so tests share one
  describe('of one thread', () => {
    let tab: Tab;
    beforeAll(async () => {
      tab = await browser().openPage();
    });
    afterAll(() => tab?.close());

    it('training gives the same losses as in Node, and two threads are refused from then on', async () => {
      await expectLossesOfNode(tab, training({ threads: 1 }));
      await expect(train(tab, training({ threads: 2 }))).rejects.toThrow(
        "AttuneError: expected threads: 1, as in the page's first session, got 2",
      );
    });

    it('training on sound in memory tells, stops, goes on and recognises as in Node', async () => {
      const task = { architecture: { ...DEFAULT_ARCHITECTURE, classes: 2, width: 0.125 }, epochs: 2, stopAfter: 3 };
      const [here, there] = [await learn(task), await tab.evaluate((task) => globalThis.attune.learn(task), task)];
      expect(there.losses).toHaveLength(2);
      there.losses.forEach((loss, epoch) => {
        expect(Math.abs(loss - here.losses[epoch]!), `epoch ${epoch + 1}`).toBeLessThan(1e-3);
      });
      expect({ ...there, losses: [] }).toEqual({ ...here, losses: [] });
      expect(there.stopped).toBe('the page was closed');
    });

    it('recognition fetches the weights that come with the package and answers as Node does', async () => {
      const [voice] = synthesizeCorpus({ speakers: 1, utterancesPerEmotion: 1, seed: 2 });
      const { samples } = voice!.waveform;
      const recognizer = await loadRecognizer();
      const expected = await recognizer.recognize(voice!.waveform).finally(recognizer.close);
      const got = await tab.evaluate((numbers) => globalThis.attune.recognize(numbers), Array.from(samples));
      expect(got.segments).toHaveLength(expected.segments.length);
      got.segments.forEach(({ start, end, probabilities }, i) => {
        expect({ start, end }).toEqual({ start: expected.segments[i]!.start, end: expected.segments[i]!.end });
        for (const name of EMOTIONS)
          expect(Math.abs(probabilities[name]! - expected.segments[i]!.probabilities[name])).toBeLessThan(1e-4);
      });
      expect(got.emotion).toBe(expected.emotion);
    });

    it('an exported recogniser answers as in Node, with every pooling, and refuses no samples', async () => {
      const score = async (checkpoint: Checkpoint, samples: Float32Array) =>
        tab.evaluate(([model, samples]) => globalThis.attune.score(model, samples), [
          await inBase64(checkpoint),
          [...samples],
        ] as const);
      for (const [pooling, shortUtterances, length] of EXPORTED) {
        const checkpoint = narrow(pooling, { shortInUse: filledInUse({ shortUtterances }) });
        const samples = wandering(length);
        const out = await score(checkpoint, samples);
        const found = {
          probabilities: out.probabilities!,
          segmentProbabilities: out.segment_probabilities!,
          logits: out.segment_logits!,
          starts: out.segment_starts!,
        };
        const name = `${pooling}, ${shortUtterances}, ${length} samples`;
        expect(distance(found, await recognized(checkpoint, samples)), name).toBeLessThan(1);
      }
      await expect(score(narrow(), new Float32Array())).rejects.toThrow('out of data bounds');
    });

    it('training gives the same losses with WebGPU as in Node', () =>
      expectLossesOfNode(tab, training({ device: 'webgpu' }, { ...DEFAULT_ARCHITECTURE, width: 0.25 })));
  });

  it('a device that is not there is refused, and training gives the same losses on two threads as in Node', () =>
    browser().withPage(async (tab) => {
      await expect(train(tab, training({ device: 'cuda' }))).rejects.toThrow('AttuneError: expected the device cuda');
      await expectLossesOfNode(tab, training({ threads: 2 }));
    }));
});
