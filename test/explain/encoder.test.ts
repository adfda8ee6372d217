import { beforeAll, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { synthesizeCorpus } from '../../src/corpus/synthetic.ts';
import { createExplainer, type SegmentMaps } from '../../src/explain/explainer.ts';
import { type Explanation, explainRecording } from '../../src/explain/explanation.ts';
import { explanationJson } from '../../src/explain/explanation-json.ts';
import { frameWidth } from '../../src/features/encoder/frames.ts';
import { createExtractor } from '../../src/features/extractor.ts';
import { DEFAULT_ENCODER_FRONT_END, DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import type { Checkpoint } from '../../src/model/checkpoint.ts';
import { type FramePooling, HAVE_CHANNELS } from '../../src/model/frames/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { createRecognizer, type Recognition } from '../../src/recognize/recognizer.ts';
import { openNetwork } from '../../src/studies/faithfulness/curves.ts';
import { difference } from '../graph/evaluate.ts';

const sum = (list: Iterable<number>) => [...list].reduce((a, b) => a + b, 0);

function checkpointOf(pooling: FramePooling): Checkpoint {
  const architecture = {
    ...({ kind: 'frames', classes: 4 } as const),
    ...{ pooling, channels: HAVE_CHANNELS.includes(pooling) ? 8 : 0 },
    frameWidth: frameWidth(DEFAULT_ENCODER_FRONT_END),
  };
  const tensors = initialWeights(architecture, 3);
  return {
    architecture,
    frontEnd: { ...DEFAULT_ENCODER_FRONT_END, testHopSeconds: 0.4 },
    classes: EMOTIONS,
    tensors,
    temperature: 2,
  };
}

/** 2.5 s: a voice, with a pause that is 60 dB quieter from 0.8 to 1.2 s. */
const [voice] = [...synthesizeCorpus({ speakers: 1, utterancesPerEmotion: 1, seed: 2 })];
const samples = new Float32Array(2.5 * 16_000);
samples.set(voice!.waveform.samples.subarray(0, samples.length));
for (let i = 12_800; i < 19_200; i++) samples[i]! *= 0.001;
const WAVEFORM = { samples, sampleRate: 16_000 };
const STARTS = [0, 6400, 8000];

/** Frames of 320 samples, of a segment without zeros, whose power about the segment's mean is within 30 dB of the greatest. */
function heardByHand(segment: Float32Array): number[] {
  const mean = sum(segment) / segment.length;
  const powers = Array.from({ length: 100 }, (_, i) =>
    segment.subarray(320 * i, 320 * (i + 1)).reduce((total, x) => total + (x - mean) ** 2, 0),
  );
  return powers.map((power) => Number(power > Math.max(...powers) / 1000));
}

describe('the maps of a network behind a speech encoder', () => {
  let maps: SegmentMaps[];
  let recognition: Recognition;
  let explanation: Explanation;

  beforeAll(async () => {
    const checkpoint = checkpointOf('attention');
    const network = { explainer: await createExplainer(checkpoint), recognizer: await createRecognizer(checkpoint) };
    maps = await network.explainer.explain(WAVEFORM);
    recognition = await network.recognizer.recognize(WAVEFORM);
    explanation = await explainRecording(network, WAVEFORM, { name: 'a.wav', segment: 2, emotion: 'angry' });
    await Promise.all([network.explainer.close(), network.recognizer.close()]);
  });

  it('multiply to what adds up to the uncalibrated logits of recognize, a value a frame', () => {
    expect(maps.map(({ start }) => start)).toEqual([0, 0.4, 0.5]);
    for (const [i, { product, topDown, bottomUp, logits }] of maps.entries()) {
      expect(bottomUp).toHaveLength(100);
      expect(sum(bottomUp)).toBeCloseTo(1, 5);
      for (const emotion of EMOTIONS) {
        expect(Math.abs(sum(product[emotion]!) - recognition.segments[i]!.logits[emotion]!)).toBeLessThan(1e-4);
        expect(Math.abs(logits[emotion]! - recognition.segments[i]!.logits[emotion]!)).toBeLessThan(1e-4);
        for (const frame of [0, 41, 99])
          expect(product[emotion]![frame]).toBeCloseTo(topDown[emotion]![frame]! * bottomUp[frame]!, 6);
      }
    }
  });

  it('come with the paper’s spectrogram of the same samples', async () => {
    const extractor = await createExtractor({ ...DEFAULT_FRONT_END, scaling: 'peak' }, 1);
    for (const [i, start] of STARTS.entries()) {
      const expected = await extractor.extract([samples.slice(start, start + 32_000)]);
      expect(difference([...maps[i]!.spectrogram], [...expected])).toBeLessThan(1e-4);
    }
    await extractor.close();
  });

  it('say which frames are heard: those within 30 dB of the loudest, and no others are attended to', () => {
    for (const [i, start] of STARTS.entries()) {
      const { heard, bottomUp } = maps[i]!;
      expect([...heard!]).toEqual(heardByHand(samples.slice(start, start + 32_000)));
      expect(heard!.slice(40 - start / 320, 60 - start / 320)).toEqual(new Float32Array(20)); // the pause
      expect(sum(heard!)).toBeGreaterThan(20);
      for (const [frame, value] of bottomUp.entries()) expect(value > 0).toBe(heard![frame] === 1);
    }
  });

  it('are data of one row as high as the spectrogram, with columns of 20 ms', () => {
    const data = explanationJson(explanation);
    expect(data).toMatchObject({ explained: 'angry', softmax: true, score: 'sum', silent: false });
    const { hz, seconds, values } = data.product.angry!;
    expect(hz).toEqual([0, 4000]);
    expect([seconds.length, seconds[0], seconds[1], seconds.at(-1)]).toEqual([101, 0.4, 0.42, 2.4]);
    expect(values).toHaveLength(1);
    expect(sum(values[0]!)).toBeCloseTo(data.segment.logits.angry!, 4);
    expect(data.heard!.values).toEqual([heardByHand(samples.slice(6400, 38_400))]);
    expect(data.heard!.seconds).toEqual(seconds);
    expect([data.spectrogram.hz[1], data.spectrogram.seconds[1]]).toEqual([10, 0.41]);
    expect([data.spectrogram.values.length, data.spectrogram.values[0]!.length]).toEqual([400, 200]);
  });
});

it('the zeros after a short recording are not heard, and all of silence is', async () => {
  const explainer = await createExplainer(checkpointOf('attention'));
  const [short] = await explainer.explain({ samples: samples.slice(0, 8000), sampleRate: 16_000 });
  expect(sum(short!.heard!.subarray(0, 25))).toBeGreaterThan(5);
  expect(short!.heard!.slice(25)).toEqual(new Float32Array(75));
  const [silence] = await explainer.explain({ samples: new Float32Array(8000), sampleRate: 16_000 });
  expect(sum(silence!.heard!)).toBe(100);
  await explainer.close();
});

it.each(['gap', 'statistics'] as const)('there are none with %s pooling', async (pooling) => {
  const failed = createExplainer(checkpointOf(pooling));
  await expect(failed).rejects.toThrow(expect.objectContaining({ code: 'usage' }));
  await expect(failed).rejects.toThrow(
    `only attention pooling has attention maps, and this network has ${pooling} pooling of an encoder's frames`,
  );
});

it('cells of a spectrogram cannot be taken away from what such a network takes', async () => {
  await expect(openNetwork(checkpointOf('attention'))).rejects.toThrow(
    "expected a network that takes spectrograms, got attention pooling of an encoder's frames",
  );
});
