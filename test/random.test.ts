import { describe, expect, it } from 'vitest';
import { Random } from '../src/random.ts';

describe('Random', () => {
  it('gives the same stream for the same seed', () => {
    const draw = () => {
      const random = Random.named(7, 'weights');
      return Array.from({ length: 5 }, () => random.uniform());
    };
    expect(draw()).toEqual(draw());
  });

  it.each([
    ['neighbouring seeds', (i: number) => new Random(i)],
    ['neighbouring names', (i: number) => Random.named(1, `epoch ${i}`)],
  ])('has first draws of %s spread evenly over [0, 1)', (_, make) => {
    const draws = Array.from({ length: 2000 }, (_, i) => make(i).uniform()).sort((a, b) => a - b);
    // Kolmogorov and Smirnov's distance from the uniform distribution; 1.95 / sqrt(n) is passed once in a thousand
    const distance = Math.max(...draws.map((draw, i) => Math.abs(draw - (i + 0.5) / draws.length)));
    expect(distance).toBeLessThan(1.95 / Math.sqrt(draws.length));
  });

  it('shuffles each item to each place equally often', () => {
    const random = new Random(3);
    const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    for (let n = 0; n < 4000; n++)
      for (const [place, item] of random.shuffle([0, 1, 2, 3]).entries()) counts[item]![place]!++;
    for (const count of counts.flat()) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt(1000 * 0.75));
  });
});
