import { expect, it } from 'vitest';
import { Random } from '../../src/random.ts';
import { drawMasks } from '../../src/train/dropout.ts';

const NETWORK = { dropout: new Map([['hidden', { shape: [40, 50], rate: 0.2 }]]) };
const draw = (seed: number) => drawMasks(NETWORK, 3, (name) => Random.named(seed, name)).hidden!;

it('drops so many units as the rate says, and makes up for them by the others', () => {
  const { data, shape } = draw(1);
  expect(shape).toEqual([3, 40, 50]);
  const values = Array.from(data as Float32Array);
  expect(new Set(values)).toEqual(new Set([0, 1.25]));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean - 1)).toBeLessThan(0.02); // deviation sqrt(0.25 / 6000)
});

it('draws the same by the same stream, another by another; nothing for a network that drops nothing', () => {
  expect(draw(1)).toEqual(draw(1));
  expect(draw(2)).not.toEqual(draw(1));
  expect(drawMasks({}, 3, () => new Random(1))).toEqual({});
});
