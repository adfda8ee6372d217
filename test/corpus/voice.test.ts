import { describe, expect, it } from 'vitest';
import type { Syllable } from '../../src/corpus/trace.ts';
import { synthesize, type VoiceOptions } from '../../src/corpus/voice.ts';
import { Random } from '../../src/random.ts';
import { levelOf, pitchOf, powerIn } from './measure.ts';

const syllable = (over: Partial<Syllable> = {}): Syllable => ({
  vowel: 'hud',
  onsetSeconds: 0,
  onsetHz: 4000,
  seconds: 0.4,
  pitchHz: [120, 120],
  levelDb: 0,
  pauseSeconds: 0,
  ...over,
});

const voice = (over: Partial<VoiceOptions> = {}): VoiceOptions => ({
  syllables: [syllable()],
  formantScale: 1,
  openQuotient: 0.6,
  closing: 0.33,
  tiltDb: 6,
  breath: 0.01,
  jitter: 0.005,
  shimmer: 0.02,
  levelDb: -25,
  noiseDb: -70,
  ...over,
});

const say = (over: Partial<VoiceOptions> = {}, seed = 1) => synthesize(voice(over), new Random(seed)).samples;
/** the steady middle of the first vowel */
const middle = (samples: Float32Array) => samples.slice(1600, 4800);
const decibels = (power: number, of: number) => 10 * Math.log10(power / of);

describe('the voice', () => {
  it.each([90, 120, 210, 330])('speaks at the %d Hz asked for', (hertz) => {
    const samples = say({ syllables: [syllable({ pitchHz: [hertz, hertz] })] });
    const measured = pitchOf(middle(samples), 16_000);
    expect(Math.abs(measured / hertz - 1)).toBeLessThan(0.02);
  });

  it('moves the pitch along the vowel', () => {
    const samples = say({ syllables: [syllable({ seconds: 1, pitchHz: [100, 200] })] });
    // geometrically: 100 * 2^(1/4) and 100 * 2^(3/4) at a quarter and three quarters
    expect(Math.abs(pitchOf(samples.slice(3600, 4400), 16_000) / 118.9 - 1)).toBeLessThan(0.03);
    expect(Math.abs(pitchOf(samples.slice(11600, 12400), 16_000) / 168.2 - 1)).toBeLessThan(0.03);
  });

  it('has the formants of the vowel', () => {
    const low = { pitchHz: [80, 80] as const };
    const heed = middle(say({ syllables: [syllable({ vowel: 'heed', ...low })] })); // F1 270, F2 2290
    const hod = middle(say({ syllables: [syllable({ vowel: 'hod', ...low })] })); // F1 730, F2 1090
    const band = (samples: Float32Array, low: number, high: number) => powerIn(samples, 16_000, low, high);
    expect(decibels(band(heed, 200, 400), band(heed, 600, 1200))).toBeGreaterThan(10);
    expect(decibels(band(hod, 600, 1200), band(hod, 200, 400))).toBeGreaterThan(3);
    expect(decibels(band(heed, 2100, 2500), band(heed, 1300, 1700))).toBeGreaterThan(6);
  });

  it('loses as much at 3 kHz as the tilt says', () => {
    const still = { breath: 0, jitter: 0, shimmer: 0, noiseDb: -200, syllables: [syllable({ pitchHz: [100, 100] })] };
    const ratio = (tiltDb: number) => {
      const samples = middle(say({ ...still, tiltDb }));
      return decibels(powerIn(samples, 16_000, 2980, 3030), powerIn(samples, 16_000, 80, 130));
    };
    // at 100 Hz the low-pass takes away little
    expect(ratio(0) - ratio(12)).toBeGreaterThan(11);
    expect(ratio(0) - ratio(12)).toBeLessThan(13);
  });

  it('has the level asked for, and stays within [-1, 1] where that is too loud', () => {
    expect(levelOf(say({ levelDb: -25 }))).toBeCloseTo(-25, 1);
    const loud = say({ levelDb: 0 });
    expect(loud.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)).toBeCloseTo(0.99, 5);
  });

  it('is as long as its syllables and quiet in their pauses', () => {
    const samples = say({ syllables: [syllable({ pauseSeconds: 0.25 }), syllable({ onsetSeconds: 0.05 })] });
    expect(samples).toHaveLength(16_000 * (0.4 + 0.25 + 0.05 + 0.4));
    expect(levelOf(samples.slice(8000, 10_000))).toBeLessThan(-65);
  });

  it('hisses before a vowel with an onset', () => {
    const samples = say({ syllables: [syllable({ onsetSeconds: 0.1, onsetHz: 5000 })] }).slice(400, 1200);
    const above = powerIn(samples, 16_000, 4000, 6000);
    expect(decibels(above, powerIn(samples, 16_000, 0, 2000))).toBeGreaterThan(6);
  });

  it('repeats itself with the same seed only', () => {
    expect(say({}, 1)).toEqual(say({}, 1));
    expect(say({}, 2)).not.toEqual(say({}, 1));
  });

  it.each([
    ['no syllable', []],
    ['a pitch of nothing', [syllable({ pitchHz: [0, 120] })]],
    ['a pitch that is no number', [syllable({ pitchHz: [120, Number.NaN] })]],
    ['a vowel without length', [syllable({ seconds: 0 })]],
    ['a pause before its time', [syllable({ pauseSeconds: -1 })]],
  ])('refuses %s', (_, syllables) => {
    expect(() => say({ syllables })).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
