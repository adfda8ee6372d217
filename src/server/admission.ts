import { Refusal } from './problems.ts';

/** Lets so many at a time do heavy work, and so many wait for it. */
export interface Admission {
  /** at work, and waiting */
  readonly counts: { readonly working: number; readonly waiting: number };
  /**
   * Does the work when it is its turn.
   *
   * @throws Refusal 503 where too many wait
   */
  do<Result>(work: () => Promise<Result>): Promise<Result>;
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
  return {
    get counts() {
      return { working, waiting: queue.length };
    },
    async do(work) {
      if (working < most) working++;
      else {
        if (queue.length >= mostWaiting)
          throw new Refusal(503, 'busy', `${mostWaiting} recordings wait already; try again in a moment`, {
            'Retry-After': '1',
          });
        await new Promise<void>((resolve) => void queue.push(resolve));
      }
      try {
        return await work();
      } finally {
        leave();
      }
    },
    idle: () => (working ? new Promise((resolve) => void idlers.push(resolve)) : Promise.resolve()),
  };
}
