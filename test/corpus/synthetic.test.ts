import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SYNTHETIC_EMOTIONS, type SyntheticEmotion } from '../../src/corpus/affect.ts';
import { leaveOneSpeakerOut } from '../../src/corpus/protocols.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import { synthesizeCorpus, writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { folderOf } from './folder.ts';
import { levelOf, median, pitchOf } from './measure.ts';

const TINY = { speakers: 2, utterancesPerEmotion: 1, seed: 1 };

async function bytesOf(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, (await readFile(join(folder, file))).toString('base64')])),
  );
}

describe('a synthetic corpus on disk', () => {
  it('is what readCorpus reads, and fit for folds', async () => {
    const folder = await folderOf();
    const written = await writeSyntheticCorpus(join(folder, 'new'), TINY);
    expect(await readCorpus(join(folder, 'new'))).toEqual(written);
    expect(written.utterances[0]).toEqual({
      id: 'f01_angry_01',
      file: 'f01_angry_01.wav',
      emotion: 'angry',
      speaker: 'f01',
      gender: 'female',
      script: '01',
    });
    const five = await writeSyntheticCorpus(join(folder, 'five'), { ...TINY, emotions: SYNTHETIC_EMOTIONS });
    expect(five.utterances).toHaveLength(10);
    expect(await readCorpus(join(folder, 'five'), { classes: SYNTHETIC_EMOTIONS })).toEqual(five);
    expect(leaveOneSpeakerOut(written).map(({ name, test }) => [name, test.length])).toEqual([
      ['f01', 4],
      ['m01', 4],
    ]);
  });

  it('holds 16-bit mono wav files of 16 kHz with the samples that were synthesised', async () => {
    const folder = await folderOf();
    await writeSyntheticCorpus(folder, TINY);
    const [first] = synthesizeCorpus(TINY);
    const { samples } = first!.waveform;
    const bytes = await readFile(join(folder, 'f01_angry_01.wav'));
    expect(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
    expect([bytes.readUInt16LE(20), bytes.readUInt16LE(22), bytes.readUInt32LE(24)]).toEqual([1, 1, 16_000]);
    expect([bytes.readUInt16LE(34), bytes.readUInt32LE(40)]).toEqual([16, 2 * samples.length]);
    samples.forEach((sample, n) => {
      if (Math.abs(bytes.readInt16LE(44 + 2 * n) / 32_767 - sample) > 0.51 / 32_767) throw new Error(`sample ${n}`);
    });
  });

  it('has the same bytes for the same seed, other bytes for another', async () => {
    const folders = await Promise.all([folderOf(), folderOf(), folderOf()]);
    for (const [i, seed] of [1, 1, 2].entries()) await writeSyntheticCorpus(folders[i]!, { ...TINY, seed });
    const [one, again, other] = await Promise.all(folders.map(bytesOf));
    expect(again).toEqual(one);
    expect(Object.keys(other!)).toEqual(Object.keys(one!));
    for (const file of Object.keys(one!)) expect(other![file], file).not.toBe(one![file]);
  });

  it('may be written again, but not among other recordings', async () => {
    const folder = await folderOf('f09_sad_01.wav');
    await expect(writeSyntheticCorpus(folder, TINY)).rejects.toMatchObject({ code: 'corpus' });
    expect(await readdir(folder)).toEqual(['f09_sad_01.wav']);
    const own = await folderOf();
    const first = await writeSyntheticCorpus(own, TINY);
    expect(await writeSyntheticCorpus(own, TINY)).toEqual(first);
  });
});

it('grows without changing what it held', () => {
  const small = [...synthesizeCorpus(TINY)];
  const more = { speakers: 3, utterancesPerEmotion: 2, emotions: SYNTHETIC_EMOTIONS };
  const large = [...synthesizeCorpus({ ...TINY, ...more })];
  expect(large).toHaveLength(3 * 5 * 2);
  for (const { utterance, waveform } of small)
    expect(large.find((other) => other.utterance.id === utterance.id)?.waveform).toEqual(waveform);
});

it.each([0, 1.5, 100, Number.NaN])('refuses %d speakers or utterances', (count) => {
  expect(() => [...synthesizeCorpus({ ...TINY, speakers: count })]).toThrow(/speakers must be a whole number from 1/);
  expect(() => [...synthesizeCorpus({ ...TINY, utterancesPerEmotion: count })]).toThrow(/utterancesPerEmotion must/);
});

describe('synthetic emotions', () => {
  const recordings = [
    ...synthesizeCorpus({ speakers: 6, utterancesPerEmotion: 4, emotions: SYNTHETIC_EMOTIONS, seed: 11 }),
  ].map(({ utterance, waveform: { samples, sampleRate } }) => ({
    ...utterance,
    samples,
    seconds: samples.length / sampleRate,
    level: levelOf(samples),
    pitch: medianPitch(samples, sampleRate),
    brightness: meanFrequency(samples, sampleRate),
  }));
  type Measure = 'seconds' | 'level' | 'pitch' | 'brightness';
  const of = (measure: Measure, keep: (recording: (typeof recordings)[number]) => boolean) =>
    median(recordings.filter(keep).map((recording) => recording[measure]));
  const shown = (measure: Measure, emotion: SyntheticEmotion) =>
    of(measure, (recording) => recording.emotion === emotion);

  it('are sound: finite, within [-1, 1], 1.2 to 3 s long', () => {
    for (const { id, samples, seconds } of recordings) {
      expect(
        samples.every((sample) => Math.abs(sample) <= 1),
        id,
      ).toBe(true);
      expect(seconds, id).toBeGreaterThan(1.19);
      expect(seconds, id).toBeLessThan(3.02);
    }
  });

  it('come from women and men of usual pitch', () => {
    const neutral = (gender: string) => of('pitch', (r) => r.emotion === 'neutral' && r.gender === gender);
    expect(Math.abs(12 * Math.log2(neutral('female') / 200))).toBeLessThan(3);
    expect(Math.abs(12 * Math.log2(neutral('male') / 115))).toBeLessThan(3);
  });

  it('are higher in happiness, anger and fear than in the same voice at rest, and a little lower in sadness', () => {
    const semitones = (emotion: SyntheticEmotion) =>
      median(
        recordings
          .filter((recording) => recording.emotion === emotion)
          .map(({ speaker, pitch }) => {
            const own = of('pitch', (other) => other.emotion === 'neutral' && other.speaker === speaker);
            return 12 * Math.log2(pitch / own);
          }),
      );
    expect(semitones('happy')).toBeGreaterThan(4);
    expect(semitones('angry')).toBeGreaterThan(4);
    expect(semitones('fearful')).toBeGreaterThan(semitones('happy'));
    expect(semitones('sad')).toBeLessThan(0);
    expect(semitones('sad')).toBeGreaterThan(-4);
  });

  it.each([
    ['level', ['sad', 'fearful', 'neutral', 'happy', 'angry']],
    ['brightness', ['sad', 'neutral', 'happy', 'angry']],
    ['seconds', ['fearful', 'angry', 'happy', 'neutral', 'sad']],
  ] as const)('are ordered by %s as designed: %s', (measure, order) => {
    const medians = order.map((emotion) => shown(measure, emotion));
    expect(medians).toEqual([...medians].sort((a, b) => a - b));
  });

  it('overlap: no threshold on one measure parts a class from the others', () => {
    for (const measure of ['seconds', 'level', 'pitch', 'brightness'] as const)
      for (const emotion of SYNTHETIC_EMOTIONS) {
        const values = (own: boolean) =>
          recordings.filter((r) => (r.emotion === emotion) === own).map((recording) => recording[measure]);
        const [inside, outside] = [values(true), values(false)];
        const parted = Math.min(...inside) > Math.max(...outside) || Math.max(...inside) < Math.min(...outside);
        expect(parted, `${emotion} by ${measure}`).toBe(false);
      }
  });
});

/** Frames of 50 ms, one every tenth of a second, that are nearly as loud as the whole or louder: vowels. */
function vowelFrames(samples: Float32Array): Float32Array[] {
  const frames: Float32Array[] = [];
  for (let start = 0; start + 800 <= samples.length; start += 1600) frames.push(samples.subarray(start, start + 800));
  const least = levelOf(samples) - 3;
  return frames.filter((frame) => levelOf(frame) > least);
}

function medianPitch(samples: Float32Array, sampleRate: number): number {
  return median(vowelFrames(samples).map((frame) => pitchOf(frame, sampleRate)));
}

/** Hz at which a sine would have as steep a mean slope as the vowels have: the root of the mean squared frequency. */
function meanFrequency(samples: Float32Array, sampleRate: number): number {
  const slopes = vowelFrames(samples).map((frame) => {
    const steps = frame.subarray(1).map((sample, n) => sample - frame[n]!);
    return 10 ** ((levelOf(steps) - levelOf(frame)) / 20);
  });
  return (sampleRate / Math.PI) * Math.asin(median(slopes) / 2);
}
