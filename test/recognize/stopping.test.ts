import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { openSound } from '../../src/audio/stream.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { createExplainer } from '../../src/explain/explainer.ts';
import { explainRecording } from '../../src/explain/explanation.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { wav } from '../audio/files.ts';

const ARCHITECTURE = { ...DEFAULT_ARCHITECTURE, width: 0.125 };
const CHECKPOINT = {
  ...{ architecture: ARCHITECTURE, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS },
  tensors: initialWeights(ARCHITECTURE, 3),
};
/** A minute: 146 segments in 10 batches. */
const long = () => ({ samples: new Float32Array(60 * 16_000).fill(0.1), sampleRate: 16_000 });
const short = { samples: Float32Array.from({ length: 40_000 }, (_, i) => Math.sin(i / 9)), sampleRate: 16_000 };

describe('recognition that is stopped', async () => {
  const recognizer = await createRecognizer(CHECKPOINT, { threads: 1 });
  const explainer = await createExplainer(CHECKPOINT, { threads: 1 });
  afterAll(() => Promise.all([recognizer.close(), explainer.close()]));
  const reason = new Error('the user went away');

  it('throws the reason of the signal between two batches, and a timer may be what aborts it', async () => {
    for (const work of [
      (signal: AbortSignal) => recognizer.recognize(long(), { signal }),
      (signal: AbortSignal) => explainer.explain(long(), { signal }),
      (signal: AbortSignal) => explainRecording({ recognizer, explainer }, long(), { name: 'x', signal }),
    ]) {
      const controller = new AbortController();
      void setTimeout(1).then(() => controller.abort(reason));
      await expect(work(controller.signal)).rejects.toBe(reason);
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    }
    await expect(recognizer.recognize(short, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('does not wait for a source that gives nothing more, and lets go of it', async () => {
    const source = new Readable({ read() {} });
    source.push(wav(new Uint8Array(40_000).fill(9), { dataLength: 1e8 }));
    const controller = new AbortController();
    const stream = await openSound(source, 'x');
    const answer = recognizer.recognize(stream, {
      signal: controller.signal,
      onBlock: () => void setTimeout(1).then(() => controller.abort(reason)),
    });
    await expect(answer).rejects.toBe(reason);
    expect(source.destroyed).toBe(true);
  });

  it('closes its stream whatever happens', async () => {
    const failing = () => {
      throw reason;
    };
    for (const options of [{ onBlock: failing }, { onBlock: 3 as never }, { maxSeconds: 0.5 }]) {
      const stream = await openSound(wav(new Uint8Array(40_000).fill(9)), 'x');
      await recognizer.recognize(stream, options as never).catch(() => {});
      await expect(recognizer.recognize(stream)).rejects.toMatchObject({ code: 'usage' });
    }
  });

  it('refuses what lasts longer than it may', async () => {
    expect((await recognizer.recognize(short, { maxSeconds: 2.5 })).durationSeconds).toBe(2.5);
    await expect(recognizer.recognize(short, { maxSeconds: 2 })).rejects.toMatchObject({
      ...{ code: 'audio', message: expect.stringContaining('the recording: it lasts longer than the 2 s') },
    });
  });

  it('tells of samples that were taken away meanwhile', async () => {
    const waveform = long();
    const onProgress = () => {
      if (waveform.samples.length) structuredClone(waveform.samples.buffer, { transfer: [waveform.samples.buffer] });
    };
    await expect(recognizer.recognize(waveform, { onProgress })).rejects.toMatchObject({
      ...{ code: 'usage', message: expect.stringContaining('samples were transferred or cut while they were heard') },
    });
  });
});

describe('a network that was closed', () => {
  it('computes nothing more, may be closed again, and ends what it was at', async () => {
    const expected = {
      code: 'usage',
      message: 'expected a network that is open, got one that was closed; make another',
    };
    const recognizer = await createRecognizer(CHECKPOINT, { threads: 1 });
    const working = recognizer.recognize(long());
    const checked = expect(working).rejects.toMatchObject(expected);
    await setTimeout(1);
    await Promise.all([recognizer.close(), recognizer.close()]);
    await recognizer.close();
    await checked;
    await expect(recognizer.recognize(short)).rejects.toMatchObject(expected);
    const explainer = await createExplainer(CHECKPOINT, { threads: 1 });
    await explainer.close();
    await explainer.close();
    await expect(explainer.explain(short)).rejects.toMatchObject(expected);
  });
});
