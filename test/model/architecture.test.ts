import { describe, expect, it } from 'vitest';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { layers } from '../../src/model/cnn/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import type { Variable } from '../../src/model/network.ts';

const count = (variables: Iterable<Pick<Variable, 'shape'>>) =>
  [...variables].reduce((sum, { shape }) => sum + shape.reduce((product, d) => product * d, 1), 0);

describe('the network', () => {
  // convolutions 160 + 128 + 16 * 32 * 9 + 32 * 48 * 9 + 48 * 64 * 9 + 64 * 80 * 9 = 92,448; batch norms 2 (16 + 32 + 48 + 64 + 80) = 480;
  // heads 80 * 4 + 4, 6400 * 4 + 4, and 80 * 4 + 4 + 80 + 1
  it.each([
    ['gap', 93_252],
    ['bilinear', 118_532],
    ['attention', 93_333],
  ] as const)('with %s pooling has %d parameters', (pooling, parameters) => {
    expect(count(createNetwork({ ...DEFAULT_ARCHITECTURE, pooling }).parameters.values())).toBe(parameters);
  });

  it('has two running statistics for each of 240 channels', () => {
    expect(count(createNetwork(DEFAULT_ARCHITECTURE).statistics.values())).toBe(480);
  });

  it('has five layers, whose padding keeps height and width', () => {
    const all = layers(DEFAULT_ARCHITECTURE);
    expect(all.map(({ channels }) => channels)).toEqual([16, 32, 48, 64, 80]);
    expect(all.map(({ pool }) => pool)).toEqual([true, true, true, false, false]);
    for (const { shape, padding } of all.flatMap(({ filters }) => filters)) {
      expect(padding[0] + padding[2]).toBe(shape[2]! - 1);
      expect(padding[1] + padding[3]).toBe(shape[3]! - 1);
    }
  });

  it('pools where it is told to, and is as wide as it is told to be', () => {
    const all = layers({ ...DEFAULT_ARCHITECTURE, poolAfter: [2, 5], width: 2 });
    expect(all.map(({ pool }) => pool)).toEqual([false, true, false, false, true]);
    expect(all.map(({ channels }) => channels)).toEqual([32, 64, 96, 128, 160]);
    expect(all[1]!.filters[0]!.shape).toEqual([64, 32, 3, 3]);
  });
});

describe('initial weights', () => {
  const weights = initialWeights(DEFAULT_ARCHITECTURE, 7);
  const numbers = (name: string) => Array.from(weights[name]!.data as Float32Array);
  /** weights that each output is a sum of; a bias has those of its weight */
  const FAN_IN = {
    'conv1_freq.weight': 20,
    'conv1_time.weight': 16,
    'conv2.weight': 144,
    'conv3.weight': 288,
    'conv4.weight': 432,
    'conv5.weight': 576,
    'top_down.weight': 80,
    'top_down.bias': 80,
    'bottom_up.weight': 80,
    'bottom_up.bias': 80,
  };

  it.each(Object.entries(FAN_IN))('%s are uniform in +-1 / sqrt(%d)', (name, fanIn) => {
    const values = numbers(name);
    const bound = 1 / Math.sqrt(fanIn);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound));
    const moment = (power: number) => values.reduce((sum, value) => sum + (value / bound) ** power, 0) / values.length;
    const sigmas = 4 / Math.sqrt(values.length); // passed once in 16,000
    expect(Math.abs(moment(1))).toBeLessThan(sigmas * Math.sqrt(1 / 3));
    expect(Math.abs(moment(2) - 1 / 3)).toBeLessThan(sigmas * Math.sqrt(4 / 45)); // the variance of the square of a uniform draw
  });

  it('leave nothing else to be drawn: gamma 1, beta 0, running mean 0, running variance 1', () => {
    const others = Object.keys(weights).filter((name) => !(name in FAN_IN));
    expect(others).toHaveLength(20);
    for (const name of others) {
      const level = /\.(weight|running_var)$/.test(name) ? 1 : 0;
      expect(new Set(numbers(name)), name).toEqual(new Set([level]));
    }
  });

  it('are those of the architecture', () => {
    const { parameters, statistics } = createNetwork(DEFAULT_ARCHITECTURE);
    const shapes = new Map([...parameters, ...statistics].map(([name, { shape }]) => [name, shape]));
    expect(new Map(Object.entries(weights).map(([name, { shape }]) => [name, shape]))).toEqual(shapes);
    for (const { data, shape } of Object.values(weights)) expect(data.length).toBe(count([{ shape }]));
  });

  it('are the same for the same seed and others for another', () => {
    expect(initialWeights(DEFAULT_ARCHITECTURE, 7)).toEqual(weights);
    const other = initialWeights(DEFAULT_ARCHITECTURE, 8);
    for (const name of Object.keys(FAN_IN)) expect(other[name], name).not.toEqual(weights[name]);
  });

  it('differ from tensor to tensor', () => {
    const starts = Object.keys(FAN_IN).map(
      (name) => numbers(name)[0]! * Math.sqrt(FAN_IN[name as keyof typeof FAN_IN]),
    );
    expect(new Set(starts.map((start) => start.toFixed(6))).size).toBe(starts.length);
  });
});
