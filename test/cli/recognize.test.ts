import { readdirSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { synthesizeCorpus } from '../../src/corpus/synthetic.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { writeCheckpoint } from '../../src/model/checkpoint.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { attune } from './attune.ts';

const CHECKPOINT = {
  architecture: DEFAULT_ARCHITECTURE,
  frontEnd: DEFAULT_FRONT_END,
  classes: EMOTIONS,
  tensors: initialWeights(DEFAULT_ARCHITECTURE, 3),
};

describe('a recogniser', () => {
  const recognize = async (samples: Float32Array) => {
    const recognizer = await createRecognizer(CHECKPOINT);
    return recognizer.recognize({ samples, sampleRate: 16_000 }).finally(recognizer.close);
  };
  const voice = [...synthesizeCorpus({ speakers: 1, utterancesPerEmotion: 1, seed: 2 })].map(
    ({ waveform }) => waveform.samples,
  );

  it('divides the logits by the temperature of the checkpoint before the softmax, or by the one that is asked for', async () => {
    const waveform = { samples: voice[0]!, sampleRate: 16_000 };
    const expected = (logits: readonly number[], temperature: number) => {
      const powers = logits.map((logit) => Math.exp(logit / temperature));
      return powers.map((power) => power / powers.reduce((a, b) => a + b));
    };
    for (const [checkpoint, options, temperature] of [
      [CHECKPOINT, {}, 1],
      [{ ...CHECKPOINT, temperature: 2.5 }, {}, 2.5],
      [{ ...CHECKPOINT, temperature: 2.5 }, { temperature: 0.5 }, 0.5],
    ] as const) {
      const recognizer = await createRecognizer(checkpoint, options);
      const [segment] = (await recognizer.recognize(waveform)).segments;
      await recognizer.close();
      const logits = EMOTIONS.map((name) => segment!.logits[name]);
      EMOTIONS.forEach((name, k) => {
        expect(segment!.probabilities[name]).toBeCloseTo(expected(logits, temperature)[k]!, 5);
      });
    }
    await expect(createRecognizer(CHECKPOINT, { temperature: 0 })).rejects.toThrow(
      'expected a temperature above 0, got 0',
    );
  });

  it('scores every 0.4 s, the last segment ending with the recording, and averages', async () => {
    const samples = new Float32Array(Math.round(3.5 * 16_000));
    samples.set(voice[0]!.subarray(0, samples.length));
    const { segments, probabilities, emotion, durationSeconds } = await recognize(samples);
    expect(durationSeconds).toBe(3.5);
    expect(segments.map(({ start }) => start)).toEqual([0, 0.4, 0.8, 1.2, 1.5]);
    expect(segments.at(-1)!.end).toBe(3.5);
    for (const name of EMOTIONS) {
      const mean = segments.reduce((sum, segment) => sum + segment.probabilities[name], 0) / segments.length;
      expect(probabilities[name]).toBeCloseTo(mean, 12);
    }
    expect(probabilities[emotion]).toBe(Math.max(...Object.values(probabilities)));
  });

  it('gives a segment the same score alone as among others, up to rounding', async () => {
    const samples = new Float32Array(16_000 * 4);
    voice.forEach((part, i) => {
      samples.set(part.subarray(0, 16_000), i * 16_000);
    });
    const whole = await recognize(samples);
    const alone = await recognize(samples.slice(0.8 * 16_000, 2.8 * 16_000));
    for (const name of EMOTIONS)
      expect(alone.probabilities[name]).toBeCloseTo(whole.segments[2]!.probabilities[name], 5);
  });

  it.each([
    ['another rate', { samples: new Float32Array(100), sampleRate: 8000 }, /16000 Hz, got 8000/],
    ['no samples', { samples: new Float32Array(), sampleRate: 16_000 }, /no samples/],
    ['a NaN', { samples: Float32Array.of(0, Number.NaN), sampleRate: 16_000 }, /not finite/],
  ])('refuses %s', async (_, waveform, message) => {
    const recognizer = await createRecognizer(CHECKPOINT);
    await expect(recognizer.recognize(waveform)).rejects.toThrow(message);
    await recognizer.close();
  });
});

describeWith(ATTUNE_AUDIO, 'attune recognize', () => {
  let checkpoint: string;
  const files = (folder: string) =>
    readdirSync(join(ATTUNE_AUDIO, folder)).map((file) => join(ATTUNE_AUDIO, folder, file));

  beforeAll(async () => {
    checkpoint = join(await mkdtemp(join(tmpdir(), 'attune-test-')), 'c.safetensors');
    await writeFile(checkpoint, writeCheckpoint(CHECKPOINT));
  });

  it('answers every good file, in order', async () => {
    const good = files('good');
    const { status, stdout } = await attune(['recognize', ...good, '--checkpoint', checkpoint, '--format', 'json']);
    expect(status).toBe(0);
    const results = JSON.parse(stdout);
    expect(results.map(({ file }: { file: string }) => file)).toEqual(good);
    for (const { probabilities, segments, emotion } of results) {
      expect(EMOTIONS).toContain(emotion);
      expect(Object.keys(probabilities)).toEqual([...EMOTIONS]);
      expect(segments.length).toBeGreaterThan(0);
    }
  });

  it('names every bad file, and answers the others', async () => {
    const bad = files('bad');
    const good = join(ATTUNE_AUDIO, 'good', 'pcm-s24.wav');
    const { status, stdout, stderr } = await attune([
      'recognize',
      ...bad,
      good,
      '--checkpoint',
      checkpoint,
      '--format',
      'json',
    ]);
    expect(status).toBe(1);
    const answered: string[] = JSON.parse(stdout).map(({ file }: { file: string }) => file);
    expect(answered).toContain(good);
    for (const file of bad) expect(stderr, `${file} is named`).toContain(file);
    expect(stdout).not.toMatch(/NaN|null/);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('prints a table', async () => {
    const good = join(ATTUNE_AUDIO, 'good', 'short-800ms.wav');
    const { stdout } = await attune(['recognize', good, '--checkpoint', checkpoint]);
    const [head, row] = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    expect(head).toEqual(['file', 'seconds', 'emotion', ...EMOTIONS, 'segments']);
    expect(row!.slice(0, 2)).toEqual([good, '0.80']);
  });
});
