import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { inTurn, temporaryFolder } from '../cli/attune.ts';
import { shellProgram } from './fakes.ts';

const folder = await temporaryFolder();

const start = (args: readonly string[]) =>
  spawn(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

const bench = inTurn('test/bench/in-turn.js', ['--import', 'tsx']);

it.each([
  ['missing', undefined, 'no such program'],
  [
    'lacks-torch',
    `echo "ModuleNotFoundError: No module named 'torch'" >&2; exit 1`,
    "ModuleNotFoundError: No module named 'torch'",
  ],
  ['old', `echo '{"torch": "1.13.1", "python": "3.9.2"}'`, 'its PyTorch is too old: got 1.13.1, expected 2.0 or newer'],
  ['garbage', 'echo Hello', 'printed what was not expected: "Hello"'],
  ['killed', 'kill -9 $$', 'was ended by SIGKILL, perhaps for want of memory'],
])('a PyTorch that is %s is an error of one line', async (name, script, reason) => {
  const python = script === undefined ? join(folder, name) : await shellProgram(folder, name, script);
  expect(await bench(['--peer', python, '--json'])).toEqual({
    stdout: '',
    stderr: `bench: no PyTorch to race against: ${python}: ${reason}\n`,
    status: 1,
  });
});

it.each([
  [['--shapes'], 'error: --shapes belongs to --profile; give both\n'],
  [['--only', 'folds'], 'error: --only belongs to --scale; give both\n'],
  [
    ['--scale', '--only', 'folds,gold'],
    "error: option '--only <parts>' argument 'folds,gold' is invalid. expected parts of folds,archives,recordings,deaths, got gold\n",
  ],
  [['--pairs', '2'], 'error: --pairs belongs to --systems or --peer; give both\n'],
  [['--profile', '--peer', 'python3'], 'error: --profile and --peer are two runs; give one of them\n'],
  [['--recognize', '--start'], 'error: --start and --recognize are two runs; give one of them\n'],
  [['--systems', '--recognize'], 'error: --recognize and --systems are two runs; give one of them\n'],
  [['--systems', '--shapes'], 'error: --shapes does not go with --systems; leave one of them out\n'],
  [['--profile', '--shapes', '--fresh'], 'error: --fresh does not go with --profile; leave one of them out\n'],
])('%j is wrong use', async (args, stderr) => {
  expect(await bench(args)).toEqual({ stdout: '', stderr, status: 2 });
});

it('takes a peer beside a GPU, and fails where either is missing', async () => {
  const { stdout, stderr, status } = await bench(['--device', 'cuda', '--peer', join(folder, 'nowhere'), '--json']);
  expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
  expect(stderr).toMatch(/^bench: .+\n$/);
});

it('prints and exits in a process of its own as it does in turn', async () => {
  const child = start(['--shapes']);
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  expect({ stdout, stderr, status }).toEqual(await bench(['--shapes']));
  expect(status).toBe(2);
});

it('ends quietly where nobody reads on', async () => {
  const child = start(['--help']);
  child.stdout.destroy();
  const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
});
