import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BINS, FRAMES } from '../../src/features/spectrogram.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { createSession, type Values } from '../../src/graph/session.ts';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { initialState } from '../../src/train/loop.ts';
import { keep } from '../../src/train/once.ts';
import { DEFAULT_SCHEDULE } from '../../src/train/schedule.ts';
import { trainingGraph } from '../../src/train/step.ts';
import { median, TRAIN_BATCH } from '../figures.ts';
import { noise } from '../measurements.ts';

/** The element types and shapes of an operator's tensors, as `{ float: [1, 16, 200, 100] }`. */
export type TypedShapes = readonly Readonly<Record<string, readonly number[]>>[];

/** One line of the runtime's profile (https://onnxruntime.ai/docs/performance/tune-performance/profiling-tools.html). */
export interface ProfileEvent {
  readonly cat: string;
  /** of an operator: its node's name and `_kernel_time` */
  readonly name: string;
  /** start and duration, microseconds */
  readonly ts: number;
  readonly dur: number;
  readonly args: {
    readonly op_name?: string;
    readonly input_type_shape?: TypedShapes;
    readonly output_type_shape?: TypedShapes;
  };
}

/** One run of one operator. */
export interface Call {
  /** the layer, with `backward` after it where its gradients are computed: `conv2 backward` */
  readonly stage: string;
  readonly operator: string;
  readonly inputs: TypedShapes;
  readonly outputs: TypedShapes;
  /** its own time, without that of operators inside it */
  readonly ms: number;
}

/** What the runtime takes between operators is a call too. */
export const BETWEEN = { stage: 'runtime', operator: 'between operators' };
/** Nodes that the graph gives no scope, or that the runtime puts in. */
const UNLABELLED = 'unlabelled';

/** Profiles the second of two training steps, and times others that are not profiled. */
export async function profileStep(threads: number): Promise<{ calls: Call[]; unprofiledMs: number }> {
  const network = createNetwork(DEFAULT_ARCHITECTURE);
  const input = [1, BINS, FRAMES];
  const graph = trainingGraph(network, input, undefined, { once: true });
  const spectrograms = noise(TRAIN_BATCH * BINS * FRAMES);
  const moments = keep(network.once!, { count: TRAIN_BATCH, input, threads });
  const feeds = {
    ...initialState(DEFAULT_ARCHITECTURE, 1).tensors,
    ...(await moments.feeds(
      Array.from({ length: TRAIN_BATCH }, (_, i) => i),
      spectrograms,
    )), // known after the first epoch
    features: { data: spectrograms, shape: [TRAIN_BATCH, ...input] },
    target: {
      data: BigInt64Array.from({ length: TRAIN_BATCH }, (_, i) => BigInt(i % DEFAULT_ARCHITECTURE.classes)),
      shape: [TRAIN_BATCH],
    },
    learning_rate: { data: Float32Array.of(DEFAULT_SCHEDULE.learningRate), shape: [] },
  };
  const session = await createSession(graph, { threads });
  const unprofiledMs: number[] = [];
  for (let step = 0; step < 3; step++) {
    const began = performance.now();
    await session.run(feeds);
    if (step > 0) unprofiledMs.push(performance.now() - began);
  }
  await session.close();
  return { calls: callsOf(await profileOf(graph, feeds, threads, 2)), unprofiledMs: median(unprofiledMs) };
}

/** The runtime's profile of a graph that runs so many times. */
export async function profileOf(
  graph: Graph,
  feeds: Readonly<Record<string, Values>>,
  threads: number,
  runs: number,
): Promise<ProfileEvent[]> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-profile-'));
  try {
    const session = await createSession(graph, { threads, profile: join(folder, 'run') });
    for (let run = 0; run < runs; run++) await session.run(feeds);
    await session.close();
    const [file] = await readdir(folder);
    return JSON.parse(await readFile(join(folder, file!), 'utf8'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The operators of the last run of a profile. Their times, and what lies between them, add up to the run's. */
export function callsOf(events: readonly ProfileEvent[]): Call[] {
  const run = events.findLast(({ name }) => name === 'model_run')!;
  const nodes = events.filter(({ cat, ts, dur }) => cat === 'Node' && ts >= run.ts && ts + dur <= run.ts + run.dur);
  const between = { ...BETWEEN, inputs: [], outputs: [], ms: run.dur / 1000 };
  const open: { call: { ms: number }; end: number }[] = [{ call: between, end: Number.POSITIVE_INFINITY }];
  const calls = outerFirst(nodes).map((event) => {
    const call = callOf(event);
    while (open.at(-1)!.end <= event.ts) open.pop();
    open.at(-1)!.call.ms -= call.ms;
    open.push({ call, end: event.ts + event.dur });
    return call;
  });
  return [between, ...calls];
}

const callOf = ({ name, dur, args }: ProfileEvent) => ({
  stage: stageOf(name),
  operator: args.op_name!,
  inputs: args.input_type_shape ?? [],
  outputs: args.output_type_shape ?? [],
  ms: dur / 1000,
});

/** `conv2/backward/Mul_7_kernel_time` to `conv2 backward`; a fused operator bears the name of one of those that it stands for. */
function stageOf(name: string): string {
  const [, layer, backward] = /^([^/]+)\/(backward\/)?/.exec(name) ?? [];
  return layer ? `${layer}${backward ? ' backward' : ''}` : UNLABELLED;
}

/** By start; of two that start together the longer, else the one written later, for the runtime writes an event when it ends. */
const outerFirst = (events: readonly ProfileEvent[]) =>
  events.toReversed().sort((a, b) => a.ts - b.ts || b.dur - a.dur);
