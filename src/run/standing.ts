import type { EpochEntry, LogEntry } from './run-files.ts';

/** Where a fold of a run stands. */
export interface FoldStanding {
  readonly fold: string;
  /** `failed`: the others go on, and the same command tries it again */
  readonly state: 'waits' | 'trains' | 'failed' | 'done';
  /** epochs that have ended */
  readonly epochs: number;
  /** of the last epoch, per training segment */
  readonly loss?: number;
  /** of the last epoch, over training segments, [0, 1] */
  readonly accuracy?: number;
  /** of its test utterances, once it is done, [0, 1] */
  readonly ua?: number;
  /** why it failed */
  readonly failure?: string;
}

/** Where a run stands, as far as its log tells. */
export interface Standing {
  /** in the order in which they were named */
  readonly folds: readonly FoldStanding[];
  /** epochs of each fold */
  readonly epochsInAll: number;
  /** as the epochs since its last start went; absent where it has ended, or nothing tells */
  readonly secondsLeft?: number;
}

/** Whether the last that a run wrote into its log is that it has ended: one that was started again goes on. */
export const isOver = (log: readonly LogEntry[]): boolean => log.at(-1)?.event === 'end';

/**
 * Where a run stands, by the lines of its log.
 *
 * @param folds names of all folds
 * @param epochsInAll of each
 * @param over whether the run has ended; default: its log says so
 */
export function standingOf(
  log: readonly LogEntry[],
  folds: readonly string[],
  epochsInAll: number,
  over = isOver(log),
): Standing {
  const standings = folds.map((fold): FoldStanding => {
    const own = log.filter((entry) => 'fold' in entry && entry.fold === fold);
    const last = own.filter((entry) => entry.event === 'epoch').at(-1);
    const ended = own.filter((entry) => entry.event === 'fold').at(-1);
    const newest = own.at(-1);
    const failed = newest?.event === 'failed' && !over ? newest : undefined;
    return {
      fold,
      state: ended || over ? 'done' : failed ? 'failed' : last ? 'trains' : 'waits',
      epochs: last?.epoch ?? 0,
      ...(last && { loss: last.loss, accuracy: last.accuracy }),
      ...(ended && { ua: ended.ua }),
      ...(failed && { failure: failed.text }),
    };
  });
  const secondsLeft = over ? undefined : timeLeft(log, standings, epochsInAll);
  return { folds: standings, epochsInAll, ...(secondsLeft !== undefined && { secondsLeft }) };
}

/** Folds that train beside each other share the machine, so that epochs of any fold follow each other at one rate. */
function timeLeft(log: readonly LogEntry[], folds: readonly FoldStanding[], epochsInAll: number): number | undefined {
  const start = log.findLastIndex(({ event }) => event === 'start');
  const epochs = log.slice(start + 1).filter((entry): entry is EpochEntry => entry.event === 'epoch');
  const last = epochs.at(-1);
  if (start < 0 || !last) return undefined;
  const seconds = (Date.parse(last.time) - Date.parse(log[start]!.time)) / 1000;
  const left = folds.reduce(
    (sum, { state, epochs }) => sum + (state === 'done' || state === 'failed' ? 0 : epochsInAll - epochs),
    0,
  );
  return left > 0 && seconds > 0 ? (left * seconds) / epochs.length : undefined;
}
