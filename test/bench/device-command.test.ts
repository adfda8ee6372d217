import { expect, it } from 'vitest';
import { inTurn } from '../cli/attune.ts';

const bench = inTurn('test/bench/in-turn.js', ['--import', 'tsx']);

it.each(['webgpu', 'cuda'])(
  '%s is measured, or one line says that it is not there',
  async (device) => {
    const { stdout, stderr, status } = await bench(['--device', device, '--quick', '--json']);
    if (status === 0) {
      const { losses, pytorch } = JSON.parse(stdout);
      expect({ losses, pytorch, stderr }).toMatchObject({ losses: { pass: true }, pytorch: null, stderr: '' });
    } else {
      expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
      expect(stderr).toMatch(
        new RegExp(`^bench: expected the device ${device}, .*; add that or choose another device\n$`),
      );
    }
  },
  300_000,
);

it.each([
  [['--batches', '64'], 'error: --batches belongs to --device; give both\n'],
  [
    ['--device', 'cuda', '--batches', '64,1'],
    "error: option '--batches <list>' argument '64,1' is invalid. Expected a whole number of 2 or more.\n",
  ],
])('%j is wrong use', async (args, stderr) => {
  expect(await bench(args)).toEqual({ stdout: '', stderr, status: 2 });
});
