import { describe, expect, it } from 'vitest';
import type { Gap } from '../../src/audio/gaps.ts';
import { EMOTIONS, type Emotion } from '../../src/corpus/emotions.ts';
import { createExplainer } from '../../src/explain/explainer.ts';
import { decidingSegment, type ExplainOptions, explainRecording } from '../../src/explain/explanation.ts';
import { explanationJson } from '../../src/explain/explanation-json.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { Random } from '../../src/random.ts';
import { createRecognizer, type Recognition } from '../../src/recognize/recognizer.ts';

const architecture = { ...DEFAULT_ARCHITECTURE, width: 0.5 };
const tensors = initialWeights(architecture, 6);
const CHECKPOINT = { architecture, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS, tensors };
const random = Random.named(7, 'noise');
const samples = Float32Array.from({ length: 48_000 }, (_, i) => random.uniform(-0.1, 0.1) * (1 + (i > 24_000 ? 5 : 0)));

async function explain(options: Omit<ExplainOptions<Emotion>, 'name'> = {}, sound = samples, gaps: Gap[] = []) {
  const network = { explainer: await createExplainer(CHECKPOINT), recognizer: await createRecognizer(CHECKPOINT) };
  return explainRecording(network, { samples: sound, sampleRate: 16_000, gaps }, { name: 'a.wav', ...options }).finally(
    async () => {
      await network.explainer.close();
      await network.recognizer.close();
    },
  );
}

describe('the segment that is explained', () => {
  it('is the first of the greatest probability of a class', () => {
    const segments = [0.2, 0.7, 0.7].map((angry, i) => ({
      ...{ start: i, end: i + 2, probabilities: { neutral: 1 - angry, happy: 0, angry, sad: 0 } },
      logits: { neutral: 0, happy: 0, angry: 0, sad: 0 },
    }));
    const recognition = { segments } as unknown as Recognition;
    expect(decidingSegment(recognition, 'angry')).toBe(1);
    expect(decidingSegment(recognition, 'neutral')).toBe(0);
  });

  it('is the one that was asked for, by number or by moment', async () => {
    // 3 s: segments at 0, 0.4, 0.8 and 1 s, whose middles stand at 1, 1.4, 1.8 and 2
    expect((await explain({ segment: 3 })).maps.start).toBe(0.8);
    expect((await explain({ at: 1.5 })).segment).toBe(1);
    expect((await explain({ at: 3 })).segment).toBe(3);
    const chosen = await explain({ emotion: 'sad' });
    const probabilities = chosen.recognition.segments.map((segment) => segment.probabilities.sad);
    expect(probabilities[chosen.segment]).toBe(Math.max(...probabilities));
    expect((await explain()).emotion).toBe(chosen.recognition.emotion);
  });

  it.each<[Omit<ExplainOptions<Emotion>, 'name'>, RegExp]>([
    [{ segment: 5 }, /expected a segment from 1 to 4, got 5; the recording lasts 3.00 s/],
    [{ segment: 0 }, /expected a segment from 1 to 4, got 0/],
    [{ at: 3.1 }, /expected a moment from 0 to 3.00 s, got 3.1/],
    [{ at: Number.NaN }, /expected a moment from 0 to 3.00 s, got NaN/],
    [{ at: 1, segment: 1 }, /expected a segment or a moment, got both/],
    [{ emotion: 'bored' as 'sad' }, /expected emotion to be one of "neutral", "happy", "angry", "sad", got "bored"/],
  ])('cannot be chosen by %j', async (options, message) => {
    const failed = explain(options);
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('is called silent where it is', async () => {
    expect((await explain()).silent).toBe(false);
    expect((await explain({}, new Float32Array(8000))).silent).toBe(true);
  });
});

it('the data have axes in Hz and seconds of the recording, and maps that add up to the logit', async () => {
  const data = explanationJson(await explain({ segment: 2, emotion: 'happy' }));
  expect(data).toMatchObject({ file: 'a.wav', durationSeconds: 3, explained: 'happy', softmax: true, score: 'sum' });
  expect(data.segment).toMatchObject({ number: 2, start: 0.4, end: 2.4 });
  expect(data).not.toHaveProperty('segments');
  const { hz, seconds, values } = data.product.happy!;
  expect([hz.length, hz[0], hz[1], hz.at(-1)]).toEqual([51, 0, 80, 4000]);
  expect([seconds.length, seconds[0], seconds[1], seconds.at(-1)]).toEqual([26, 0.4, 0.48, 2.4]);
  for (const emotion of EMOTIONS) {
    const all = data.product[emotion]!.values.flat();
    expect(all).toHaveLength(1250);
    expect(Math.abs(all.reduce((a, b) => a + b) - data.segment.logits[emotion])).toBeLessThan(1e-4);
  }
  expect(values[49]![24]).toBeCloseTo(data.topDown.happy!.values[49]![24]! * data.bottomUp.values[49]![24]!, 9);
  expect([data.spectrogram.values.length, data.spectrogram.values[0]!.length]).toEqual([400, 200]);
  expect([data.spectrogram.hz[1], data.spectrogram.seconds[1]]).toEqual([10, 0.41]);
  expect(Math.max(...data.spectrogram.values.flat())).toBeCloseTo(1, 6); // scaled to the peak
});

it('the data of a segment across a gap have the recording’s time on both sides of it', async () => {
  const sound = new Float32Array(68_800); // 1 s, 1.3 s that nobody recorded, 2 s
  sound.set(samples.subarray(0, 16_000));
  sound.set(samples.subarray(16_000), 36_800);
  const explanation = await explain({ segment: 3 }, sound, [{ from: 16_000, to: 36_800 }]);
  expect(explanation.maps).toMatchObject({ start: 0.8, gaps: [{ at: 0.2, seconds: 1.3 }] });
  expect(explanation.maps.product).toEqual((await explain({ segment: 3, emotion: explanation.emotion })).maps.product);
  const { segment, product, spectrogram } = explanationJson(explanation);
  expect(segment).toMatchObject({ start: 0.8, end: 4.1 });
  expect(product.sad.seconds.slice(0, 4)).toEqual([0.8, 0.88, 0.96, 2.34]);
  expect(product.sad.seconds.at(-1)).toBe(4.1);
  expect(spectrogram.seconds.slice(19, 21)).toEqual([0.99, 2.3]);
  expect((await explain({ segment: 4 }, sound, [{ from: 16_000, to: 36_800 }])).maps).not.toHaveProperty('gaps'); // from its end on
});

it('is of the silence, as recognition is, where nothing was recorded', async () => {
  const { maps, recognition } = await explain({}, new Float32Array(32_000), [{ from: 0, to: 32_000 }]);
  expect(recognition.segments).toHaveLength(1);
  expect([maps.start, maps.gaps, recognition.segments[0]!.start]).toEqual([0, undefined, 0]);
});
