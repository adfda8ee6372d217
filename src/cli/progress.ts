import { createLogUpdate } from 'log-update';
import type { Watch } from '../evaluate/crossval.ts';

const BAR = 24;
/** How often a plain line is printed where there is no terminal, ms. */
const QUIET = 30_000;

/** `1 h 05 min`, `3 min 20 s`, `12 s` */
export function duration(seconds: number): string {
  const s = Math.round(seconds);
  if (s >= 3600) return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
  return s >= 60 ? `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s` : `${s} s`;
}

const bar = (share: number) => '█'.repeat(Math.round(share * BAR)).padEnd(BAR, '░');
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/**
 * Shows a cross-validation on stderr: bars with the time left on a terminal, else plain lines now and then.
 *
 * @returns the watch, and `end`, which leaves the last picture standing
 */
export function showProgress(stream: NodeJS.WriteStream = process.stderr): { watch: Watch; end: () => void } {
  const terminal = stream.isTTY === true;
  const update = createLogUpdate(stream, { showCursor: true });
  const say = (line: string) => {
    if (terminal) update.clear();
    stream.write(`${line}\n`);
  };
  const running = new Map<string, { seen: number; inAll: number; note: string }>();
  let [folds, finished, first, began, lastLine] = [0, 0, -1, 0, 0];
  const work = () => [...running.values()].reduce((sum, { seen }) => sum + seen, 0);

  const picture = () => {
    const now = performance.now();
    const size = Math.max(...[...running.values()].map(({ inAll }) => inAll));
    const done = work();
    const left =
      (folds - finished - running.size) * size +
      [...running.values()].reduce((sum, { seen, inAll }) => sum + inAll - seen, 0);
    const rate = (done + doneBefore - first) / (now - began);
    const time = rate > 0 ? `, ${duration(left / rate / 1000)} left` : '';
    return { head: `${finished} of ${folds} folds${time}, ${(rate * 1000).toFixed(1)} segments/s`, now };
  };
  let doneBefore = 0;

  const watch: Watch = {
    warned: say,
    prepared(done, inAll) {
      if (terminal) update(`reading recordings  ${bar(done / inAll)}  ${done} of ${inAll}`);
      else if (done === inAll) say(`read ${inAll} recordings`);
    },
    started(all, ready) {
      if (terminal) update.clear();
      [folds, finished] = [all.length, ready.length];
      say(ready.length ? `going on: ${ready.length} of ${all.length} folds are done` : `${all.length} folds to train`);
      [began, lastLine] = [performance.now(), performance.now()];
    },
    trained(fold, seen, inAll) {
      if (first < 0) [first, began] = [work() + seen, performance.now()];
      running.set(fold, { note: running.get(fold)?.note ?? '', seen, inAll });
      const { head, now } = picture();
      if (terminal) {
        const lines = [...running].map(
          ([name, { seen, inAll, note }]) =>
            `  ${name.padEnd(8)} ${bar(seen / inAll)} ${percent(seen / inAll).padStart(7)}  ${note}`,
        );
        update([head, ...lines].join('\n'));
      } else if (now - lastLine > QUIET) {
        lastLine = now;
        say(
          `${head}: ${[...running].map(([name, { seen, inAll, note }]) => `${name} ${percent(seen / inAll)} (${note})`).join(', ')}`,
        );
      }
    },
    epoch({ fold, epoch, loss, accuracy }) {
      const state = running.get(fold) ?? { seen: 0, inAll: 1 };
      running.set(fold, { ...state, note: `epoch ${epoch}, loss ${loss.toFixed(3)}, accuracy ${percent(accuracy)}` });
    },
    fold({ fold, wa, ua }) {
      doneBefore += running.get(fold)?.seen ?? 0;
      running.delete(fold);
      finished++;
      say(`fold ${fold} done: WA ${percent(wa)}, UA ${percent(ua)} (${finished} of ${folds})`);
    },
  };
  return { watch, end: () => (terminal ? update.done() : undefined) };
}
