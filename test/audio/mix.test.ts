import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMixer } from '../../src/audio/mix.ts';
import { openSound, waveformOf } from '../../src/audio/stream.ts';
import { Random } from '../../src/random.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { sine } from './signals.ts';
import { decodeWhole, resampleWhole } from './whole.ts';

const RATE = 1_000;
const FRAME = RATE / 2;
const random = new Random(3);
const noise = (level: number, samples: number) =>
  Float32Array.from({ length: samples }, () => random.uniform(-level, level));
const VOICE = noise(0.5, 4 * FRAME);
const times = (samples: Float32Array, factor: number, offset = 0) => samples.map((x) => factor * x + offset);

/** All that a mixer gives of channels that come in blocks. */
function mixed(channels: readonly Float32Array[], block = channels[0]!.length) {
  const mixer = createMixer(channels.length, RATE);
  const out: number[] = [];
  for (let at = 0; at < channels[0]!.length; at += block)
    out.push(...mixer.push(channels.map((channel) => channel.subarray(at, at + block))));
  out.push(...mixer.end());
  return { samples: Float32Array.from(out), warnings: mixer.warnings() };
}

describe('channels', () => {
  it('are mixed to their mean where they agree, have nothing in common, or cancel each other in part', () => {
    for (const other of [VOICE, noise(0.5, VOICE.length), new Float32Array(VOICE.length), times(VOICE, -0.4)])
      expect(mixed([VOICE, other])).toEqual({ samples: VOICE.map((x, i) => (x + other[i]!) / 2), warnings: [] });
    const three = [sine(440, RATE, 100), sine(550, RATE, 100), sine(660, RATE, 100)];
    expect(mixed(three).samples).toEqual(three[0]!.map((x, i) => (x + three[1]![i]! + three[2]![i]!) / 3));
  });

  it.each<[string, Float32Array, number, RegExp]>([
    ['wholly', times(VOICE, -1), 1, /their mean is silent, as where/],
    ['but for their offsets', times(VOICE, -1.1, 0.3), 2, /their mean is 26 dB quieter than they are/],
    // 20 log10 of the mean, 0.15, to the channels' root mean square, sqrt((1 + 0.49) / 2)
    ['up to 15 dB', times(VOICE, -0.7), 1, /their mean is 15 dB quieter than they are/],
    ['the second louder', times(VOICE, -1.2), 2, /their mean is 21 dB quieter than they are/],
  ])('that cancel each other, %s, leave the louder one, and are told of', (_, other, louder, message) => {
    const { samples, warnings } = mixed([VOICE, other]);
    expect(samples).toEqual([VOICE, other][louder - 1]);
    expect(warnings).toEqual([{ code: 'cancellation', message: expect.stringMatching(message) }]);
    expect(warnings[0]!.message).toContain(
      `For 2.0 of 2.0 s the louder one, mostly number ${louder}, was heard alone.`,
    );
  });

  it('give the same samples and warnings whatever the blocks', () => {
    const [other, third] = [VOICE.map((x, i) => (i < 2.5 * FRAME ? -x : x)), noise(0.01, VOICE.length)];
    const whole = mixed([VOICE, other, third]);
    expect(whole.warnings).toHaveLength(1);
    for (const block of [7, 99, FRAME, FRAME + 1]) expect(mixed([VOICE, other, third], block)).toEqual(whole);
  });

  it('decide anew each half second, without a jump, and leave pauses as the sound before them', () => {
    const hiss = noise(0.005, FRAME); // 40 dB under the voice
    const other = times(VOICE, -1);
    other.set(hiss, FRAME); // a pause: nothing in common
    const left = VOICE.slice();
    left.set(noise(0.005, FRAME), FRAME);
    other.set(left.subarray(2 * FRAME), 2 * FRAME); // from here on alike
    const { samples, warnings } = mixed([left, other]);
    const louder = left
      .subarray(0, 2 * FRAME)
      .map((x, i) => (i < FRAME || samples[FRAME] === left[FRAME] ? x : other[i]!));
    expect(samples.subarray(0, 2 * FRAME)).toEqual(louder); // one channel in the pause too
    expect(samples.subarray(2 * FRAME + 10)).toEqual(left.subarray(2 * FRAME + 10)); // the mean of two alike; 10 samples fade
    expect(warnings[0]!.message).toContain('For 1.0 of 2.0 s');
  });

  it('are left as they are where there is one', () => {
    expect(mixed([VOICE], 100)).toEqual({ samples: VOICE, warnings: [] });
  });
});

describeWith(ATTUNE_AUDIO, 'a recording whose channels cancel each other', () => {
  it('is heard as one of them is, with a warning', async () => {
    const bytes = readFileSync(join(ATTUNE_AUDIO, 'odd', 'stereo_antiphase.wav'));
    const { channels, sampleRate } = await decodeWhole(bytes, 'x');
    const stream = await openSound(bytes, 'x');
    const { samples } = await waveformOf(stream);
    const alone = await Promise.all(channels.map((channel) => resampleWhole(channel, sampleRate, 16_000)));
    expect(alone.some((channel) => Buffer.from(channel.buffer).equals(Buffer.from(samples.buffer)))).toBe(true);
    expect(stream.warnings.map(({ code }) => code)).toEqual(['cancellation']);
  });
});
