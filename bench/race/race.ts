import { AttuneError } from '../../src/errors.ts';
import { BATCH, median } from '../figures.ts';
import type { Timing } from '../measurements.ts';
import { attuneProgram, inOwnProcess } from '../own-process.ts';
import { tasksOf } from '../suite/suite.ts';
import { runTogether } from '../together.ts';
import { type Allocator, type Discipline, EVENTS, type Event, type Replacements } from '../variants.ts';
import { type Contestant, type Lap, nameOf, rateOf } from './choice.ts';
import type { Notes } from './notes.ts';
import { measurePeer, type Peer, peerTogether } from './peer.ts';
import { type Opponent, trialsOf, tryVariants } from './trials.ts';

export interface RaceOptions {
  readonly peer: Peer;
  /** the allocators of each opponent; all variants are tried with its first, and the best of them with the others */
  readonly opponents: Readonly<Record<string, readonly Allocator[]>>;
  /** allocators that could have been tried, had they been installed */
  readonly missing: Replacements['missing'];
  readonly threads: number;
  /** how often Attune and its opponents run in turn */
  readonly pairs: number;
  /** timed steps of training a process, inference in proportion */
  readonly steps: number;
  /** how many train at the same time, each on one thread, for folds an hour */
  readonly processes: number;
  /** for which they are timed */
  readonly windowSeconds: number;
}

export interface Measured {
  readonly sgemmBefore: Timing;
  readonly sgemmAfter: Timing;
  readonly frontEnd: Timing;
  readonly opponents: Readonly<Record<string, Opponent>>;
  /** by event and side, `attune` or an opponent's name: a lap a pair */
  readonly laps: Readonly<Record<Event, Readonly<Record<string, readonly Lap[]>>>>;
}

/** How many measurements a race takes. */
export const measurementsOf = (options: Pick<RaceOptions, 'opponents' | 'pairs'>) => {
  const opponents = Object.values(options.opponents);
  const trials = opponents.map(({ length }) => trialsOf(length));
  return 3 + trials.reduce((a, b) => a + b) + EVENTS.length * options.pairs * (1 + opponents.length);
};

/** Tries PyTorch's variants, then lets Attune and each opponent's best run in turn. */
export async function runRace(options: RaceOptions, notes: Notes): Promise<Measured> {
  const tasks = tasksOf(options);
  const time = (name: string, task: Parameters<typeof inOwnProcess>[0]) =>
    notes.once(
      name,
      () => inOwnProcess(task),
      ({ seconds }) => `${(1000 * median(seconds)).toFixed(1)} ms`,
    );

  const sgemmBefore = await time('SGEMM before the rest', tasks.sgemm);
  const opponents: Record<string, Opponent> = {};
  for (const name of Object.keys(options.opponents)) opponents[name] = await tryVariants(name, options, notes);
  const laps: Partial<Record<Event, Record<string, Lap[]>>> = {};
  for (const event of EVENTS) laps[event] = await raceFor(event, opponents, options, notes);
  return {
    sgemmBefore,
    opponents,
    laps: laps as Record<Event, Record<string, Lap[]>>,
    frontEnd: await time(`front end of ${BATCH} segments`, tasks.frontEnd),
    sgemmAfter: await time('SGEMM after the rest', tasks.sgemm),
  };
}

async function raceFor(
  event: Event,
  opponents: Readonly<Record<string, Opponent>>,
  options: RaceOptions,
  notes: Notes,
): Promise<Record<string, Lap[]>> {
  const sides = Object.entries(opponents).map(([name, { best }]) => {
    const contestant = best[event];
    return { name, side: `PyTorch ${name}, ${nameOf(contestant)}`, run: () => peerLap(event, contestant, options) };
  });
  const ours = { name: 'attune', side: 'Attune', run: () => attuneLap(event, options) };
  const laps: Record<string, Lap[]> = {};
  for (let pair = 1; pair <= options.pairs; pair++)
    for (const { name, side, run } of [ours, ...sides]) {
      const lap = await notes.once(
        `${event}, pair ${pair} of ${options.pairs}, ${side}`,
        run,
        ({ segmentsPerSecond }) => `${segmentsPerSecond.toFixed(1)} segments/s`,
      );
      laps[name] = [...(laps[name] ?? []), lap];
    }
  return laps;
}

async function attuneLap(event: Event, options: RaceOptions): Promise<Lap> {
  const { processes, windowSeconds } = options;
  if (event === 'together') return runTogether(attuneProgram({ what: 'together', windowSeconds }), processes);
  const { training, inference1, inference16 } = tasksOf(options);
  return lapOf(event, await inOwnProcess({ train: training, infer1: inference1, infer16: inference16 }[event]));
}

async function peerLap(event: Event, { variant, allocator }: Contestant, options: RaceOptions): Promise<Lap> {
  const { peer, processes, windowSeconds } = options;
  if (event === 'together') return runTogether(peerTogether(peer, variant, allocator, windowSeconds), processes);
  const outcomes = await measurePeer(peer, variant, allocator, { ...options, measure: [event] });
  const outcome = outcomes[event]!;
  if ('failed' in outcome)
    throw new AttuneError('run', `PyTorch in ${nameOf({ variant, allocator })}: ${outcome.failed}`);
  return lapOf(event, outcome);
}

const lapOf = (discipline: Discipline, timing: Timing): Lap => ({
  segmentsPerSecond: rateOf(discipline, timing),
  peakRssMb: timing.peakRssMb,
});
