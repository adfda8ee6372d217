import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAudioFile } from '../../src/audio/file.ts';
import { toWaveform } from '../../src/audio/load.ts';
import { checkedWaveform } from '../../src/audio/waveform.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { wav } from './files.ts';
import { sine } from './signals.ts';

/** A WAV file of 32-bit floats. */
const floats = (samples: Float32Array, rate = 16_000) =>
  wav(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), { format: 3, bits: 32, rate });

/** A second of a tone with one sample changed. */
function spoilt(at: number, value: number) {
  const samples = sine(300, 16_000, 16_000);
  samples[at] = value;
  return samples;
}

describe('samples of a magnitude that', () => {
  it.each([2 ** 31, -(2 ** 31), 32_768, 0])('sound may have, %d, are taken as they are', async (value) => {
    const { waveform } = await toWaveform(floats(spoilt(9_000, value)), 'x');
    expect(waveform.samples[9_000]).toBe(value);
    expect(checkedWaveform(waveform)).toBe(waveform);
  });

  it.each([
    [1e20, '1.000e+20'],
    [-1e20, '-1.000e+20'],
    [2 ** 32 + 2 ** 9, '4.295e+9'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('no sound has, %d, are refused by their number', async (value, told) => {
    const samples = spoilt(9_000, value);
    const fault = `sample 9000 is ${told}, expected a number from -`;
    await expect(toWaveform(floats(samples), 'x.wav')).rejects.toMatchObject({
      ...{ name: 'AttuneError', code: 'audio', message: expect.stringContaining(`x.wav: ${fault}`) },
    });
    expect(() => checkedWaveform({ samples, sampleRate: 16_000 })).toThrow(`the waveform's ${fault}`);
  });
});

it('leaves room for what resampling adds at edges', async () => {
  const square = Float32Array.from({ length: 500 }, (_, i) => (i % 100 < 50 ? 2 ** 31 : -(2 ** 31)));
  const { waveform } = await toWaveform(floats(square, 44_100), 'x');
  expect(Math.max(...waveform.samples)).toBeGreaterThan(1.05 * 2 ** 31);
  expect(checkedWaveform(waveform)).toBe(waveform);
  square[400] = 2 ** 31 + 2 ** 8; // the next float
  await expect(toWaveform(floats(square, 44_100), 'x')).rejects.toThrow('sample 400 is 2.147e+9, expected a number');
});

describeWith(ATTUNE_AUDIO, 'recordings whose spectrogram would overflow', () => {
  it.each([
    ['nan-124-bytes.wav', /sample \d+ is -?\d.*e\+\d+/],
    ['nan-one-sample-1e20.wav', /sample \d+ is 1\.?\d*e\+20/],
  ])('%s is refused by name and sample', async (file, fault) => {
    const path = join(ATTUNE_AUDIO, 'odd', file);
    const message = await readAudioFile(path).then(String, (error) => error.message);
    expect(message.startsWith(`${path}: `)).toBe(true);
    expect(message).toMatch(fault);
  });
});
