import { markNames } from '../corpus/leaks.ts';
import { TRAINED_ON_ALL } from '../corpus/protocols.ts';
import { duration } from '../duration.ts';
import { percent } from '../percent.ts';
import type { RecognizeProgress } from '../recognize/recognizer.ts';
import type { ProgressEvent, RunListener } from '../run/events.ts';
import { count } from '../text.ts';
import { inFlags } from './flags.ts';
import { onInterruption } from './interrupt.ts';
import { openScreen } from './terminal.ts';

const BAR = 24;
/** How often a plain line is printed where there is no terminal, ms. */
const QUIET = 30_000;

/** Segments are counted over so long for the speed shown, ms: it changes with what else the machine does. */
const RECENT = 120_000;

/**
 * Seconds until the last fold is done, each in a process of its own: a process that is done with one takes the next that waits.
 *
 * @param open segments still to train in each fold that is being trained
 * @param waiting segments of each fold that waits
 * @param rate segments a second of all processes together
 */
export function timeLeft(open: readonly number[], waiting: readonly number[], rate: number): number {
  const ends = [...open];
  for (const segments of waiting) ends[ends.indexOf(Math.min(...ends))]! += segments;
  return (Math.max(...ends) * open.length) / rate;
}

const bar = (share: number) => '█'.repeat(Math.round(share * BAR)).padEnd(BAR, '░');

/** Where a cross-validation stands, and how fast it goes. */
function counter() {
  const running = new Map<string, { seen: number; inAll: number }>();
  const notes = new Map<string, string>();
  let [folds, finished, failed, trainedHere] = [0, 0, 0, 0];
  let noun = 'fold';
  const recent: { at: number; trainedHere: number }[] = [];
  const rate = () => {
    const [first, last] = [recent[0], recent.at(-1)];
    return first && last && last.at > first.at
      ? (1000 * (last.trainedHere - first.trainedHere)) / (last.at - first.at)
      : 0;
  };
  return {
    /** @returns what is to be trained */
    start(names: readonly string[], done: number) {
      [folds, finished] = [names.length, done];
      noun = names.every((name) => name === TRAINED_ON_ALL) ? 'network' : 'fold';
      recent.push({ at: performance.now(), trainedHere });
      const all = count(folds, noun);
      return done ? `going on: ${done} of ${all} done` : `${all} to train`;
    },
    trained(fold: string, seen: number, inAll: number) {
      trainedHere += seen - (running.get(fold)?.seen ?? seen); // what was done before this process does not count
      running.set(fold, { seen, inAll });
      const at = performance.now();
      recent.push({ at, trainedHere });
      while (recent.length > 2 && at - recent[0]!.at > RECENT) recent.shift();
    },
    note: (fold: string, text: string) => notes.set(fold, text),
    finish(fold: string) {
      running.delete(fold);
      return `${++finished} of ${folds}`;
    },
    fail(fold: string) {
      running.delete(fold);
      failed++;
    },
    summary(): string {
      const open = [...running.values()];
      const waiting = Array<number>(folds - finished - failed - open.length).fill(
        Math.max(...open.map(({ inAll }) => inAll)),
      );
      const left = timeLeft(
        open.map(({ seen, inAll }) => inAll - seen),
        waiting,
        rate(),
      );
      return `${finished} of ${count(folds, noun)}${rate() > 0 ? `, ${duration(left)} left, ${rate().toFixed(1)} segments/s` : ''}`;
    },
    folds: () =>
      [...running].map(([name, { seen, inAll }]) => ({ name, share: seen / inAll, note: notes.get(name) ?? '' })),
  };
}

/** What is said of recordings that are done: while they are, and at their end. */
const RECORDINGS = {
  read: ['reading recordings  ', (inAll: number) => `read ${count(inAll, 'recording')}`],
  compared: ['comparing recordings', (inAll: number) => `compared ${count(inAll, 'recording')} with each other`],
  scored: ['scoring recordings  ', (inAll: number) => `scored ${count(inAll, 'recording')}`],
} as const;

