import { describe, expect, it } from 'vitest';
import { balanced } from '../../src/evaluate/balanced.ts';

const segments = (corpus: string, ...counts: readonly number[]) =>
  counts.flatMap((count, label) =>
    Array.from({ length: count }, (_, i) => ({ corpus, label, name: `${corpus}${label}${i}` })),
  );
const counted = (some: readonly { corpus: string; label: number }[]) => {
  const counts: Record<string, number> = {};
  for (const { corpus, label } of some) counts[`${corpus}${label}`] = (counts[`${corpus}${label}`] ?? 0) + 1;
  return counts;
};

describe('segments of several corpora', () => {
  const small = segments('a', 3, 1);
  const large = segments('b', 6, 6);
  const all = [...small, ...large];

  it('come as often from each, those of the smaller again in turn, and every one comes', () => {
    const even = balanced(all, { classes: false, weights: { a: 1, b: 1 } });
    expect(counted(even)).toEqual({ a0: 9, a1: 3, b0: 6, b1: 6 });
    expect(even.slice(0, 16)).toEqual(all);
    expect(even.slice(16).map(({ name }) => name)).toEqual(['a00', 'a01', 'a02', 'a10', 'a00', 'a01', 'a02', 'a10']);
  });

  it('come as often of each class within each corpus too', () => {
    expect(counted(balanced(all, { weights: { a: 1, b: 1 } }))).toEqual({ a0: 6, a1: 6, b0: 6, b1: 6 });
  });

  it.each([
    ['half of one', { a: 0.5, b: 1 }, { a0: 3, a1: 3, b0: 6, b1: 6 }],
    ['twice of one', { a: 2 }, { a0: 12, a1: 12, b0: 6, b1: 6 }],
    ['more of the large one, of which nothing is left out', { a: 1, b: 0.25 }, { a0: 24, a1: 24, b0: 6, b1: 6 }],
    ['thirds, rounded', { a: 1 / 3, b: 1 }, { a0: 3, a1: 3, b0: 9, b1: 9 }],
  ])('are weighted: %s', (_, weights, expected) => {
    expect(counted(balanced(all, { weights }))).toEqual(expected);
  });

  it('are divided among the classes that a corpus has', () => {
    const lacking = [...segments('a', 4, 2, 0), ...segments('b', 4, 4, 4)];
    expect(counted(balanced(lacking, { weights: {} }))).toEqual({ a0: 6, a1: 6, b0: 4, b1: 4, b2: 4 });
  });

  it('are as they are where nothing is asked for, and of one corpus as many of each class', () => {
    expect(balanced(all, { classes: false })).toEqual(all);
    expect(counted(balanced(small))).toEqual({ a0: 3, a1: 3 });
    expect(balanced([])).toEqual([]);
  });
});
