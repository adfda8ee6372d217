import { expect, it } from 'vitest';
import { inFlags } from '../../src/cli/flags.ts';

it('names options of the library as flags', () => {
  expect(inFlags('give `testOn`, or another `out`: `a b` and `X`, `0` stay')).toBe(
    'give --test-on, or another --out: `a b` and `X`, `0` stay',
  );
});
