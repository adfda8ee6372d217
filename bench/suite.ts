import { cpus } from 'node:os';
import { BINS, FRAMES } from '../src/features/spectrogram.ts';
import { runtimeVersion } from '../src/graph/session.ts';
import { runInProcesses } from '../src/jobs/pool.ts';
import { DEFAULT_ARCHITECTURE } from '../src/model/architecture.ts';
import { costOf } from './cost.ts';
import { BATCH, type Figures, figuresOf, type Machine, median, TRAIN_BATCH } from './figures.ts';
import type { Task, Timing } from './measurements.ts';
import { measurePeer, type Peer } from './peer.ts';

export interface SuiteOptions {
  readonly threads: number;
  /** timed steps of training; the shorter measurements are repeated in proportion */
  readonly steps: number;
  /** the Python whose PyTorch is measured beside it */
  readonly peer: string | false;
}

export const machine = (threads: number): Machine => ({
  threads,
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  runtime: runtimeVersion(),
  node: process.versions.node,
});

/** Measures everything, one thing after the other, and tells of each on stderr. */
export async function runSuite({ threads, steps, peer }: SuiteOptions): Promise<Figures> {
  const time = async (name: string, task: Omit<Task, 'threads'>) => {
    const timing = await inOwnProcess(name, { ...task, threads });
    say(`${name}: ${(1000 * median(timing.seconds)).toFixed(1)} ms, median of ${timing.seconds.length}`);
    return timing;
  };
  const sgemm = { what: 'sgemm', repetitions: 6 * steps, batch: 1 } as const;

  const sgemmBefore = await time('SGEMM, before the rest', sgemm);
  const pytorch = await besidePytorch(peer, threads, steps);
  const timings = {
    sgemmBefore,
    training: await time(`a training step of ${TRAIN_BATCH} segments`, {
      what: 'training',
      repetitions: steps,
      batch: TRAIN_BATCH,
    }),
    inference1: await time('inference of 1 segment', { what: 'inference', repetitions: 20 * steps, batch: 1 }),
    inference16: await time(`inference of ${BATCH} segments`, {
      what: 'inference',
      repetitions: 4 * steps,
      batch: BATCH,
    }),
    frontEnd: await time(`front end of ${BATCH} segments`, { what: 'frontEnd', repetitions: 4 * steps, batch: BATCH }),
    sgemmAfter: await time('SGEMM, after the rest', sgemm),
  };
  return figuresOf(machine(threads), timings, costOf(DEFAULT_ARCHITECTURE, { bins: BINS, frames: FRAMES }), pytorch);
}

const say = (line: string) => process.stderr.write(`${line}\n`);

/** One measurement in a process of its own, so that no peak of memory is another's. */
async function inOwnProcess(name: string, task: Task): Promise<Timing> {
  let timing: Timing | undefined;
  await runInProcesses<Task, Timing>({
    entry: new URL('./worker.ts', import.meta.url),
    units: [task],
    processes: 1,
    nameOf: () => name,
    onMessage: (_, message) => {
      timing = message;
    },
    onDone: () => {},
  });
  return timing!;
}

async function besidePytorch(python: string | false, threads: number, steps: number): Promise<Peer> {
  if (!python) return { pytorch: null, note: 'left out by --no-peer' };
  say(`PyTorch in ${python}: both memory layouts; slower than the rest together`);
  const peer = await measurePeer(python, threads, steps);
  if (peer.note) say(peer.note);
  return peer;
}
