import { describe, expect, it } from 'vitest';
import { ALTERATIONS, alter, mask, maskFrames } from '../../src/features/augment.ts';
import { copyName } from '../../src/features/copies.ts';
import { BINS, FRAMES } from '../../src/features/spectrogram.ts';
import { Random } from '../../src/random.ts';

const sound = Float32Array.from({ length: 8000 }, (_, n) => 0.3 * Math.sin(n / 7));

describe('an altered copy', () => {
  it('is the same for the same draws and another for others, and finite', async () => {
    const [a, again, b] = await Promise.all([1, 1, 2].map((seed) => alter(sound, ALTERATIONS, new Random(seed))));
    expect(again).toEqual(a);
    expect(b).not.toEqual(a);
    expect([...a!, ...b!].every(Number.isFinite)).toBe(true);
  });

  it('is altered in nothing but what was asked for', async () => {
    expect(await alter(sound, [], new Random(1))).toBe(sound);
    for (let seed = 0; seed < 20; seed++)
      expect((await alter(sound, ['room', 'noise', 'channel'], new Random(seed))).length).toBe(sound.length); // no speed
  });

  it('meets each alteration about half of the time', async () => {
    const lengths = await Promise.all(
      Array.from({ length: 200 }, (_, seed) => alter(sound, ['speed'], new Random(seed)).then(({ length }) => length)),
    );
    const altered = lengths.filter((length) => length !== sound.length).length;
    expect(altered).toBeGreaterThan(70);
    expect(altered).toBeLessThan(130);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(Math.round(8000 / 1.14));
    expect(Math.max(...lengths)).toBeLessThanOrEqual(Math.round(8000 / 0.88));
  });

  it('has a name that no other copy has', () => {
    const names = [
      copyName('a', ['speed'], 1),
      copyName('a', ['speed'], 2),
      copyName('b', ['speed'], 1),
      copyName('a', ['speed', 'room'], 1),
    ];
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('masks', () => {
  it('fill whole stripes with the mean, at most two of 600 Hz and two of 300 ms, and leave the rest', () => {
    const SEEDS = 12;
    let hidden = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = new Random(1000 + seed);
      const before = Float32Array.from({ length: BINS * FRAMES }, () => random.uniform());
      const mean = before.reduce((sum, x) => sum + x, 0) / before.length;
      const after = before.slice();
      mask(after, new Random(seed));
      const changed = (bin: number, frame: number) => after[bin * FRAMES + frame] !== before[bin * FRAMES + frame];
      const everyFrame = (bin: number) =>
        Array.from({ length: FRAMES }, (_, frame) => frame).every((t) => changed(bin, t));
      const everyBin = (frame: number) => Array.from({ length: BINS }, (_, bin) => bin).every((k) => changed(k, frame));
      const bins = Array.from({ length: BINS }, (_, bin) => bin).filter(everyFrame);
      const frames = Array.from({ length: FRAMES }, (_, frame) => frame).filter(everyBin);
      expect(bins.length).toBeLessThanOrEqual(120);
      expect(frames.length).toBeLessThanOrEqual(60);
      const [inBins, inFrames] = [new Set(bins), new Set(frames)];
      const wrong = after.findIndex((value, i) => {
        const inside = inBins.has(Math.floor(i / FRAMES)) || inFrames.has(i % FRAMES);
        return Math.abs(value - (inside ? mean : before[i]!)) > (inside ? 0.01 : 0);
      });
      expect(wrong, `element ${wrong}, seed ${seed}`).toBe(-1);
      hidden += bins.length + frames.length;
    }
    expect(hidden / SEEDS).toBeGreaterThan(50); // 90 in the mean, less where they overlap
  });
});

describe('masks over frames', () => {
  const heardOf = (features: Float32Array) => Array.from({ length: 100 }, (_, frame) => features[frame * 3 + 2]!);
  it('let at most three stripes of 400 ms go unheard, and nothing else', () => {
    const random = new Random(5);
    let most = 0;
    for (let i = 0; i < 50; i++) {
      const features = Float32Array.from({ length: 300 }, (_, k) => (k % 3 === 2 ? 1 : 7));
      maskFrames(features, random);
      expect(features.filter((_, k) => k % 3 !== 2).every((x) => x === 7)).toBe(true);
      const hidden = heardOf(features).filter((mark) => mark === 0).length;
      expect(hidden).toBeLessThanOrEqual(60);
      most = Math.max(most, hidden);
    }
    expect(most).toBeGreaterThan(20);
  });

  it('leave ten frames that are heard', () => {
    const random = new Random(6);
    for (let i = 0; i < 50; i++) {
      const features = Float32Array.from({ length: 300 }, (_, k) => (k % 3 === 2 && k < 36 ? 1 : 0));
      maskFrames(features, random);
      expect(heardOf(features).filter((mark) => mark === 1).length).toBeGreaterThanOrEqual(10);
    }
  });
});
