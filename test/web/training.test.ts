import { beforeAll, expect, it } from 'vitest';
import { type TrainingTask, trainingSteps } from '../../bench/browser/training-steps.ts';
import type { SessionOptions } from '../../src/graph/session.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { describeInChromium } from './chromium.ts';

const training = (session: SessionOptions): TrainingTask => ({
  architecture: DEFAULT_ARCHITECTURE,
  input: { bins: 24, frames: 16 }, // small: WebGPU is emulated in software
  batch: 4,
  steps: 3,
  seed: 1,
  session,
});

describeInChromium('training in a page', (browser) => {
  const trainInPage = (...sessions: readonly SessionOptions[]) =>
    browser().withPage(async (tab) => {
      const losses: (readonly number[])[] = [];
      for (const session of sessions)
        losses.push((await tab.evaluate((task) => globalThis.attune.train(task), training(session))).losses);
      return losses;
    });
  let expected: readonly number[];

  beforeAll(async () => {
    ({ losses: expected } = await trainingSteps(training({ threads: 1 })));
  });

  it.each<[string, SessionOptions]>([
    ['WebAssembly on one thread', { threads: 1 }],
    ['WebAssembly on two threads', { threads: 2 }],
    ['WebGPU', { device: 'webgpu' }],
  ])('gives the same losses with %s as in Node', async (_, session) => {
    const [losses] = await trainInPage(session);
    expect(expected).toHaveLength(3);
    expect(losses).toHaveLength(3);
    losses!.forEach((loss, step) => {
      expect(Math.abs(loss - expected[step]!), `step ${step + 1}`).toBeLessThan(1e-4);
    });
  });

  it('refuses another number of threads than the page has', async () => {
    await expect(trainInPage({ threads: 1 }, { threads: 2 })).rejects.toThrow(
      "AttuneError: expected threads: 1, as in the page's first session, got 2",
    );
  });

  it('refuses a device that is not there', async () => {
    await expect(trainInPage({ device: 'cuda' })).rejects.toThrow('AttuneError: expected the device cuda');
  });
});
