import { expect, it } from 'vitest';
import { timeLeft } from '../../src/cli/progress.ts';
import { duration } from '../../src/duration.ts';

it('the time left is that of the process which ends last', () => {
  expect(timeLeft([100, 100], [], 20)).toBe(10); // 10 segments/s each
  expect(timeLeft([100, 20], [], 20)).toBe(10);
  expect(timeLeft([100], [], 10)).toBe(10);
  expect(timeLeft([100, 20], [200], 20)).toBe(22); // the second process takes the fold that waits
  expect(timeLeft([100, 20], [200, 200, 200], 20)).toBe(42); // 100 + 200, 20 + 200 + 200
});

it('times are told to the second, from an hour on to the minute', () => {
  expect([12.4, 200, 3900].map(duration)).toEqual(['12 s', '3 min 20 s', '1 h 05 min']);
});
