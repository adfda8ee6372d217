import { describe, expect, it } from 'vitest';
import { AttuneError } from '../../src/errors.ts';
import { checkSchedule, DEFAULT_SCHEDULE, learningRateAt, type Schedule } from '../../src/train/schedule.ts';

describe('the learning rate', () => {
  it.each([
    [1, 0.05],
    [20, 0.05],
    [21, 0.005],
    [30, 0.005],
    [31, 0.0005],
    [40, 0.0005],
    [41, 0.00005],
    [50, 0.00005],
  ])('in epoch %d of the default schedule is %d', (epoch, rate) => {
    expect(learningRateAt(DEFAULT_SCHEDULE, epoch)).toBeCloseTo(rate, 10);
  });

  it('stays where no epoch lowers it', () => {
    expect(learningRateAt({ ...DEFAULT_SCHEDULE, decayEpochs: [] }, 50)).toBe(0.05);
  });
});

describe('a schedule', () => {
  it('is right as it stands by default: 50 epochs, batches of 64', () => {
    expect(() => checkSchedule(DEFAULT_SCHEDULE)).not.toThrow();
    expect(DEFAULT_SCHEDULE).toMatchObject({ epochs: 50, batchSize: 64 });
  });

  it.each<[Partial<Schedule>, RegExp]>([
    [{ epochs: 0 }, /expected epochs to be a whole number from 1 to 100000, got 0/],
    [{ epochs: 2.5 }, /expected epochs .*got 2\.5/],
    [{ epochs: Number.NaN }, /expected epochs .*got NaN/],
    [{ batchSize: 1 }, /expected batchSize to be a whole number from 2 to 100000, got 1/],
    [{ batchSize: 6.4 }, /expected batchSize .*got 6\.4/],
    [{ learningRate: 0 }, /expected learningRate to be a number above 0, got 0/],
    [{ learningRate: -0.1 }, /expected learningRate .*got -0\.1/],
    [{ learningRate: Number.NaN }, /expected learningRate .*got NaN/],
    [{ learningRate: Number.POSITIVE_INFINITY }, /expected learningRate .*got Infinity/],
    [{ decayEpochs: [21, 0] }, /expected decayEpochs\[1\] to be a whole number from 1 to 100000, got 0/],
  ])('with %j is refused', (change, message) => {
    const check = () => checkSchedule({ ...DEFAULT_SCHEDULE, ...change });
    expect(check).toThrow(AttuneError);
    expect(check).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(check).toThrow(message);
  });
});
