import type { Watch } from '../evaluate/training-run.ts';
import type { RecognizeProgress } from '../recognize/recognizer.ts';
import { openScreen } from './terminal.ts';

const BAR = 24;
/** How often a plain line is printed where there is no terminal, ms. */
const QUIET = 30_000;

/** `1 h 05 min`, `3 min 20 s`, `12 s` */
export function duration(seconds: number): string {
  const s = Math.round(seconds);
  if (s >= 3600) return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
  return s >= 60 ? `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s` : `${s} s`;
}

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
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Where a cross-validation stands, and how fast it goes. */
function counter() {
  const running = new Map<string, { seen: number; inAll: number }>();
  const notes = new Map<string, string>();
  let [folds, finished, trainedHere] = [0, 0, 0];
  const recent: { at: number; trainedHere: number }[] = [];
  const rate = () => {
    const [first, last] = [recent[0], recent.at(-1)];
    return first && last && last.at > first.at
      ? (1000 * (last.trainedHere - first.trainedHere)) / (last.at - first.at)
      : 0;
  };
  return {
    start(inAll: number, done: number) {
      [folds, finished] = [inAll, done];
      recent.push({ at: performance.now(), trainedHere });
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
    summary(): string {
      const open = [...running.values()];
      const waiting = Array<number>(folds - finished - open.length).fill(Math.max(...open.map(({ inAll }) => inAll)));
      const left = timeLeft(
        open.map(({ seen, inAll }) => inAll - seen),
        waiting,
        rate(),
      );
      return `${finished} of ${folds} folds${rate() > 0 ? `, ${duration(left)} left, ${rate().toFixed(1)} segments/s` : ''}`;
    },
    folds: () =>
      [...running].map(([name, { seen, inAll }]) => ({ name, share: seen / inAll, note: notes.get(name) ?? '' })),
  };
}

/**
 * Shows a cross-validation on stderr: bars with the time left on a terminal, else plain lines now and then.
 *
 * @returns the watch, and `end`, which leaves the last picture standing
 */
export function showProgress(): { watch: Watch; end: () => void } {
  const { live, say, update, done: end } = openScreen();
  const count = counter();
  let lastLine = performance.now();
  const watch: Watch = {
    warned: say,
    prepared(done, inAll) {
      if (live) update([`reading recordings  ${bar(done / inAll)}  ${done} of ${inAll}`]);
      else if (done === inAll) say(`read ${inAll} recordings`);
    },
    audited(done, inAll) {
      if (live) update([`comparing recordings ${bar(done / inAll)}  ${done} of ${inAll}`]);
      else if (done === inAll) say(`compared ${inAll} recordings with each other`);
    },
    scored(done, inAll) {
      if (live) update([`scoring recordings   ${bar(done / inAll)}  ${done} of ${inAll}`]);
      else if (done === inAll || performance.now() - lastLine > QUIET) {
        lastLine = performance.now();
        say(`scored ${done} of ${inAll} recordings again`);
      }
    },
    started(all, ready) {
      count.start(all.length, ready.length);
      say(ready.length ? `going on: ${ready.length} of ${all.length} folds are done` : `${all.length} folds to train`);
    },
    trained(fold, seen, inAll) {
      count.trained(fold, seen, inAll);
      if (live) {
        const lines = count
          .folds()
          .map(({ name, share, note }) => `  ${name.padEnd(8)} ${bar(share)} ${percent(share).padStart(7)}  ${note}`);
        update([count.summary(), ...lines]);
      } else if (performance.now() - lastLine > QUIET) {
        lastLine = performance.now();
        const folds = count.folds().map(({ name, share, note }) => `${name} ${percent(share)}${note && ` (${note})`}`);
        say(`${count.summary()}: ${folds.join(', ')}`);
      }
    },
    epoch: ({ fold, epoch, loss, accuracy }) =>
      count.note(fold, `epoch ${epoch}, loss ${loss.toFixed(3)}, accuracy ${percent(accuracy)}`),
    fold: ({ fold, wa, ua, leaks }) =>
      say(`fold ${fold} done: WA ${percent(wa)}, UA ${percent(ua)}${leaks ? ' LEAKS' : ''} (${count.finish(fold)})`),
  };
  return { watch, end };
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
