import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createExtractor } from '../../src/features/extractor.ts';
import { DEFAULT_LOG_FRONT_END, FRONT_END, type LogSpectrogramFrontEnd } from '../../src/features/front-end.ts';
import { checkArgument } from '../../src/json.ts';

/** From log-spectrogram-reference.py, which makes the same sound. */
const CASES: readonly {
  readonly binHertz: 10 | 20;
  readonly scaling: LogSpectrogramFrontEnd['scaling'];
  readonly shape: readonly [number, number];
  readonly some: readonly number[];
}[] = JSON.parse(readFileSync(new URL('./log-spectrogram.json', import.meta.url), 'utf8'));

const SAMPLES = new Float32Array(48_000);
for (let i = 0; i < 16_000; i++) {
  const t = i / 16_000;
  SAMPLES[8000 + i] = 0.3 * Math.sin(2 * Math.PI * (200 * t + 1200 * t * t)) + 0.01 * Math.sin(2 * Math.PI * 3100 * t);
}

async function featuresOf(frontEnd: LogSpectrogramFrontEnd, samples: Float32Array): Promise<Float32Array> {
  const extractor = await createExtractor(frontEnd, 1);
  return extractor.extract([samples]).finally(extractor.close);
}

it.each(CASES)('is that of NumPy: bins of $binHertz Hz, $scaling', async ({ binHertz, scaling, shape, some }) => {
  const features = await featuresOf({ ...DEFAULT_LOG_FRONT_END, binHertz, scaling }, SAMPLES);
  expect(features.length).toBe(shape[0] * shape[1]);
  // float32 leaves some 1e-7 of the loudest, which 70 dB below it is 0.005 dB
  for (const [i, value] of some.entries()) expect(Math.abs(features[i * 997]! - value), `${i}`).toBeLessThan(2e-3);
});

it('of silence is the floor, in finite numbers, whatever the scaling', async () => {
  for (const [scaling, floor] of [
    ['peak', -1],
    ['standardize', 0],
  ] as const) {
    const features = await featuresOf({ ...DEFAULT_LOG_FRONT_END, scaling }, new Float32Array(48_000));
    expect(features.every((value) => Math.abs(value - floor) < 1e-3)).toBe(true);
  }
});

it.each<[object, string]>([
  [{ binHertz: 15 }, 'binHertz'],
  [{ floorDecibels: 0 }, 'floorDecibels'],
  [{ segmentSeconds: 0.1 }, 'segmentSeconds'],
  [{ segmentSeconds: 3.005 }, 'segmentSeconds'], // half a frame
  [{ testHopSeconds: 4 }, 'at most 3, the length of a segment, got 4'],
  [{ lastSegment: 'drop' }, 'lastSegment'],
])('with %j is refused', (change, message) => {
  expect(() => checkArgument({ ...DEFAULT_LOG_FRONT_END, ...change }, FRONT_END, 'the front end')).toThrow(message);
});
