import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { AttuneError } from '../../src/errors.ts';
import { TIMING } from '../own-process.ts';
import { firstOf } from '../program.ts';
import { findPeer } from '../race/peer.ts';
import type { DeviceTask } from './measurements.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../peers/pytorch_gpu.py', import.meta.url));

const FAILED = v.object({ failed: v.string(), code: v.optional(v.picklist(['usage', 'graph', 'run'])) });
const RUNS = v.object({ ...TIMING.entries, losses: v.array(v.number()) });
const PEER_OUTCOME = v.union([TIMING, FAILED]);
const GPU = v.object({ gpu: v.string(), cuda: v.string() });

type Failed = v.InferOutput<typeof FAILED>;

/** What a process of its own found; seconds of every run, the first ones too. */
export type DeviceOutcome = v.InferOutput<typeof RUNS> | Failed;

/** PyTorch's layouts of images. */
export const LAYOUTS = ['contiguous_format', 'channels_last'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** A Python whose PyTorch has a GPU. */
export interface GpuPeer {
  readonly python: string;
  readonly versions: { readonly torch: string; readonly python: string; readonly gpu: string; readonly cuda: string };
}

/** Attune in a process of its own. What the device cannot do, such as to hold so large a batch, stands in the place of figures. */
export const attuneRuns = (task: DeviceTask): Promise<DeviceOutcome> =>
  firstOf(
    { command: process.execPath, args: [...process.execArgv, WORKER, JSON.stringify(task)] },
    v.union([RUNS, FAILED]),
  ).catch(asFailed);

/** The same of PyTorch. */
export const peerRuns = (
  { python }: GpuPeer,
  layout: Layout,
  { what, batch, runs }: Pick<DeviceTask, 'what' | 'batch' | 'runs'>,
): Promise<v.InferOutput<typeof PEER_OUTCOME>> =>
  firstOf(
    pythonProgram(python, ['--measure', what, '--layout', layout, '--batch', `${batch}`, '--runs', `${runs}`]),
    PEER_OUTCOME,
  ).catch(asFailed);

/**
 * Looks for PyTorch with a GPU.
 *
 * @throws AttuneError `run` where there is no PyTorch, or it sees no GPU
 */
export async function findGpuPeer(python: string): Promise<GpuPeer> {
  const { versions } = await findPeer(python);
  const gpu = await firstOf(pythonProgram(python, []), GPU).catch((error: Error) => {
    throw new AttuneError('run', `no PyTorch with a GPU to compare with: ${python}: ${error.message}`);
  });
  return { python, versions: { ...versions, ...gpu } };
}

const asFailed = (error: Error): Failed => ({ failed: error.message });

const pythonProgram = (python: string, args: readonly string[]) => ({
  command: python,
  args: ['-W', 'ignore', SCRIPT, ...args],
});
