import { AttuneError } from '../errors.ts';
import { neg } from './functions.ts';
import { type Device, Graph } from './graph.ts';
import { toOnnx } from './onnx.ts';

/** The part of `#ort`'s `env` that is used here. Its own types stay out of what is published: a page's compiler does not find them. */
interface RuntimeEnv {
  readonly versions: { readonly web?: string };
  readonly wasm: { numThreads?: number };
}

/** The part of `#ort`'s `InferenceSession` that is used here. */
interface Sessions {
  create(model: Uint8Array, options: { executionProviders: Device[] }): Promise<{ release(): Promise<void> }>;
}

/** What a device needs, for whoever lacks it. */
const NEEDS: Readonly<Record<Device, string>> = {
  cpu: 'WebAssembly with SIMD, where it is a browser',
  webgpu: 'a graphics card, its driver (on Linux with Vulkan) and, in a page, a browser with WebGPU',
  cuda: "Node, an NVIDIA card, and the CUDA files of onnxruntime-node's install script",
};

export interface DeviceOptions {
  /** default: the one that the graph is built for; where the device is not there, an error says so: no other takes its place */
  readonly device?: Device;
  /** threads of the CPU within one operator; default: in Node as many as there are cores, in a page half of them, at most 4 */
  readonly threads?: number;
}

/** Threads that a session may have: as many as there are cores, or 64, with which the runtime still gets on where there are two. */
export const mostThreads = (): number =>
  Math.max(64, globalThis.process?.getBuiltinModule?.('node:os').availableParallelism() ?? 1);

/**
 * The runtime's options that say where to compute and with how many threads.
 *
 * @throws AttuneError `usage` where threads are no whole number from 1 to {@link mostThreads}, or a page cannot have so many
 */
export function placement(env: RuntimeEnv, device: Device, threads?: number) {
  const most = mostThreads();
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= most))
    throw new AttuneError('usage', `expected a whole number of threads from 1 to ${most}, got ${threads}`);
  if (env.versions.web && threads) setPageThreads(env.wasm, threads);
  return { executionProviders: [device], ...(threads && { intraOpNumThreads: threads }) };
}

/** The threads of WebAssembly belong to the page: they start with its first session, and all others share them. */
function setPageThreads(wasm: RuntimeEnv['wasm'], threads: number): void {
  if (threads > 1 && !crossOriginIsolated)
    throw new AttuneError(
      'usage',
      `expected a cross-origin isolated page for ${threads} threads, got one that is not; serve it with COOP and COEP headers, or ask for 1`,
    );
  wasm.numThreads ??= threads;
  if (wasm.numThreads !== threads)
    throw new AttuneError(
      'usage',
      `expected threads: ${wasm.numThreads}, as in the page's first session, got ${threads}; ask for as many, or load the page again`,
    );
}

/** Tells a missing device from a graph that it cannot load: throws AttuneError `usage` where it cannot load any. */
export async function checkDevice(sessions: Sessions, device: Device): Promise<void> {
  const graph = new Graph();
  graph.output('y', neg(graph.input('x', [1])));
  try {
    const session = await sessions.create(toOnnx(graph), { executionProviders: [device] });
    await session.release();
  } catch (cause) {
    throw new AttuneError(
      'usage',
      `expected the device ${device}, and the runtime found none; it needs ${NEEDS[device]}; add that or choose another device`,
      { cause },
    );
  }
}
