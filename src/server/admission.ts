import { Refusal } from './problems.ts';

/** Lets so many at a time do heavy work, and so many wait for it. */
export interface Admission {
  /** at work, and waiting */
  readonly counts: { readonly working: number; readonly waiting: number };
  /** @throws Refusal 503 where too many wait */
  refuseIfBusy(): void;
  /**
   * Does the work when it is its turn.
   *
   * @param signal aborted where nobody wants the answer any more: what waits is forgotten, what is at work is done
   * @throws Refusal 503 where too many wait, 400 where it is forgotten
   */
  do<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** resolves when nobody is at work or waits */
  idle(): Promise<void>;
}

export function createAdmission(most: number, mostWaiting: number): Admission {
  const queue: (() => void)[] = [];
  const idlers: (() => void)[] = [];
  let working = 0;
  const leave = () => {
    const next = queue.shift();
    if (next) return next(); // its place goes on
    working--;
    if (!working) for (const idler of idlers.splice(0)) idler();
  };
  const refuseIfBusy = () => {
    if (working >= most && queue.length >= mostWaiting)
      throw new Refusal(503, 'busy', `${mostWaiting} recordings wait already; try again in a moment`, {
        'Retry-After': '1',
      });
  };
  const turn = (signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const forget = () => {
        queue.splice(queue.indexOf(begin), 1);
        reject(new Refusal(400, 'gone', 'the client went before its turn'));
      };
      const begin = () => {
        signal?.removeEventListener('abort', forget);
        resolve();
      };
      queue.push(begin);
      if (signal?.aborted) forget();
      else signal?.addEventListener('abort', forget, { once: true });
    });
  return {
    get counts() {
      return { working, waiting: queue.length };
    },
    refuseIfBusy,
    async do(work, signal) {
      refuseIfBusy();
      if (working < most) working++;
      else await turn(signal);
      try {
        return await work();
      } finally {
        leave();
      }
    },
    idle: () => (working ? new Promise((resolve) => void idlers.push(resolve)) : Promise.resolve()),
  };
}
