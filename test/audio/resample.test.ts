import { describe, expect, it } from 'vitest';
import { AttuneError } from '../../src/errors.ts';
import { decibels, fitSine, rms, sine } from './signals.ts';
import { resampleWhole as resample } from './whole.ts';

const TO = 16_000;
/** Away from the ends, where the sine starts and stops. */
const [FROM_SAMPLE, TO_SAMPLE] = [2_000, 14_000];

/** One second of a sine at `from` Hz, resampled to 16 kHz and fitted. */
async function respond(hertz: number, from: number) {
  const output = await resample(sine(hertz, from, from), from, TO);
  return { output, ...fitSine(output, hertz, TO, FROM_SAMPLE, TO_SAMPLE) };
}

describe('resample', () => {
  it.each([
    [44_100, 10 * 44_100, 160_000],
    [48_000, 10 * 48_000, 160_000],
    [11_025, 20_703, 30_045], // 20703 * 16000 / 11025 = 30045.17
    [8_000, 15_023, 30_046],
    [44_100, 1, 0],
    [8_000, 1, 2],
  ])('from %i Hz, %i samples become %i', async (from, samples, expected) => {
    expect((await resample(new Float32Array(samples), from, TO)).length).toBe(expected);
  });

  it.each([44_100, 48_000, 8_000])('from %i Hz is flat within 0.5 dB up to 3.8 kHz', async (from) => {
    for (const hertz of [50, 100, 300, 1_000, 2_000, 3_000, 3_400, 3_800]) {
      const { amplitude } = await respond(hertz, from);
      expect(Math.abs(decibels(amplitude / 0.5)), `${hertz} Hz`).toBeLessThan(0.5);
    }
  });

  it.each([44_100, 48_000])('from %i Hz leaves nothing of what lies above 8 kHz (60 dB down)', async (from) => {
    const input = 0.5 / Math.SQRT2; // RMS
    for (const hertz of [8_500, 9_000, 10_000, 12_200, 15_900, 16_100, 20_000]) {
      const { output } = await respond(hertz, from);
      expect(decibels(rms(output, FROM_SAMPLE, TO_SAMPLE) / input), `${hertz} Hz`).toBeLessThan(-60);
    }
  });

  it.each([44_100, 48_000, 8_000])(
    'from %i Hz adds nothing to a sine: images and aliases are 60 dB down',
    async (from) => {
      for (const hertz of [300, 1_000, 2_500, 3_800]) {
        const { rest } = await respond(hertz, from);
        expect(decibels(rest / (0.5 / Math.SQRT2)), `${hertz} Hz`).toBeLessThan(-60);
      }
    },
  );

  it.each([44_100, 48_000, 11_025, 8_000])(
    'from %i Hz does not shift the sound by a tenth of a sample',
    async (from) => {
      for (const hertz of [200, 1_000, 3_000]) {
        const { phase } = await respond(hertz, from);
        expect(Math.abs((phase / (2 * Math.PI * hertz)) * TO), `${hertz} Hz`).toBeLessThan(0.1);
      }
    },
  );

  it.each([44_100, 48_000, 8_000])(
    'from %i Hz keeps an impulse where it was, even late in a long recording',
    async (from) => {
      const input = new Float32Array(20 * from);
      input[19 * from] = 1;
      const output = await resample(input, from, TO);
      const peak = output.reduce((best, x, i) => (Math.abs(x) > Math.abs(output[best]!) ? i : best), 0);
      expect(peak).toBe(19 * TO);
    },
  );

  it('keeps the tail: a sine that runs to the last sample still sounds there', async () => {
    const output = await resample(sine(1_000, 44_100, 44_100), 44_100, TO);
    expect(rms(output, 15_800, 15_984)).toBeCloseTo(0.5 / Math.SQRT2, 2); // 184 samples: 11.5 periods
  });

  it('gives the same bytes for the same input, whatever was resampled in between', async () => {
    const input = sine(440, 44_100, 50_000);
    const first = await resample(input, 44_100, TO);
    const [, again] = await Promise.all([resample(sine(99, 48_000, 48_000), 48_000, TO), resample(input, 44_100, TO)]);
    expect(Buffer.from(again.buffer).equals(Buffer.from(first.buffer))).toBe(true);
  });

  it('leaves samples alone where the rates are equal', async () => {
    expect(await resample(Float32Array.of(0.25, -1, 1), TO, TO)).toEqual(Float32Array.of(0.25, -1, 1));
  });

  it.each([0, -8_000, Number.NaN])('refuses a rate of %d Hz', async (rate) => {
    await expect(resample(new Float32Array(10), rate, TO)).rejects.toThrow(AttuneError);
  });
});
