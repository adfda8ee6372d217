import { describe, expect, it } from 'vitest';
import { costOf } from '../../bench/cost.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';

const INPUT = { bins: 400, frames: 200 };

describe('the cost of a segment', () => {
  it('counts the default network as by hand', () => {
    const conv1 = 8 * (10 * 2 + 2 * 8) * 400 * 200;
    const conv2 = 32 * 16 * 9 * 200 * 100;
    const conv3 = 48 * 32 * 9 * 100 * 50;
    const conv4 = 64 * 48 * 9 * 50 * 25;
    const conv5 = 80 * 64 * 9 * 50 * 25;
    const head = 5 * 80 * 50 * 25;
    const forward = conv1 + conv2 + conv3 + conv4 + conv5 + head;
    const { inferenceGflop, trainingGflop } = costOf(DEFAULT_ARCHITECTURE, INPUT);
    expect(inferenceGflop).toBeCloseTo((2 * forward) / 1e9, 12);
    expect(trainingGflop).toBeCloseTo((2 * (forward + forward + forward - conv1)) / 1e9, 12);
    expect(trainingGflop.toFixed(3)).toBe('1.616');
  });

  it('follows the pools: without the first, the rest of the network sees four times as much', () => {
    const conv1 = 8 * 36 * 400 * 200;
    const rest = 276_980_000 - conv1;
    const { inferenceGflop } = costOf({ ...DEFAULT_ARCHITECTURE, poolAfter: [2, 3] }, INPUT);
    expect(inferenceGflop).toBeCloseTo((2 * (conv1 + 4 * rest)) / 1e9, 12);
  });
});
