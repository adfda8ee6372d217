import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExtractor } from '../../src/features/extractor.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { SEGMENT_SAMPLES } from '../../src/features/segments.ts';
import { SCALINGS, SPECTROGRAM_SIZE } from '../../src/features/spectrogram.ts';
import { readSafetensors } from '../../src/graph/safetensors.ts';
import { ATTUNE_REFERENCE, describeWith } from '../folders.ts';

describeWith(ATTUNE_REFERENCE, 'the spectrogram against NumPy', () => {
  it.each(SCALINGS)('%s scaling: within 1e-4', async (scaling) => {
    const file = join(ATTUNE_REFERENCE, 'spectrogram.safetensors');
    const { tensors } = readSafetensors(readFileSync(file), file);
    const extractor = await createExtractor({ ...DEFAULT_FRONT_END, scaling });
    const out = await extractor.extract([tensors.samples!.data as Float32Array]);
    const expected = tensors[scaling]!.data as Float32Array;
    expect(out.length).toBe(expected.length);
    expect(Math.max(...Array.from(out, (value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-4);
    await extractor.close();
  });
});

describe('the spectrogram of digital silence', () => {
  it.each([
    ['peak', 0],
    ['minmax', -1],
  ] as const)('%s scaling puts it at %d', async (scaling, level) => {
    const extractor = await createExtractor({ ...DEFAULT_FRONT_END, scaling });
    const out = await extractor.extract([new Float32Array(SEGMENT_SAMPLES)]);
    expect(out.length).toBe(SPECTROGRAM_SIZE);
    expect(out.every((value) => value === level)).toBe(true);
    await extractor.close();
  });
});
