import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAudioFile } from '../../src/audio/file.ts';
import { Random } from '../../src/random.ts';
import { createSpeechDetector, findSpeech } from '../../src/recognize/speech.ts';
import { ATTUNE_AUDIO, ATTUNE_CORPORA, describeWith } from '../folders.ts';

const RATE = 16_000;
const amplitude = (dB: number) => 10 ** (dB / 20);

/** White noise of this level, dB of full scale; its frames of 20 ms vary by about 0.3 dB. */
function noise(seconds: number, level: number, seed = 1): Float32Array {
  const random = new Random(seed);
  const scale = amplitude(level) * Math.sqrt(3); // of a uniform distribution
  return Float32Array.from({ length: Math.round(seconds * RATE) }, () => scale * random.uniform(-1, 1));
}

const sine = (seconds: number, level: number, hz: number) =>
  Float32Array.from(
    { length: seconds * RATE },
    (_, i) => amplitude(level) * Math.SQRT2 * Math.sin((2 * Math.PI * hz * i) / RATE),
  );

/** Noise at -60 dB with syllables put in at the times given, seconds: 120 ms loud and 60 ms 12 dB softer, in turn. */
function recording(seconds: number, speech: readonly (readonly [number, number])[], loud = -20): Float32Array {
  const samples = noise(seconds, -60);
  for (const [from, to] of speech) {
    noise(to - from, loud, 2).forEach((sample, i) => {
      samples[Math.round(from * RATE) + i]! += sample * (Math.floor(i / 960) % 3 === 2 ? amplitude(-12) : 1);
    });
  }
  return samples;
}

const found = (samples: Float32Array) => findSpeech(samples).map(({ start, end }) => [start, end]);

/** The filter against hum rings for up to a frame after a sound that stops at once, as no voice does. */
function expectSpeech(samples: Float32Array, expected: readonly (readonly [number, number])[]): void {
  const speech = findSpeech(samples);
  expect(speech.map(({ start }) => start)).toEqual(expected.map(([start]) => start));
  speech.forEach(({ end }, i) => {
    expect(end - expected[i]![1]).toBeGreaterThan(-1e-9);
    expect(end - expected[i]![1]).toBeLessThan(0.02 + 1e-9);
  });
}

describe('speech detection', () => {
  it('finds where speech begins and ends', () => {
    const speech = [
      [1, 2.5],
      [3.2, 4.4],
    ] as const;
    expectSpeech(recording(6, speech), speech);
  });

  it('gives the same whatever the blocks in which samples come', () => {
    const samples = recording(3.0371, [[1, 2.02]]);
    const sizes = [1, 319, 320, 321, 7, 5000];
    const detector = createSpeechDetector();
    for (let at = 0, i = 0; at < samples.length; at += sizes[i++ % sizes.length]!)
      detector.push(samples.slice(at, at + sizes[i % sizes.length]!));
    expect(detector.end()).toEqual(findSpeech(samples));
    expectSpeech(samples, [[1, 2.02]]);
  });

  it('joins what is less than 0.3 s apart', () => {
    const apart = (pause: number) =>
      recording(5, [
        [1, 2.02],
        [2.02 + pause, 3.5],
      ]);
    expectSpeech(apart(0.28), [[1, 3.5]]);
    expectSpeech(apart(0.34), [
      [1, 2.02],
      [2.36, 3.5],
    ]);
  });

  it('reaches to the ends of the recording where less than 0.3 s are left', () => {
    expect(found(recording(2.005, [[0.28, 1.74]]))).toEqual([[0, 2.005]]);
    expectSpeech(recording(2, [[0.3, 1.66]]), [[0.3, 1.66]]);
  });

  it('drops clicks under 80 ms', () => {
    const brief = (ms: number) =>
      recording(4, [
        [1, 2.02],
        [3, 3 + ms / 1000],
      ]);
    expectSpeech(brief(40), [[1, 2.02]]);
    expect(found(brief(160))).toHaveLength(2);
  });

  it('measures the floor in the recording: speech is found 10 dB above its noise, and in a softer recording', () => {
    const samples = recording(4, [[1, 2.02]]);
    expectSpeech(recording(4, [[1, 2.02]], -50), [[1, 2.02]]);
    expectSpeech(
      samples.map((sample) => sample * amplitude(-10)),
      [[1, 2.02]],
    );
  });

  it('takes what is 35 dB under the loudest half second for no speech', () => {
    const two = (soft: number) => {
      const samples = recording(6, [[1, 2.02]], 0);
      samples.set(recording(2, [[0.5, 1.52]], soft), 4 * RATE);
      return found(samples).length;
    };
    expect(two(-20)).toBe(2);
    expect(two(-40)).toBe(1);
  });

  it.each<[string, Float32Array]>([
    ['nothing', new Float32Array()],
    ['one sample', Float32Array.of(0.5)],
    ['digital silence', new Float32Array(2 * RATE)],
    ['soft noise', noise(3, -70)],
    ['loud noise', noise(3, -10)],
    ['a hum of 50 Hz', sine(3, -20, 50)],
    ['a tone', sine(3, -20, 440)],
    ['a fan that starts', Float32Array.of(...noise(2, -60), ...noise(2, -35, 3))],
    ['a constant offset', new Float32Array(2 * RATE).fill(0.3)],
  ])('finds none in %s', (_, samples) => {
    expect(findSpeech(samples)).toEqual([]);
  });
});

const load = async (...path: string[]) => (await readAudioFile(join(...path))).waveform.samples;
const secondsOf = (samples: Float32Array) => findSpeech(samples).reduce((sum, { start, end }) => sum + end - start, 0);

describeWith(join(ATTUNE_CORPORA, 'emodb'), 'speech detection on EmoDB, cut to the utterances', () => {
  it('finds speech in at least half of each of 20 recordings', async () => {
    const folder = join(ATTUNE_CORPORA, 'emodb');
    const files = readdirSync(folder).filter((file) => file.endsWith('.wav'));
    for (const file of files.sort().filter((_, i) => i % 17 === 0)) {
      const samples = await load(folder, file);
      expect(secondsOf(samples) / (samples.length / RATE), file).toBeGreaterThan(0.5);
    }
  });
});

describeWith(join(ATTUNE_CORPORA, 'ravdess'), 'speech detection on RAVDESS, with silence at both ends', () => {
  it('finds speech in each of 15 recordings, and silence around it', async () => {
    let quiet = 0;
    const folder = join(ATTUNE_CORPORA, 'ravdess');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.flac'));
    for (const file of files.sort().filter((_, i) => i % 45 === 0)) {
      const samples = await load(folder, file);
      const speech = findSpeech(samples);
      expect(speech.length, file).toBeGreaterThan(0);
      if (speech[0]!.start > 0.3 && samples.length / RATE - speech.at(-1)!.end > 0.3) quiet++;
    }
    expect(quiet).toBeGreaterThanOrEqual(13); // some breathe audibly
  });
});

describeWith(ATTUNE_AUDIO, 'speech detection on test recordings', () => {
  it('finds none in silence, and most of a minute in which utterances follow one another', async () => {
    expect(findSpeech(await load(ATTUNE_AUDIO, 'bad', 'silence-only.wav'))).toEqual([]);
    expect(secondsOf(await load(ATTUNE_AUDIO, 'good', 'long-60s.flac'))).toBeGreaterThan(50);
  });
});
