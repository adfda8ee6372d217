import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBandMeter } from '../../src/audio/band.ts';
import { createQualityCheck } from '../../src/audio/quality.ts';
import { openSound, waveformOf } from '../../src/audio/stream.ts';
import { Random } from '../../src/random.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { sine } from './signals.ts';

const RATE = 16_000;
/** Two seconds of noise, in [-0.3, 0.3]: its spectrum is flat. */
const random = new Random(1);
const NOISE = Float32Array.from({ length: 2 * RATE }, () => random.uniform(-0.3, 0.3));

/** What is said of sound, heard as it was recorded unless told otherwise. */
function warningsOf(heard: Float32Array, recorded: readonly Float32Array[] = [heard]) {
  const check = createQualityCheck();
  check.record(recorded);
  check.hear(heard);
  return check.warnings();
}
const codesOf = (...sound: Parameters<typeof warningsOf>) => warningsOf(...sound).map(({ code }) => code);

describe('the quality check', () => {
  it('says nothing of sound that is well', () => {
    expect(warningsOf(NOISE)).toEqual([]);
  });

  it('counts the samples of every channel that stand at full scale in runs of three or more', () => {
    const channel = new Float32Array(1_000).fill(0.1);
    channel.set([1, 1, -1, -1], 100); // a run of four
    channel.set([0.99, 0.98, 0.985], 200); // of three: mu-law's full scale is 0.9803
    channel.set([1, 1], 300); // two do not count
    channel.set([0.97, 0.97, 0.97, 0.97], 400); // not at full scale
    const [warning] = warningsOf(NOISE, [channel, new Float32Array(1_000)]);
    expect(warning).toMatchObject({ code: 'clipping', message: expect.stringContaining(': 0.4 % of') }); // 7 of 2000
    expect(codesOf(NOISE, [channel, new Float32Array(3_000)])).toEqual([]); // 7 of 4000
  });

  it('takes what floats hold beyond full scale for loud, not for cut off', () => {
    const channel = NOISE.map((x) => 20 * x); // 6 at the most
    expect(codesOf(NOISE, [channel])).toEqual([]);
    expect(codesOf(NOISE, [channel.map((x) => Math.max(-1, Math.min(1, x)))])).toEqual(['clipping']);
  });

  it('sees a run that goes on in the next block', () => {
    const check = createQualityCheck();
    check.record([Float32Array.of(0, 0, 1, 1)]);
    check.record([Float32Array.of(1, 1, 0, 0)]);
    check.hear(NOISE);
    expect(check.warnings()[0]!.message).toContain('50.0 %');
  });

  it('tells silence from what is merely quiet', () => {
    const loud = (peak: number) => NOISE.map((x) => (x / 0.3) * peak);
    expect(warningsOf(new Float32Array(RATE))).toEqual([
      { code: 'silence', message: 'it holds only silence (peak zero).' },
    ]);
    expect(codesOf(loud(0.0004))).toEqual(['silence']); // -68 dBFS
    expect(warningsOf(loud(0.004))).toMatchObject([
      { code: 'quiet', message: expect.stringContaining('peak -48 dBFS') },
    ]);
    expect(codesOf(loud(0.006))).toEqual([]);
  });

  it('measures the peak from the mean', () => {
    expect(codesOf(NOISE.map((x) => x + 0.3))).toEqual([]);
    expect(codesOf(NOISE.map((x) => 0.3 + (x / 0.3) * 0.004))).toEqual(['quiet']);
    expect(codesOf(new Float32Array(RATE).fill(0.5))).toEqual(['silence']);
  });
});

describe('the share of the upper band', () => {
  const share = (samples: Float32Array, blockSamples = samples.length) => {
    const meter = createBandMeter();
    for (let at = 0; at < samples.length; at += blockSamples) meter.push(samples.subarray(at, at + blockSamples));
    return meter.upperShare();
  };

  it('is 500 of 3900 Hz for white noise', () => {
    expect(share(NOISE)).toBeCloseTo(10 * Math.log10(500 / 3_900), 0);
  });

  it('is the ratio of two sines, and does not hear what lies above 4 kHz', () => {
    const mix = (upper: number) => {
      const [low, high, beyond] = [1_000, upper, 5_000].map((hertz) => sine(hertz, RATE, RATE));
      return low!.map((x, i) => x + 0.01 * high![i]! + beyond![i]!);
    };
    expect(share(mix(3_750))).toBeCloseTo(-40, 1); // 20 log10(0.01)
    expect(share(mix(3_300))).toBeLessThan(-60);
  });

  it('does not depend on the blocks, and is open where there was too little', () => {
    expect(share(NOISE, 777)).toBe(share(NOISE));
    expect(share(NOISE.subarray(0, 511))).toBeUndefined();
    expect(share(new Float32Array(RATE))).toBeUndefined();
  });
});

describeWith(ATTUNE_AUDIO, 'the quality of recordings', () => {
  const samplesOf = async (file: string) => {
    const stream = await openSound(readFileSync(join(ATTUNE_AUDIO, 'good', file)), file);
    return { ...(await waveformOf(stream)), codes: stream.warnings.map(({ code }) => code) };
  };

  it.each([
    ['pcm-s24.wav', []],
    ['stereo-48k.wav', []], // peaks at -30 dBFS
    ['telephone-alaw-8k.wav', []], // an 8 kHz file that was not filtered
    ['opus.opus', []],
    ['mp3-64k.mp3', []],
    ['pcm-u8.wav', []], // its mean is half a step of 8 bits: 3 % of the level
  ])('%s: %j', async (file, codes) => {
    expect((await samplesOf(file)).codes).toEqual(codes);
  });

  it('hears that a copy was clipped, limited to the band of a telephone, or made quiet', async () => {
    const { samples } = await samplesOf('pcm-s24.wav');
    expect(codesOf(samples.map((x) => Math.max(-1, Math.min(1, 4 * x))))).toEqual(['clipping']);
    expect(codesOf(samples.map((x) => 0.004 * x))).toEqual(['quiet']);
    expect(codesOf(lowPass(samples, 3_400))).toEqual(['band']);
    expect(codesOf(lowPass(samples, 4_000))).toEqual([]);
  });
});

/** A windowed-sinc filter of 801 taps (Blackman): 50 Hz beside its edge it is 74 dB down. */
function lowPass(samples: Float32Array, hertz: number): Float32Array {
  const taps = Float64Array.from({ length: 801 }, (_, n) => {
    const t = n - 400;
    const window = 0.42 + 0.5 * Math.cos((Math.PI * t) / 400) + 0.08 * Math.cos((2 * Math.PI * t) / 400);
    const sinc = t === 0 ? (2 * hertz) / RATE : Math.sin((2 * Math.PI * hertz * t) / RATE) / (Math.PI * t);
    return window * sinc;
  });
  return samples.map((_, i) => {
    let sum = 0;
    for (let n = Math.max(0, i + 400 - samples.length + 1); n < taps.length && n <= i + 400; n++)
      sum += taps[n]! * samples[i + 400 - n]!;
    return sum;
  });
}
