import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDecoded } from '../../src/audio/decode.ts';
import { toWaveform } from '../../src/audio/load.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { align, decibels, rms } from './signals.ts';

const OTHER_SECONDS: Record<string, number> = { 'short-800ms.wav': 0.8, 'stereo-48k.wav': 3.604, 'long-60s.flac': 60 };
const UTTERANCE_SECONDS = 1.878;

/**
 * How alike a copy must be to the 24-bit file (correlation) and how much its level may differ (dB). Lossless copies: alike to
 * the bit, 8 bits: their noise; others lose the band above what their rate or their coder keeps. The 44.1 kHz copy was made
 * stereo at equal power, so that each channel lies 3 dB below the original.
 */
const BOUNDS: Record<string, readonly [correlation: number, level: number]> = {
  'aiff.aiff': [0.9999, 0.01],
  'flac.flac': [0.9999, 0.01],
  'pcm-f32.wav': [0.9999, 0.01],
  'pcm-s24.wav': [0.9999, 0.01],
  'streamed-size-unknown.wav': [0.9999, 0.01],
  'stereo-44k.wav': [0.999, 3.1],
  'pcm-u8.wav': [0.995, 0.2],
  'pcm-11025.wav': [0.98, 0.5],
  'aac.m4a': [0.98, 1],
  'mp3-64k.mp3': [0.98, 1],
  'vorbis.ogg': [0.95, 1],
  'telephone-alaw-8k.wav': [0.95, 1],
  'telephone-mulaw-8k.wav': [0.95, 1],
  'opus.opus': [0.9, 1],
  'browser-recorder.webm': [0.9, 1],
};

describeWith(ATTUNE_AUDIO, 'good recordings', () => {
  const folder = join(ATTUNE_AUDIO, 'good');
  const read = (file: string) => new Uint8Array(readFileSync(join(folder, file)));

  it.each(readdirSync(folder))('%s becomes mono at 16 kHz in its full length, without a warning', async (file) => {
    const { waveform, warnings } = await toWaveform(read(file), file);
    expect(warnings).toEqual([]);
    expect(waveform.sampleRate).toBe(16_000);
    expect(Math.abs(waveform.samples.length / 16_000 - (OTHER_SECONDS[file] ?? UTTERANCE_SECONDS))).toBeLessThan(0.03);
    expect(waveform.samples.every((x) => Math.abs(x) <= 1.1)).toBe(true); // also false for NaN
  });

  it.each([
    ['mp3-64k.mp3', 1], // its decoder gives two, alike
    ['opus.opus', 1],
    ['stereo-44k.wav', 2],
  ])('%s has its own number of channels', async (file, channels) => {
    const decoded = await openDecoded(read(file), file);
    expect(decoded.channels).toBe(channels);
    for await (const block of decoded.blocks) expect(block.channels).toHaveLength(channels);
  });

  describe('the utterance', () => {
    /** The 24-bit file read by hand: what every copy was made from. */
    const file = readFileSync(join(folder, 'pcm-s24.wav'));
    const start = file.indexOf('data') + 8;
    const reference = Float32Array.from({ length: 30_045 }, (_, i) => file.readIntLE(start + 3 * i, 3) / 2 ** 23);

    it('has bounds for every copy', () => {
      const copies = readdirSync(folder).filter((name) => !(name in OTHER_SECONDS));
      expect(Object.keys(BOUNDS).sort()).toEqual(copies.sort());
    });

    it.each(Object.entries(BOUNDS))(
      '%s sounds like the original, at the same time and level',
      async (name, [alike, level]) => {
        const { samples } = (await toWaveform(read(name), name)).waveform;
        const { correlation, lag } = align(reference, samples, 100);
        expect(correlation).toBeGreaterThan(alike);
        expect(Math.abs(lag)).toBeLessThanOrEqual(2);
        expect(Math.abs(decibels(rms(samples) / rms(reference)))).toBeLessThan(level);
      },
    );
  });
});
