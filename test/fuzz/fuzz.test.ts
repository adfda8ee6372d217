import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { mutateBytes, mutateJson, mutateText } from '../../fuzz/mutate.ts';
import { Random } from '../../src/random.ts';

const FUZZ = fileURLToPath(new URL('../../fuzz/main.ts', import.meta.url));

it('finds no fault in 300 damaged inputs', async () => {
  const keep = join(tmpdir(), 'attune-fuzz-failed');
  const options = ['--count', '300', '--seed', '1', '--jobs', '1', '--timeout', '60', '--keep', keep];
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', FUZZ, ...options]).catch(
    (failure: { stdout: string }) => failure,
  );
  expect(stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/^300 inputs with seed 1: \d+ taken, \d+ refused by a named error, 0 failed$/),
  ]);
});

it('damages copies, the same ones for the same seed', () => {
  const bytes = Uint8Array.from({ length: 2_000 }, (_, i) => i % 251);
  const [before, json] = [bytes.slice(), { a: [1, { b: 'c' }] }];
  for (let seed = 0; seed < 200; seed++) {
    const [one, other] = [mutateBytes(bytes, new Random(seed)), mutateBytes(bytes, new Random(seed))];
    expect(one).toEqual(other);
    expect(mutateJson(json, new Random(seed))).toEqual(mutateJson(json, new Random(seed)));
    expect(mutateText('a,b\n1,2\n', new Random(seed))).toEqual(mutateText('a,b\n1,2\n', new Random(seed)));
  }
  expect(bytes).toEqual(before);
  expect(json).toEqual({ a: [1, { b: 'c' }] });
});
