import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAudioFile } from '../../../src/audio/file.ts';
import { type Descriptors, descriptors } from '../../../src/features/descriptors/descriptors.ts';
import { Random } from '../../../src/random.ts';
import { ATTUNE_CORPORA, describeWith } from '../../folders.ts';

interface Reference {
  /** of openSMILE's frames, one in so many is here */
  readonly every: number;
  readonly recordings: Readonly<Record<string, Recording>>;
}

interface Recording {
  readonly frames: number;
  /** zcr, MFCC 1 to 12, MFCC 0, log energy, then their deltas */
  readonly opensmile: readonly (readonly number[])[];
  /** Praat's frame j is our frame j + 1 */
  readonly praat: {
    readonly f0: readonly number[];
    readonly strength: readonly number[];
    readonly hnr: readonly (number | null)[];
  };
}

const { every, recordings }: Reference = JSON.parse(
  readFileSync(new URL('reference.json', import.meta.url), 'utf8'), // written by reference.py beside it
);

const column = ({ names, values }: Descriptors, name: string): number[] => {
  const at = names.indexOf(name);
  if (at < 0) throw new Error(`no ${name} among ${names}`);
  return Array.from({ length: values.length / names.length }, (_, frame) => values[frame * names.length + at]!);
};

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  const products = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return products(a, ma, b, mb) / Math.sqrt(products(a, ma, a, ma) * products(b, mb, b, mb));
}

const MEASURED = ['zcr', ...Array.from({ length: 12 }, (_, i) => `mfcc ${i + 1}`), 'mfcc 0', 'log energy'];
/** How far off each may be; openSMILE computes in 32 bits, and leaves one crossing of 400 samples uncounted. */
const tolerance = (name: string) => (name === 'zcr' ? 1 / 400 + 1e-6 : 5e-3);

describeWith(join(ATTUNE_CORPORA, 'emodb'), 'descriptors of recordings', () => {
  const read = async (name: string) =>
    (await readAudioFile(join(ATTUNE_CORPORA, 'emodb', `${name}.wav`))).waveform.samples;

  it.each(Object.entries(recordings))('are those of openSMILE: %s', async (name, { frames, opensmile }) => {
    const samples = await read(name);
    const [han, lee] = [descriptors(samples, 'han'), descriptors(samples, 'lee-tashev')];
    expect([han, lee].map(({ names, values }) => values.length / names.length)).toEqual([frames, frames]);
    for (const [at, measured] of [...MEASURED, ...MEASURED.map((name) => `delta ${name}`)].entries()) {
      const ours = column(lee.names.includes(measured) ? lee : han, measured).filter((_, i) => i % every === 0);
      const off = ours.map((value, i) => Math.abs(value - opensmile[i]![at]!));
      expect(Math.max(...off), measured).toBeLessThan(tolerance(measured));
    }
    for (let k = 1; k <= 12; k++) expect(column(han, `mfcc ${k}`)).toEqual(column(lee, `mfcc ${k}`));
  });

  it.each(Object.entries(recordings))('have the pitch that Praat tracks: %s', async (name, { praat }) => {
    const samples = await read(name);
    const [han, lee] = [descriptors(samples, 'han'), descriptors(samples, 'lee-tashev')];
    const [f0, strength, hnr, period] = [
      ...['f0', 'voicing'].map((name) => column(lee, name).slice(1)),
      ...['hnr', 'pitch period'].map((name) => column(han, name).slice(1)),
    ] as [number[], number[], number[], number[]];
    const frames = praat.f0.map((_, i) => i);
    const agreed = frames.filter((i) => praat.f0[i]! > 0 === f0[i]! > 0);
    expect(agreed.length / frames.length).toBeGreaterThan(0.99);
    const voiced = frames.filter((i) => praat.f0[i]! > 0 && f0[i]! > 0);
    const off = voiced.map((i) => Math.abs(f0[i]! / praat.f0[i]! - 1));
    expect(median(off)).toBeLessThan(1e-4);
    expect(off.filter((x) => x > 0.01).length / voiced.length).toBeLessThan(0.01);
    expect(median(frames.map((i) => Math.abs(strength[i]! - praat.strength[i]!)))).toBeLessThan(1e-3);
    expect(correlation(strength.slice(0, frames.length), praat.strength)).toBeGreaterThan(0.99);
    for (const i of voiced) expect(period[i]! * f0[i]!).toBeCloseTo(1000, 2);
    // Praat's other method, by cross-correlation, which hears shorter stretches and so less of a change of pitch
    const heard = voiced.filter((i) => praat.hnr[i] !== null);
    const [ours, theirs] = [heard.map((i) => hnr[i]!), heard.map((i) => praat.hnr[i]!)];
    expect(correlation(ours, theirs)).toBeGreaterThan(name === '14b02Tc' ? 0.65 : 0.9);
    expect(Math.abs(median(ours.map((x, i) => x - theirs[i]!)))).toBeLessThan(2.5);
  });
});

