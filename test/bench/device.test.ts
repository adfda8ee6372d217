import { describe, expect, it } from 'vitest';
import { trainingSteps } from '../../bench/browser/training-steps.ts';
import { compareLosses } from '../../bench/device/losses.ts';
import { ratesOf } from '../../bench/device/rates.ts';
import { findGpuPeer, peerRuns } from '../../bench/device/runs.ts';
import { deviceText } from '../../bench/device/tables.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { shellProgram } from './fakes.ts';

const folder = await temporaryFolder();

describe('losses on a device', () => {
  it.each([
    [[1.5, 0.5 + 2 ** -10], 2 ** -10, true],
    [[1.5 - 2 ** -9, 0.5], 2 ** -9, false],
    [[1.5, Number.NaN], Number.NaN, false],
    [[1.5], Number.NaN, false],
  ])('%j beside [1.5, 0.5]', (device, largest_difference, pass) => {
    expect(compareLosses(device, [1.5, 0.5])).toMatchObject({ largest_difference, limit: 1e-3, pass });
  });

  it('of the formulation for a GPU are those of the one for the CPU', async () => {
    const losses = async (builtFor: 'cpu' | 'webgpu') => {
      const task = {
        architecture: DEFAULT_ARCHITECTURE,
        input: [1, 48, 32],
        batch: 4,
        steps: 10,
        seed: 1,
      };
      return (await trainingSteps({ ...task, session: { device: 'cpu', threads: 1 }, builtFor })).losses;
    };
    const cpu = await losses('cpu');
    expect(cpu[9]).toBeLessThan(cpu[0]! - 0.01); // it learns: the state went on from step to step
    expect(compareLosses(await losses('webgpu'), cpu)).toMatchObject({ pass: true });
  });
});

const RATES = [
  {
    batch: 64,
    training: { segments_per_s: 128, peak_rss_mb: 700 },
    inference: { segments_per_s: 256, peak_rss_mb: 701 },
  },
  { batch: 256, training: { failed: 'out of memory' }, inference: { segments_per_s: 512, peak_rss_mb: 900 } },
];

it('gives rates of the median run, the first three left out, and failures in the place of figures', async () => {
  const measure = async (what: string, batch: number) => {
    if (what === 'training' && batch === 256) return { failed: 'out of memory' };
    const seconds = what === 'training' ? 0.5 : batch === 64 ? 0.25 : 0.5;
    const peakRssMb = { 64: what === 'training' ? 700.2 : 701.4, 256: 899.6 }[batch]!;
    return { seconds: [9, 9, 9, seconds, seconds / 2, 2 * seconds], peakRssMb };
  };
  expect(await ratesOf([64, 256], measure)).toEqual(RATES);
});

it('prints the figures side by side', () => {
  const text = deviceText({
    threads: 2,
    cores: 4,
    processor: 'Processor',
    runtime: 'onnxruntime 1.30.0',
    node: '20.20.2',
    commit: '0123456789',
    source: 'fedcba9876543210',
    engine: 2,
    date: '2026-01-31',
    device: 'webgpu',
    steps: 10,
    losses: compareLosses([1.5, 0.5], [1.5, 0.75]),
    attune: RATES,
    pytorch: {
      torch: '2.15.0',
      python: '3.12',
      gpu: 'Card',
      cuda: '13.0',
      channels_last: RATES.map((rates) => ({ ...rates, training: rates.inference })),
    },
  });
  expect(text).toBe(`Processor, threads: 2, onnxruntime 1.30.0, Node 20.20.2
cores: 4, 2026-01-31, commit 0123456789
PyTorch 2.15.0, CUDA 13.0, Card
losses of 2 steps, batch 16, largest difference from the CPU's: 2.5e-1: FAIL (limit 0.001)

segments/s (peak RSS, MB)  Attune, webgpu  PyTorch, channels_last
training, batch 64              128 (700)               256 (701)
inference, batch 64             256 (701)               256 (701)
training, batch 256                failed               512 (900)
inference, batch 256            512 (900)               512 (900)

medians of 10 runs, each from a batch in the processor's memory to the loss or the probabilities there
Attune, webgpu: training, batch 256: out of memory`);
});

describe('PyTorch with a GPU', () => {
  const VERSIONS = { torch: '2.15.0', python: '3.12.3' };
  const python = (name: string, onGpu: string) =>
    shellProgram(
      folder,
      name,
      `case "$*" in *pytorch_gpu.py*) ${onGpu};; *) echo '${JSON.stringify(VERSIONS)}';; esac`,
    );

  it('is named', async () => {
    const path = await python('gpu', `echo '{"gpu": "Card", "cuda": "13.0"}'`);
    expect(await findGpuPeer(path)).toEqual({ python: path, versions: { ...VERSIONS, gpu: 'Card', cuda: '13.0' } });
  });

  it('that sees no GPU is an error of one line', async () => {
    const path = await python('cpu', 'echo "a warning" >&2; echo "it sees no CUDA device" >&2; exit 1');
    await expect(findGpuPeer(path)).rejects.toThrow(
      expect.objectContaining({
        code: 'run',
        message: `no PyTorch with a GPU to compare with: ${path}: it sees no CUDA device`,
      }),
    );
  });

  it('is asked for what is to be measured', async () => {
    const path = await python(
      'measured',
      `case "$*" in *"--measure training --layout channels_last --batch 64 --runs 5") ;; *) exit 9;; esac
      echo '{"seconds": [0.5, 0.25], "peakRssMb": 700.5}'`,
    );
    const peer = { python: path, versions: { ...VERSIONS, gpu: 'Card', cuda: '13.0' } };
    const task = { what: 'training', batch: 64, runs: 5 } as const;
    expect(await peerRuns(peer, 'channels_last', task)).toEqual({ seconds: [0.5, 0.25], peakRssMb: 700.5 });
  });
});
