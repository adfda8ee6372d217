import { describe, expect, it } from 'vitest';
import { streamOf } from '../../src/audio/stream.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { createExplainer } from '../../src/explain/explainer.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import type { Checkpoint } from '../../src/model/checkpoint.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { Random } from '../../src/random.ts';
import { exportOnnx } from '../../src/recognize/export.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { findSpeech } from '../../src/recognize/speech.ts';
import { answerOf } from '../../src/recognize/timeline.ts';

const ARCHITECTURE = { ...DEFAULT_ARCHITECTURE, width: 0.25 };
const random = new Random(1);
const NOISE = { samples: Float32Array.from({ length: 40_000 }, () => random.uniform(-0.3, 0.3)), sampleRate: 16_000 };

/** An untrained network, one tensor of which is filled with a number. */
function network(tensor?: string, value = 0): Checkpoint {
  const tensors = { ...initialWeights(ARCHITECTURE, 3) };
  if (tensor)
    tensors[tensor] = { ...tensors[tensor]!, data: new Float32Array(tensors[tensor]!.data.length).fill(value) };
  return { architecture: ARCHITECTURE, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS, tensors };
}

describe('no answer that is no number', () => {
  it('comes of weights that are none, nor of a temperature that is none', async () => {
    const broken = network('conv3.weight', Number.NaN);
    const expected = { code: 'checkpoint', message: expect.stringContaining('in conv3.weight, got NaN at 0') };
    await expect(createRecognizer(broken)).rejects.toMatchObject(expected);
    await expect(createExplainer(broken)).rejects.toMatchObject(expected);
    await expect(exportOnnx(broken)).rejects.toMatchObject(expected);
    for (const temperature of [1e-320, Number.NaN, 0, -1, Infinity]) {
      await expect(createRecognizer(network(), { temperature })).rejects.toMatchObject({ code: 'usage' });
      await expect(exportOnnx({ ...network(), temperature })).rejects.toThrow(/a temperature from 0.001 to 1000/);
    }
  });

  it('comes of finite weights whose sums are not', async () => {
    const huge = network('conv3.weight', 3e38);
    const recognizer = await createRecognizer(huge);
    const explainer = await createExplainer(huge);
    const expected = {
      code: 'checkpoint',
      message: expect.stringMatching(/^the network says (NaN|-?Infinity) of segment/),
    };
    await expect(recognizer.recognize(NOISE)).rejects.toMatchObject(expected);
    await expect(explainer.explain(NOISE)).rejects.toMatchObject(expected);
    await Promise.all([recognizer.close(), explainer.close()]);
  });

  it('comes of a stream that holds what is no number, of any temperature that is allowed, or of integers stored as floats', async () => {
    const recognizer = await createRecognizer(network());
    const damaged = streamOf({ ...NOISE, samples: NOISE.samples.map((x, i) => (i === 39_000 ? 1e20 : x)) });
    await expect(recognizer.recognize(damaged)).rejects.toMatchObject({
      ...{ code: 'audio', message: expect.stringContaining('sample 39000 is 1.000e+20') },
    });
    const { probabilities } = await recognizer.recognize(NOISE);
    const scaled = await recognizer.recognize({ ...NOISE, samples: NOISE.samples.map((x) => 2 ** 31 * x) });
    for (const name of EMOTIONS) expect(scaled.probabilities[name]).toBeCloseTo(probabilities[name]!, 5);
    await recognizer.close();
    for (const temperature of [0.001, 1000]) {
      const extreme = await createRecognizer(network(), { temperature });
      const { segments } = await extreme.recognize(NOISE);
      for (const segment of segments)
        expect(EMOTIONS.reduce((sum, name) => sum + segment.probabilities[name]!, 0)).toBeCloseTo(1, 5);
      await extreme.close();
    }
  });

  it('is given of speech, or of a bound that is none', () => {
    expect(() => findSpeech(NOISE.samples.map((x, i) => (i === 33_000 ? Number.NaN : x)))).toThrow(
      'expected finite samples, got others within 20 ms of 2.06 s', // 33,000 of 16,000 a second
    );
    const recognition = {
      probabilities: { neutral: 0.4, happy: 0.3, angry: 0.2, sad: 0.1 },
      emotion: 'neutral' as const,
    };
    const answer = (bound: number) =>
      answerOf({ ...recognition, startSeconds: 0, durationSeconds: 1, segments: [], warnings: [] }, [], bound);
    expect(() => answer(Number.NaN)).toThrow(
      'expected the least probability of an answer to be a number from 0 to 1, got NaN',
    );
  });
});
