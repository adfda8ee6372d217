import type { Page as Tab } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { learn } from '../../bench/browser/learning.ts';
import { type TrainingTask, trainingSteps } from '../../bench/browser/training-steps.ts';
import type { SessionOptions } from '../../src/graph/session.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { describeInChromium } from './chromium.ts';

const SMALL = { ...DEFAULT_ARCHITECTURE, classes: 2, width: 0.125 };

const training = (session: SessionOptions): TrainingTask => ({
  architecture: DEFAULT_ARCHITECTURE,
  input: [1, 24, 16], // small: WebGPU is emulated in software
  batch: 4,
  steps: 3,
  seed: 1,
  session,
});

describeInChromium('training in a page', (browser) => {
  const train = async (tab: Tab, session: SessionOptions) =>
    (await tab.evaluate((task) => globalThis.attune.train(task), training(session))).losses;
  let expected: readonly number[];

  beforeAll(async () => {
    ({ losses: expected } = await trainingSteps(training({ threads: 1 })));
  });

  // a page takes seconds to compile WebAssembly, so what else a page is to show follows in the same one
  const asInNode = async (tab: Tab, session: SessionOptions) => {
    const losses = await train(tab, session);
    expect(expected).toHaveLength(3);
    expect(losses).toHaveLength(3);
    losses.forEach((loss, step) => {
      expect(Math.abs(loss - expected[step]!), `step ${step + 1}`).toBeLessThan(1e-4);
    });
  };

  it('gives the same losses with WebAssembly on one thread as in Node, and refuses two in the same page', () =>
    browser().withPage(async (tab) => {
      await asInNode(tab, { threads: 1 });
      await expect(train(tab, { threads: 2 })).rejects.toThrow(
        "AttuneError: expected threads: 1, as in the page's first session, got 2",
      );
    }));

  it('refuses a device that is not there, and gives the same losses on two threads as in Node', () =>
    browser().withPage(async (tab) => {
      await expect(train(tab, { device: 'cuda' })).rejects.toThrow('AttuneError: expected the device cuda');
      await asInNode(tab, { threads: 2 });
    }));

  it('on sound in memory tells, stops, goes on and recognises as in Node', () =>
    browser().withPage(async (tab) => {
      const task = { architecture: SMALL, epochs: 2, stopAfter: 3 };
      const [here, there] = [await learn(task), await tab.evaluate((task) => globalThis.attune.learn(task), task)];
      expect(there.losses).toHaveLength(2);
      there.losses.forEach((loss, epoch) => {
        expect(Math.abs(loss - here.losses[epoch]!), `epoch ${epoch + 1}`).toBeLessThan(1e-3);
      });
      expect({ ...there, losses: [] }).toEqual({ ...here, losses: [] });
      expect(there.stopped).toBe('the page was closed');
    }));

  it('gives the same losses with WebGPU as in Node', () =>
    browser().withPage((tab) => asInNode(tab, { device: 'webgpu' })));
});