/**
 * Shows a run, or a study of several, on stderr: bars with the time left on a terminal, else plain lines now and then.
 *
 * @returns what listens; `signal`, which a signal of the system aborts; and `end`, which leaves the last picture standing
 */
export function showProgress(): { onEvent: RunListener; signal: AbortSignal; end: () => void } {
  const { live, say, update, done: end } = openScreen();
  let counted = counter();
  let lastLine = performance.now();
  const isTime = () => {
    const now = performance.now() - lastLine > QUIET;
    if (now) lastLine = performance.now();
    return now;
  };
  const step = () => {
    const folds = counted.folds();
    if (live)
      update([
        counted.summary(),
        ...folds.map(
          ({ name, share, note }) => `  ${name.padEnd(8)} ${bar(share)} ${percent(share).padStart(7)}  ${note}`,
        ),
      ]);
    else if (isTime()) {
      const told = folds.map(({ name, share, note }) => `${name} ${percent(share)}${note && ` (${note})`}`);
      say(`${counted.summary()}: ${told.join(', ')}`);
    }
  };
  const recordings = ({ event, done, inAll }: ProgressEvent) => {
    const [doing, ended] = RECORDINGS[event];
    if (live) update([`${doing} ${bar(done / inAll)}  ${done} of ${inAll}`]);
    else if (done === inAll) say(ended(inAll));
    else if (isTime()) say(`${doing.trimEnd()}: ${done} of ${inAll}`);
  };
  const onEvent: RunListener = (told) => {
    switch (told.event) {
      case 'run':
        if (live) end();
        counted = counter();
        return say(`${told.number} of ${told.inAll}: ${told.text}`);
      case 'warning':
        return say(inFlags(told.text));
      case 'read':
      case 'compared':
      case 'scored':
        return recordings(told);
      case 'folds': {
        return say(counted.start(told.folds, told.finished.length));
      }
      case 'step':
        counted.trained(told.fold, told.segmentsSeen, told.segmentsInAll);
        return step();
      case 'epoch':
        return void counted.note(
          told.fold,
          `epoch ${told.epoch}, loss ${told.loss.toFixed(3)}, accuracy ${percent(told.accuracy)}`,
        );
      case 'fold':
        return say(
          `fold ${told.fold} done: WA ${percent(told.wa)}, UA ${percent(told.ua)}${markNames(told)
            .map((mark) => ` ${mark}`)
            .join('')} (${counted.finish(told.fold)})`,
        );
      case 'failed':
        counted.fail(told.fold);
        return say(inFlags(`fold ${told.fold} failed: ${told.text}`));
      case 'start':
      case 'end':
    }
  };
  return { onEvent, signal: onInterruption(), end };
}

/**
 * Shows on stderr how many of `inAll` are done, and how long the others will take: a bar on a terminal, else a plain line now and then.
 *
 * @param noun in the plural, such as `recordings`
 */
export function showCount(noun: string, inAll: number) {
  const { live, say, update, clear } = openScreen();
  const began = performance.now();
  let lastLine = began;
  const now = (line: string) => {
    lastLine = performance.now();
    say(line);
  };
  return {
    /** prints a line above the bar */
    say,
    /** how far one recording is, whatever the others */
    sound({ seconds, fraction }: RecognizeProgress) {
      const spent = (performance.now() - began) / 1000;
      const left = fraction ? `, ${percent(fraction)}, ${duration(spent / fraction - spent)} left` : '';
      const line = `${duration(seconds)} of sound scored${left}`;
      if (live) update([fraction === undefined ? line : `${bar(fraction)}  ${line}`]);
      else if (performance.now() - lastLine > QUIET) now(line);
    },
    done(count: number) {
      if (inAll === 1) return;
      const left = (((performance.now() - began) / 1000) * (inAll - count)) / count;
      const line = `${count} of ${inAll} ${noun}${count < inAll ? `, ${duration(left)} left` : ''}`;
      if (live) update([`${bar(count / inAll)}  ${line}`]);
      else if (performance.now() - lastLine > QUIET) now(line);
    },
    /** takes the bar away, for what else is printed to the terminal */
    clear,
  };
}
