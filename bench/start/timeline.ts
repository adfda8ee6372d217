import { AttuneError } from '../../src/errors.ts';
import { median } from '../figures.ts';

/** Something that happened in the command or in one of its folds; `observer.js` tells of it. */
export interface Moment {
  readonly name: 'loaded' | 'fold-forked' | 'fold-started' | 'graph-built' | 'session-loaded' | 'step-done';
  /** ms since 1970 */
  readonly at: number;
  /** the id of the process that it happened in; for `fold-forked` and `step-done`, of the fold's */
  readonly process: number;
  /** for `step-done`: the share of all training that is done then, (0, 1] */
  readonly trained?: number;
}

/** That the command trains: in the first, each step meets new segments and computes what is kept of them. */
export const EPOCHS = 2;

/** What lies between the spawning of the command and the end of the first training step, each up to the moment named. */
export const PARTS = [
  { key: 'process_s', name: 'process and its imports', until: 'loaded' },
  { key: 'corpus_s', name: 'recordings hashed and audited', until: 'fold-forked' },
  { key: 'fold_s', name: "the fold's process and its imports", until: 'fold-started' },
  { key: 'graph_s', name: 'cached features found, graph built', until: 'graph-built' },
  { key: 'session_s', name: 'graph loaded by the runtime', until: 'session-loaded' },
  { key: 'step_s', name: 'first training step', until: 'step-done' },
] as const;

/** How one start went, all in seconds. */
export interface Start {
  /** from the spawning of the command to the end of its first fold's first step */
  readonly start_s: number;
  /** of each of {@link PARTS}; together `start_s` */
  readonly parts: Readonly<Record<(typeof PARTS)[number]['key'], number>>;
  /** of each step, an entry an epoch */
  readonly steps_s: readonly (readonly number[])[];
}

/**
 * Splits a start into its parts.
 *
 * @param spawned when the command was, ms since 1970
 * @param moments those of the fold that was forked first count
 * @throws AttuneError `run` where one is missing
 */
export function startOf(spawned: number, moments: readonly Moment[]): Start {
  const inOrder = moments.toSorted((a, b) => a.at - b.at);
  const fold = firstFold(inOrder);
  const seconds = (from: number, to: number) => (to - from) / 1000;
  let before = spawned;
  const parts = PARTS.map(({ key, until }) => {
    const moment = inOrder.find(({ name, process }) => name === until && (until === 'loaded' || process === fold));
    if (!moment)
      throw new AttuneError(
        'run',
        `the command never told of ${until}; did its marks or bench/start/observer.js change?`,
      );
    const part = [key, seconds(before, moment.at)] as const;
    before = moment.at;
    return part;
  });
  const steps = stepsOf(inOrder);
  const started = before - 1000 * parts.at(-1)![1];
  const timed = steps.map(({ at, epoch }, i) => ({ epoch, s: seconds(steps[i - 1]?.at ?? started, at) }));
  return {
    start_s: seconds(spawned, before),
    parts: Object.fromEntries(parts) as Start['parts'],
    steps_s: Array.from({ length: EPOCHS }, (_, i) => timed.filter(({ epoch }) => epoch === i + 1).map(({ s }) => s)),
  };
}

/** The steps of the fold that was forked first, with the epoch of each, counted from 1. */
export function stepsOf(moments: readonly Moment[]): { at: number; epoch: number }[] {
  const fold = firstFold(moments);
  return moments
    .filter(({ name, process }) => name === 'step-done' && process === fold)
    .map(({ at, trained }) => ({ at, epoch: Math.ceil(EPOCHS * trained!) }));
}

/** The process of the fold that was forked first, once it was. */
export const firstFold = (moments: readonly Moment[]): number | undefined =>
  moments.find(({ name }) => name === 'fold-forked')?.process;

/** Of an odd number of starts the middle one by time, whole, so that its parts add up. */
export const medianStart = (starts: readonly Start[]): Start =>
  starts.toSorted((a, b) => a.start_s - b.start_s)[Math.floor(starts.length / 2)]!;

/**
 * How many times as long the first steps took as others. Left out are the first epoch's last step, which is of fewer segments, and the
 * second epoch's first, before which the state is written.
 */
export function slowness({ steps_s: [firstEpoch, secondEpoch] }: Start) {
  const [first, second, ...later] = firstEpoch!.slice(0, -1);
  const [fresh, known] = [median(later), median(secondEpoch!.slice(1))];
  return {
    /** as the median of the third and later ones of the same epoch */
    of_first_epoch: { first: first! / fresh, second: second! / fresh },
    /** as the median of the second epoch's, with the first epoch's third and later ones */
    of_second_epoch: { first: first! / known, second: second! / known, later: fresh / known },
  };
}
