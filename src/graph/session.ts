import type * as Ort from '#ort';
import { AttuneError } from '../errors.ts';
import { checkDevice, type DeviceOptions, placement } from './device.ts';
import type { DataType, Graph } from './graph.ts';
import { toOnnx } from './onnx.ts';

// In Node the runtime would send its maker what it runs, and the command line with it, on long ones of which it crashes
// (docs/decisions/engine.md). It looks at this once, when it is loaded.
if (typeof process !== 'undefined') process.env.ORT_DISABLE_TELEMETRY = '1';
// a module of its own in a page, however it is bundled: the threads of WebAssembly load it again, without the page around it
const ort = await import('#ort');
ort.env.logLevel = 'fatal'; // what fails is thrown

/** Elements with their shape, fed to a session or fetched from it. */
export interface Values {
  /** float32, int64 or bytes, in files int8 too; the last axis varies fastest */
  readonly data: Float32Array | BigInt64Array | Uint8Array | Int8Array;
  /** lengths of the axes; their product is the number of elements, which is 1 for the empty shape of a scalar */
  readonly shape: readonly number[];
}

export interface SessionOptions extends DeviceOptions {
  /** writes the runtime's own profile to a file whose name starts with this */
  readonly profile?: string;
  /** the runtime's graph optimisation level; default `extended` (see docs/decisions) */
  readonly optimization?: 'basic' | 'extended' | 'all';
}

/** A graph made ready to run. */
export interface Session {
  /**
   * Feeds every input of the graph by name and returns every output by name.
   *
   * @throws AttuneError `usage` where it was closed
   */
  run(feeds: Readonly<Record<string, Values>>): Promise<Record<string, Values>>;
  /** Frees the runtime's memory when what it runs has ended, once however often it is called. */
  close(): Promise<void>;
}

function toTensor(name: string, { data, shape }: Values, type: DataType): Ort.Tensor {
  try {
    return new ort.Tensor(type, data as Float32Array, shape);
  } catch (reason) {
    return refuse(`take ${name} as ${type}`)(reason);
  }
}

/** The version of the runtime that does the arithmetic, part of what a run records. */
export const runtimeVersion = (): string =>
  `onnxruntime ${ort.env.versions.node ?? ort.env.versions.web ?? ort.env.versions.common}`;

/**
 * Loads a graph into ONNX Runtime.
 *
 * @throws AttuneError `graph` where the runtime refuses the graph or a feed is missing or of another shape; `usage` where the device
 *   is not there or a page cannot have so many threads
 */
export async function createSession(graph: Graph, options: SessionOptions = {}): Promise<Session> {
  const { device = graph.device, threads } = options;
  const session = await ort.InferenceSession.create(toOnnx(graph), {
    ...placement(ort.env, device, threads),
    interOpNumThreads: 1,
    graphOptimizationLevel: options.optimization ?? 'extended', // `all` wraps pooling in layout changes
    logSeverityLevel: 3, // errors; the rest warns of what is well known
    enableMemPattern: false, // half the memory, and only the first step is slow
    ...(options.profile && { enableProfiling: true, profileFilePrefix: options.profile }),
  }).catch(async (reason) => {
    await checkDevice(ort.InferenceSession, device);
    return refuse('load the graph')(reason);
  });
  const { compute, close } = kept(session, options.profile !== undefined);
  return {
    async run(feeds) {
      const results = await compute(() =>
        Object.fromEntries(
          graph.inputs.map(({ name, type }) => {
            const values = feeds[name];
            if (!values) throw new AttuneError('graph', `the graph needs an input named ${name}, and none was fed`);
            return [name, toTensor(name, values, type)];
          }),
        ),
      );
      return Object.fromEntries(graph.outputs.map(({ name }) => [name, valuesOf(results[name]!)]));
    },
    close,
  };
}

const valuesOf = ({ data, dims }: Ort.Tensor): Values => ({ data: data as Float32Array, shape: dims });

/** What runs, and is let go of when all of it has ended. */
function kept(session: Ort.InferenceSession, isProfiled = false) {
  const running = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;
  const release = async () => {
    await Promise.allSettled(running);
    if (isProfiled) session.endProfiling();
    await session.release();
  };
  return {
    compute(feeds: () => Record<string, Ort.Tensor>) {
      if (closed)
        throw new AttuneError('usage', 'expected a network that is open, got one that was closed; make another');
      const results = session.run(feeds()).catch(refuse('run the graph'));
      running.add(results);
      return results.finally(() => running.delete(results));
    },
    close: () => (closed ??= release()),
  };
}

/** What a model from elsewhere takes or gives. */
export interface Port {
  readonly name: string;
  /** such as `float32`; absent: no tensor */
  readonly type?: string;
  /** lengths of the axes, or names of those that are known when it runs */
  readonly shape: readonly (number | string)[];
}

/** A model from elsewhere, ready to run. */
export interface OnnxModel extends Session {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/**
 * Loads an ONNX file, and what of its numbers lies in files beside it (Node only), or the bytes of one that holds all of them.
 *
 * @throws AttuneError `graph` where the runtime refuses it, or a feed; `usage` as {@link createSession}
 */
export async function openOnnx(
  file: string | Uint8Array,
  { threads }: Pick<SessionOptions, 'threads'> = {},
): Promise<OnnxModel> {
  const session = await ort.InferenceSession.create(file as string, {
    ...placement(ort.env, 'cpu', threads),
    ...{ interOpNumThreads: 1, graphOptimizationLevel: 'all', logSeverityLevel: 3 },
  }).catch(refuse('load the model', '; give an ONNX file that is whole: fetch or export it again, or name another'));
  const ports = (found: readonly Ort.InferenceSession.ValueMetadata[]): Port[] =>
    found.map((port) => (port.isTensor ? { ...port } : { name: port.name, shape: [] }));
  const inputs = ports(session.inputMetadata);
  const { compute, close } = kept(session);
  return {
    inputs,
    outputs: ports(session.outputMetadata),
    async run(feeds) {
      const results = await compute(() =>
        Object.fromEntries(inputs.map(({ name, type }) => [name, toTensor(name, feeds[name]!, type as DataType)])),
      );
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, valuesOf(tensor)]));
    },
    close,
  };
}

function refuse(what: string, remedy = ''): (reason: unknown) => never {
  return (reason) => {
    const said = runtimeSays(reason);
    const message = `ONNX Runtime could not ${what}: ${remedy ? said.replace(/\.$/, '') : said}${remedy}`;
    throw new AttuneError('graph', message, { cause: reason });
  };
}

/** What the runtime says, on one line, without the paths of its own sources and of the file, which is named by whoever asks. */
const runtimeSays = (reason: unknown): string =>
  `${reason instanceof Error ? reason.message : reason}`
    .replace(/^Load model (?:from )?.*? failed:\s*/, '')
    .replace(/\S+\.(?:cc|cpp|h):\d+ [^\n]*?\)(?: const)?:? /g, '')
    .replace(/\s+/g, ' ')
    .trim();
