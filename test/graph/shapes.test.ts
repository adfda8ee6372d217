import { describe, expect, it } from 'vitest';
import { AttuneError } from '../../src/errors.ts';
import type { Shape } from '../../src/graph/graph.ts';
import { broadcast, dimension, elements, known, reshaped } from '../../src/graph/shapes.ts';

describe('reshaped', () => {
  it.each<[Shape, Shape, Shape]>([
    [
      [2, 6],
      [3, 4],
      [3, 4],
    ],
    [[2, 6], [-1], [12]],
    [
      [2, 6],
      [0, 2, -1],
      [2, 2, 3],
    ],
    [[], [1, 1], [1, 1]],
    [[1], [], []],
    [
      ['batch', 6],
      [0, 2, 3],
      ['batch', 2, 3],
    ],
    [
      ['batch', 6],
      [-1, 2, 3],
      ['batch', 2, 3],
    ],
    [
      ['batch', 6],
      [-1, 3],
      ['2*batch', 3],
    ],
    [
      ['batch', 6],
      ['batch', -1],
      ['batch', 6],
    ],
    [
      ['batch', 6],
      ['batch', 3, 2],
      ['batch', 3, 2],
    ],
    [
      ['batch', 'frames', 2],
      ['batch', -1],
      ['batch', '2*frames'],
    ],
    [
      ['time', 'batch', 6],
      [-1, 3],
      ['2*time*batch', 3],
    ],
    [
      ['batch', 'frames'],
      [0, 0, 1],
      ['batch', 'frames', 1],
    ],
    [
      ['batch', 'frames'],
      ['frames', -1],
      ['frames', 'batch'],
    ],
  ])('%j to %j gives %j', (from, target, expected) => {
    expect(reshaped(from, target)).toEqual(expected);
  });

  it.each<[Shape, Shape]>([
    [
      [2, 6],
      [5, -1],
    ],
    [
      [2, 6],
      [3, 3],
    ],
    [
      [2, 6],
      [-1, -1],
    ],
    [[4], [-2, -2]],
    [
      ['batch', 6],
      [2, 3],
    ],
    [
      ['batch', 6],
      [4, -1, 6, 5],
    ],
    [
      ['batch', 'frames'],
      [-1, 2],
    ],
    [[6], ['batch', -1]],
  ])('%j to %j cannot be', (from, target) => {
    expect(() => reshaped(from, target)).toThrow(AttuneError);
    expect(() => reshaped(from, target)).toThrow(/cannot be reshaped to/);
  });
});

describe('broadcast', () => {
  it.each<[Shape, Shape, Shape]>([
    [[2, 3], [3], [2, 3]],
    [
      [2, 1],
      [1, 3],
      [2, 3],
    ],
    [[], [2], [2]],
    [
      ['batch', 1],
      [1, 4],
      ['batch', 4],
    ],
    [
      ['batch', 3],
      ['batch', 1],
      ['batch', 3],
    ],
  ])('%j with %j gives %j, either way round', (a, b, expected) => {
    expect(broadcast(a, b)).toEqual(expected);
    expect(broadcast(b, a)).toEqual(expected);
  });

  it.each<[Shape, Shape]>([
    [[2], [3]],
    [['batch'], [3]],
    [['batch'], ['frames']],
  ])('%j with %j cannot be', (a, b) => {
    expect(() => broadcast(a, b)).toThrow(/do not broadcast/);
  });
});

describe('one dimension', () => {
  it('is counted from the start, or from the end where negative', () => {
    expect(dimension(['batch', 2, 3], 0)).toBe('batch');
    expect(dimension(['batch', 2, 3], -1)).toBe(3);
    expect(known(['batch', 2, 3], -2)).toBe(2);
  });

  it('must exist, and be known where that is asked', () => {
    expect(() => dimension([2, 3], 2)).toThrow(/axis 2 does not exist in the shape \[2, 3\]/);
    expect(() => dimension([2, 3], -3)).toThrow(AttuneError);
    expect(() => known(['batch', 3], 0)).toThrow(/axis 0 of \[batch, 3\] must be known/);
  });
});

describe('elements', () => {
  it('are counted where all dimensions are known', () => {
    expect(elements([2, 3, 4])).toBe(24);
    expect(elements([])).toBe(1);
    expect(elements(['batch', 3])).toBeUndefined();
  });
});
