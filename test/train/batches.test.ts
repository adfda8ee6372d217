import { describe, expect, it } from 'vitest';
import { Random } from '../../src/random.ts';
import { batches } from '../../src/train/loop.ts';

const epoch = (count: number, batchSize: number, number = 1) =>
  batches(count, batchSize, Random.named(7, `epoch ${number}`));
const ascending = (list: readonly number[]) => [...list].sort((a, b) => a - b);

describe("an epoch's batches", () => {
  it.each<[string, count: number, batchSize: number, sizes: number[]]>([
    ['are full where they can be', 12, 4, [4, 4, 4]],
    ['end with one of what is left', 14, 4, [4, 4, 4, 2]],
    ['take a single one left over into the one before', 13, 4, [4, 4, 5]],
    ['take it also into the only one before', 5, 4, [5]],
    ['are one where there are few segments', 3, 64, [3]],
    ['are one of one where there is one segment', 1, 64, [1]],
    ['of two may become one of three', 7, 2, [2, 2, 3]],
  ])('%s', (_, count, batchSize, sizes) => {
    const all = epoch(count, batchSize);
    expect(all.map((batch) => batch.length)).toEqual(sizes);
    expect(ascending(all.flat())).toEqual(Array.from({ length: count }, (_, i) => i)); // each segment once
  });

  it('come in a new order each epoch, and in the same for the same seed', () => {
    const first = epoch(50, 8, 1).flat();
    expect(epoch(50, 8, 1).flat()).toEqual(first);
    const second = epoch(50, 8, 2).flat();
    expect(second).not.toEqual(first);
    expect(second).not.toEqual(ascending(second));
    expect(first).not.toEqual(ascending(first));
  });
});
