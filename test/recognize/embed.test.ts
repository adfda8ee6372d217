import { afterAll, describe, expect, it } from 'vitest';
import { createExtractor } from '../../src/features/extractor.ts';
import { DEFAULT_ENCODER_FRONT_END } from '../../src/features/front-end.ts';
import { createEmbedder } from '../../src/recognize/embed.ts';
import { wandering } from './exported.ts';

const [embedder, extractor] = [
  await createEmbedder({ threads: 1 }),
  await createExtractor(DEFAULT_ENCODER_FRONT_END, 1),
];
afterAll(() => Promise.all([embedder.close(), extractor.close()]));
const WIDTH = 768;

const embed = (samples: Float32Array, more = {}) => embedder.embed({ samples, sampleRate: 16_000, ...more });
/** Frames [from, to) of the 2 s that start there, by the front end of networks. */
async function framesAt(samples: Float32Array, start: number, from: number, to: number): Promise<number[]> {
  const segment = new Float32Array(32_000);
  segment.set(samples.subarray(start, start + 32_000));
  const out = await extractor.extract([segment]);
  return Array.from(out).filter((_, i) => i % 769 < WIDTH && i >= from * 769 && i < to * 769);
}

describe('an embedding', () => {
  it('has a frame every 20 ms, each once, of segments side by side and a last one that ends with the sound', async () => {
    const samples = wandering(80_000);
    const { frames, heard } = await embed(samples);
    expect({ width: embedder.width, frames: frames.length, heard: heard.length }).toEqual({
      ...{ width: WIDTH, frames: 250 * WIDTH, heard: 250 },
    });
    expect(Array.from(frames)).toEqual([
      ...(await framesAt(samples, 0, 0, 100)),
      ...(await framesAt(samples, 32_000, 0, 100)),
      ...(await framesAt(samples, 48_000, 50, 100)),
    ]);
  });

  it('of a short sound, or one that ends within a frame, is filled up with silence', async () => {
    const short = wandering(8_100);
    expect(Array.from((await embed(short)).frames)).toEqual(await framesAt(short, 0, 0, 26)); // 25.3
    const odd = wandering(32_001);
    const { frames } = await embed(odd);
    expect(frames.length).toBe(101 * WIDTH);
    expect(Array.from(frames.subarray(100 * WIDTH))).toEqual(await framesAt(odd, 320, 99, 100));
  });

  it('has the mean, deviation and maximum of the frames that are heard', async () => {
    const samples = wandering(64_000).map((x, i) => (x - 0.1) * (i < 32_000 && i > 9_000 ? 0.001 : 1));
    const { frames, heard, vector } = await embed(samples);
    const silent = heard.filter((is) => !is).length;
    expect(silent).toBeGreaterThan(60);
    expect(silent).toBeLessThan(80); // 23,000 samples are 72 frames
    expect(vector).toHaveLength(3 * WIDTH);
    for (const k of [0, 17, WIDTH - 1]) {
      const values = heard.flatMap((is, i) => (is ? [frames[i * WIDTH + k]!] : []));
      const mean = values.reduce((a, b) => a + b) / values.length;
      const deviation = Math.hypot(...values.map((value) => value - mean)) / Math.sqrt(values.length);
      expect(vector[k]).toBeCloseTo(mean, 5);
      expect(vector[WIDTH + k]).toBeCloseTo(deviation, 5);
      expect(vector[2 * WIDTH + k]).toBe(Math.max(...values));
    }
  });

  it('leaves gaps out, and hears silence where there is nothing else', async () => {
    const samples = wandering(64_000);
    const joined = Float32Array.from([...samples.subarray(0, 16_000), ...samples.subarray(48_000)]);
    const { frames } = await embed(samples, { gaps: [{ from: 16_000, to: 48_000 }] });
    expect(Array.from(frames)).toEqual(Array.from((await embed(joined)).frames));
    const { heard, vector } = await embed(new Float32Array(32_000));
    expect(heard).toEqual(Array(100).fill(true));
    expect(vector.every(Number.isFinite)).toBe(true);
  });

  it('is refused of what is no sound', async () => {
    await expect(embed(new Float32Array())).rejects.toMatchObject({ code: 'audio' });
    await expect(embed(Float32Array.of(Number.NaN))).rejects.toMatchObject({ code: 'audio' });
    await expect(embedder.embed({ samples: new Float32Array(9), sampleRate: 8_000 })).rejects.toMatchObject({
      code: 'audio',
    });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(embedder.embed({ samples: wandering(100), sampleRate: 16_000 }, { signal })).rejects.toThrow('enough');
  });
});
