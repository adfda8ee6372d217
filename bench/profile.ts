import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BINS, FRAMES } from '../src/features/spectrogram.ts';
import { createSession } from '../src/graph/session.ts';
import { DEFAULT_ARCHITECTURE } from '../src/model/architecture.ts';
import { initialState } from '../src/train/loop.ts';
import { DEFAULT_SCHEDULE } from '../src/train/schedule.ts';
import { trainingGraph } from '../src/train/step.ts';
import { TRAIN_BATCH } from './figures.ts';
import { noise } from './measurements.ts';

/** One line of the runtime's profile (https://onnxruntime.ai/docs/performance/tune-performance/profiling-tools.html). */
export interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  /** start and duration, microseconds */
  readonly ts: number;
  readonly dur: number;
  readonly args: {
    readonly op_name?: string;
    /** for each input its element type and shape */
    readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

/** What an operator takes of a step. */
export interface Share {
  readonly operator: string;
  readonly calls: number;
  readonly milliseconds: number;
  /** of the step, [0, 1] */
  readonly share: number;
}

/** Profiles the second of two training steps. */
export async function profileStep(threads: number): Promise<ProfileEvent[]> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-profile-'));
  try {
    const graph = trainingGraph(DEFAULT_ARCHITECTURE, { bins: BINS, frames: FRAMES });
    const session = await createSession(graph, { threads, profile: join(folder, 'step') });
    const feeds = {
      ...initialState(DEFAULT_ARCHITECTURE, 1).tensors,
      spectrograms: { data: noise(TRAIN_BATCH * BINS * FRAMES), shape: [TRAIN_BATCH, 1, BINS, FRAMES] },
      target: {
        data: BigInt64Array.from({ length: TRAIN_BATCH }, (_, i) => BigInt(i % DEFAULT_ARCHITECTURE.classes)),
        shape: [TRAIN_BATCH],
      },
      learning_rate: { data: Float32Array.of(DEFAULT_SCHEDULE.learningRate), shape: [] },
    };
    for (let step = 0; step < 2; step++) await session.run(feeds);
    await session.close();
    const [file] = await readdir(folder);
    return JSON.parse(await readFile(join(folder, file!), 'utf8'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Adds up the last run of a profile by operator, or by operator and shapes of its inputs, greatest first. An operator that runs
 * others, such as `Scan`, counts only for what they leave of its time.
 */
export function sharesOf(events: readonly ProfileEvent[], byShape: boolean): Share[] {
  const run = events.findLast(({ name }) => name === 'model_run')!;
  const nodes = events.filter(({ cat, ts, dur }) => cat === 'Node' && ts >= run.ts && ts + dur <= run.ts + run.dur);
  const sums = new Map<string, { calls: number; microseconds: number }>();
  const count = (operator: string, calls: number, microseconds: number) => {
    const sum = sums.get(operator) ?? { calls: 0, microseconds: 0 };
    sums.set(operator, { calls: sum.calls + calls, microseconds: sum.microseconds + microseconds });
  };
  const named = ({ args }: ProfileEvent) => (byShape ? `${args.op_name} ${shapesOf(args)}` : args.op_name!);
  const around = '(the runtime between operators)';

  count(around, 1, run.dur);
  const open: ProfileEvent[] = [];
  for (const event of outerFirst(nodes)) {
    while (open.length > 0 && open.at(-1)!.ts + open.at(-1)!.dur <= event.ts) open.pop();
    const outer = open.at(-1);
    count(outer ? named(outer) : around, 0, -event.dur);
    count(named(event), 1, event.dur);
    open.push(event);
  }
  return [...sums]
    .map(([operator, { calls, microseconds }]) => ({
      operator,
      calls,
      milliseconds: microseconds / 1000,
      share: microseconds / run.dur,
    }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

const shapesOf = ({ input_type_shape }: ProfileEvent['args']) =>
  (input_type_shape ?? []).map((input) => `[${Object.values(input)[0]?.join(', ') ?? ''}]`).join(' ');

/** By start; of two that start together the longer, else the one written later, for the runtime writes an event when it ends. */
const outerFirst = (events: readonly ProfileEvent[]) =>
  events.toReversed().sort((a, b) => a.ts - b.ts || b.dur - a.dur);