/** Ten harmonics of equal power. */
const voice = (hz: number, seconds: number) =>
  Float32Array.from({ length: 16_000 * seconds }, (_, i) =>
    Array.from({ length: 10 }, (_, k) => 0.05 * Math.cos((2 * Math.PI * hz * (k + 1) * i) / 16_000)).reduce(
      (a, b) => a + b,
    ),
  );

describe('descriptors of made sounds', () => {
  it.each([90, 123.4, 220, 580])('have the pitch of a voice at %d Hz, within a thousandth', (hz) => {
    const f0 = column(descriptors(voice(hz, 0.5), 'lee-tashev'), 'f0');
    for (const value of f0) expect(Math.abs(value / hz - 1)).toBeLessThan(1e-3);
  });

  it.each([0, 10, 20])('have a ratio of harmonics to noise of %d dB, as they were mixed', (decibels) => {
    const random = new Random(1);
    const level = Math.sqrt((10 * 0.05 ** 2) / 2) * 10 ** (-decibels / 20);
    const mixed = voice(150, 2).map((x) => x + level * random.normal());
    expect(Math.abs(mean(column(descriptors(mixed, 'han'), 'hnr')) - decibels)).toBeLessThan(1);
  });

  it('follow a voice that stops', () => {
    const samples = new Float32Array(32_000);
    samples.set(voice(200, 1), 8_000);
    const f0 = column(descriptors(samples, 'lee-tashev'), 'f0');
    expect(f0.map((hz) => hz > 0).lastIndexOf(true)).toBeLessThan(151);
    expect(f0.findIndex((hz) => hz > 0)).toBeGreaterThan(45);
    expect(f0.filter((hz) => hz > 0).length).toBeGreaterThan(95);
  });

  it('count crossings of the mean and take the mean out', () => {
    const square = Float32Array.from({ length: 1600 }, (_, i) => (i % 20 < 10 ? 0.6 : 0.4));
    const made = descriptors(square, 'lee-tashev');
    for (const rate of column(made, 'zcr')) expect(rate).toBeCloseTo(39 / 400, 6); // 400 samples from 0: 40 halves
    for (const energy of column(made, 'log energy')) expect(energy).toBeCloseTo(Math.log(0.01), 4);
  });

  it.each([
    ['silence', () => new Float32Array(16_000)],
    ['a constant', () => new Float32Array(16_000).fill(0.3)],
    ['a constant that full scale does not hold', () => new Float32Array(16_000).fill(2 ** 30)],
  ])('are at rest in %s', (_, make) => {
    const [lee, han] = [descriptors(make(), 'lee-tashev'), descriptors(make(), 'han')];
    for (const name of ['f0', 'voicing', 'zcr', 'mfcc 1', 'mfcc 12', 'delta log energy'])
      expect(column(lee, name), name).toEqual(new Array(98).fill(0));
    for (const energy of column(lee, 'log energy')) expect(energy).toBeCloseTo(Math.log(2 ** -32), 4);
    for (const hnr of column(han, 'hnr')) expect(hnr).toBeCloseTo(10 * Math.log10(0.01 / 0.99), 4);
    expect(column(han, 'pitch period')).toEqual(new Array(98).fill(0));
  });

  it.each([
    ['a click in 30 ms', 480, 1],
    ['a click in less than a frame', 250, 1],
    ['one sample', 1, 1],
    ['two frames', 560, 2],
    ['a sample less', 559, 1],
  ])('are finite and unvoiced for %s', (_, length, frames) => {
    const samples = new Float32Array(length);
    samples[Math.floor(length / 2)] = 1;
    for (const set of ['lee-tashev', 'han'] as const) {
      const { names, values } = descriptors(samples, set);
      expect(values.length).toBe(frames * names.length);
      expect(values.every(Number.isFinite)).toBe(true);
      expect(column({ names, values }, set === 'han' ? 'pitch period' : 'f0')).toEqual(new Array(frames).fill(0));
    }
  });

  it('have 32 and 30 numbers', () => {
    const count = (set: 'lee-tashev' | 'han') => descriptors(voice(100, 0.1), set).names.length;
    expect([count('lee-tashev'), count('han')]).toEqual([32, 30]);
  });

  it.each([
    ['none', new Float32Array(), /expected samples to describe, got none/],
    ['what is not a number', Float32Array.of(0, Number.NaN), /sample 1 is NaN, expected a number/],
    ['what is infinite', Float32Array.of(-Infinity), /sample 0 is -Infinity/],
  ])('are not made of %s', (_, samples, message) => {
    expect(() => descriptors(samples, 'han')).toThrow(message);
    expect(() => descriptors(samples, 'han')).toThrow(expect.objectContaining({ code: 'audio' }));
  });

  it('are of a set that there is', () => {
    expect(() => descriptors(new Float32Array(9), 'praat' as 'han')).toThrow(/lee-tashev.*han.*praat/);
  });
});
