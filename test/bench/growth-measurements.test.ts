import { expect, it, vi } from 'vitest';
import { someBatches, timeSteps } from '../../bench/growth/measurements.ts';
import { keep } from '../../src/train/once.ts';

vi.mock('../../src/train/once.ts', async (original) => {
  const module = await original<typeof import('../../src/train/once.ts')>();
  return { ...module, keep: vi.fn(module.keep) };
});

it('steps are those of the training loop, with moments that are kept', async () => {
  const seconds = await timeSteps({ batch: 3, width: 1, threads: 1, processes: 1, steps: 2, cache: '' });
  expect(seconds).toHaveLength(2);
  expect(Math.min(...seconds)).toBeGreaterThan(0);
  expect(keep).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ shapes: expect.any(Map) }), // Conv1's moments
    { count: 3, input: [1, 400, 200], threads: 1 },
  );
});

it('batches of a corpus come one an epoch, and then the same again', () => {
  const read = vi.fn<(segment: number, target: Float32Array, epoch: number) => void>();
  const labels = Array.from({ length: 100 }, (_, segment) => segment % 4);
  const data = someBatches(
    { labels, shape: [1, 400, 200], read, repeated: { count: 200, which: (segment) => 2 * segment } },
    3,
    2,
  );
  for (let epoch = 1; epoch <= 4; epoch++) for (let i = 0; i < 3; i++) data.read(i, new Float32Array(), epoch);
  const segments = read.mock.calls.map(([segment]) => segment);
  expect(new Set(segments.slice(0, 6)).size).toBe(6);
  expect(segments.slice(6)).toEqual(segments.slice(0, 6));
  expect(Math.max(...segments)).toBeGreaterThan(20); // from all over
  expect(data.labels).toEqual(segments.slice(0, 3).map((segment) => segment % 4));
  expect(data.repeated!.count).toBe(200);
  expect([0, 1, 2].map((i) => data.repeated!.which(i, 2))).toEqual(segments.slice(3, 6).map((segment) => 2 * segment));
});

it('a corpus of fewer segments than the steps take is gone through as often as it takes', () => {
  const data = someBatches({ labels: [0, 1, 2, 3], shape: [1, 400, 200], read: () => {} }, 3, 5);
  expect(data.labels).toHaveLength(3);
  expect(data.repeated).toBeUndefined();
});
