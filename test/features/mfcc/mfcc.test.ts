import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createExtractor } from '../../../src/features/extractor.ts';
import { formOf } from '../../../src/features/features.ts';
import { FRONT_END } from '../../../src/features/front-end.ts';
import { DEFAULT_MFCC_FRONT_END } from '../../../src/features/mfcc/front-end.ts';
import { checkArgument } from '../../../src/json.ts';

/** From mfcc-reference.py, which makes the same sound. */
const REFERENCE: { readonly shape: readonly [number, number]; readonly some: readonly number[] } = JSON.parse(
  readFileSync(new URL('./mfcc.json', import.meta.url), 'utf8'),
);

const SAMPLES = new Float32Array(48_000);
for (let i = 0; i < 16_000; i++) {
  const t = i / 16_000;
  SAMPLES[8000 + i] =
    0.3 * Math.sin(2 * Math.PI * (200 * t + 1200 * t * t)) + 0.05 * ((Math.sin(12.9898 * i) * 43758.5453) % 1);
}

async function featuresOf(samples: Float32Array): Promise<Float32Array> {
  const extractor = await createExtractor(DEFAULT_MFCC_FRONT_END, 1);
  return extractor.extract([samples]).finally(extractor.close);
}

it('is that of NumPy and SciPy, however loud the sound', async () => {
  for (const gain of [1, 0.01]) {
    const features = await featuresOf(SAMPLES.map((sample) => gain * sample));
    expect(features.length).toBe(REFERENCE.shape[0] * REFERENCE.shape[1]);
    for (const [i, value] of REFERENCE.some.entries())
      expect(Math.abs(features[i * 37]! - value), `${i}`).toBeLessThan(2e-3);
  }
});

it('of silence is finite: loudness at its lowest, and nothing else', async () => {
  const features = await featuresOf(new Float32Array(48_000));
  expect(features.slice(0, 184).every((value) => value === -10)).toBe(true);
  expect(features.slice(184).every((value) => Math.abs(value) < 1e-3)).toBe(true);
});

it('has as many frames as windows lie in a segment', () => {
  expect(formOf(DEFAULT_MFCC_FRONT_END).shape).toEqual([1, 40, 184]);
  expect(formOf({ ...DEFAULT_MFCC_FRONT_END, segmentSeconds: 7 }).shape).toEqual([1, 40, 434]);
});

it.each<[object, string]>([
  [{ segmentSeconds: 0.1 }, 'segmentSeconds'],
  [{ testHopSeconds: 4 }, 'at most 3, the length of a segment, got 4'],
  [{ scaling: 'peak' }, 'expected scaling to be no such setting'],
])('with %j is refused', (change, message) => {
  expect(() => checkArgument({ ...DEFAULT_MFCC_FRONT_END, ...change }, FRONT_END, 'the front end')).toThrow(message);
});
