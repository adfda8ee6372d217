import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPeer, measurePeer } from '../../bench/race/peer.ts';
import { KEEPING } from '../../bench/variants.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { shellProgram } from './fakes.ts';

const folder = await temporaryFolder();
const VERSIONS = `echo '{"torch": "2.15.0+cpu", "python": "3.11.7"}'`;

describe('looking for PyTorch', () => {
  it('finds its version', async () => {
    const python = await shellProgram(folder, 'good', VERSIONS);
    expect(await findPeer(python)).toEqual({ python, versions: { torch: '2.15.0+cpu', python: '3.11.7' } });
  });

  it.each([
    [
      'lacks-torch',
      `echo "Traceback:" >&2; echo "ModuleNotFoundError: No module named 'torch'" >&2; exit 1`,
      "ModuleNotFoundError: No module named 'torch'",
    ],
    [
      'old',
      `echo '{"torch": "1.13.1", "python": "3.9.2"}'`,
      'its PyTorch is too old: got 1.13.1, expected 2.0 or newer',
    ],
    ['unversioned', `echo '{"torch": "unknown", "python": "3"}'`, 'its PyTorch calls its version "unknown"'],
    ['garbage', 'while echo "some, garbage"; do :; done', 'printed what was not expected: "some, garbage"'],
    ['other-json', 'echo 42', 'printed what was not expected: "42"'],
    ['killed', 'kill -9 $$', 'was ended by SIGKILL, perhaps for want of memory'],
    ['crashed', 'echo "a warning" >&2; kill -SEGV $$', 'was ended by SIGSEGV'],
    ['silent', 'echo "a warning" >&2', 'ended with status 0 without a figure'],
    ['failed', 'exit 3', 'ended with status 3 without a figure'],
  ])('tells in one line that it is %s', async (name, script, reason) => {
    const python = await shellProgram(folder, name, script);
    await expect(findPeer(python)).rejects.toThrow(
      expect.objectContaining({ code: 'run', message: `no PyTorch to race against: ${python}: ${reason}` }),
    );
  });

  it('tells that there is no such program', async () => {
    const python = join(folder, 'missing');
    await expect(findPeer(python)).rejects.toThrow(`no PyTorch to race against: ${python}: no such program`);
  });
});

describe('measuring a variant', () => {
  const variant = { layout: 'channels_last', mode: 'compile' } as const;
  const measure = (python: string) =>
    measurePeer({ python, versions: { torch: '2', python: '3' } }, variant, KEEPING, {
      measure: ['infer1', 'infer16', 'train'],
      threads: 2,
      steps: 3,
    });

  it('asks for what is to be measured and takes failures in the place of figures', async () => {
    const python = await shellProgram(
      folder,
      'partly',
      `case "$*" in *"--measure infer1 infer16 train --layout channels_last --mode compile --threads 2 --steps 3") ;; *) exit 9;; esac
      [ "$MALLOC_TRIM_THRESHOLD_" = 8589934592 ] || exit 8
      echo '{"measure": "infer1", "failed": "AssertionError: channels"}'
      echo '{"measure": "infer16", "seconds": [0.5, 0.25], "peakRssMb": 700.5}'
      echo "MemoryError" >&2; exit 1`,
    );
    expect(await measure(python)).toEqual({
      infer1: { failed: 'AssertionError: channels' },
      infer16: { seconds: [0.5, 0.25], peakRssMb: 700.5 },
      train: { failed: 'MemoryError' },
    });
  });

  it('asks for another network by name', async () => {
    const python = await shellProgram(
      folder,
      'network',
      `case "$*" in *"--measure train --network cnn-lstm --layout channels_last"*) ;; *) exit 9;; esac
      echo '{"measure": "train", "seconds": [2], "peakRssMb": 900}'`,
    );
    const task = { measure: ['train'], threads: 1, steps: 1, network: 'cnn-lstm' } as const;
    const peer = { python, versions: { torch: '2', python: '3' } };
    expect(await measurePeer(peer, variant, KEEPING, task)).toEqual({ train: { seconds: [2], peakRssMb: 900 } });
  });

  it('does not take the figure of one discipline for that of another', async () => {
    const python = await shellProgram(
      folder,
      'chatty',
      `echo 'Welcome!'
      echo '{"measure": "infer1", "seconds": [0.5], "peakRssMb": 700}'`,
    );
    const outcomes = await measure(python);
    expect(outcomes.infer1).toEqual({ failed: 'printed what was not expected: "Welcome!"' });
    expect(outcomes.infer16).toEqual({ failed: expect.stringContaining('printed what was not expected') });
  });
});
