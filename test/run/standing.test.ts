import { expect, it } from 'vitest';
import type { LogEntry } from '../../src/run/run-files.ts';
import { standingOf } from '../../src/run/standing.ts';
import { ENVIRONMENT } from '../evaluate/run.ts';

/** Ten seconds apart. */
const logOf = (entries: readonly object[]): LogEntry[] =>
  entries.map((entry, i) => ({ time: new Date(10_000 * i).toISOString(), ...entry }) as LogEntry);
const epoch = (fold: string, epoch: number) => ({ event: 'epoch', fold, epoch, loss: 1, accuracy: 0.5 });
const FAILED = { event: 'failed', fold: '03', text: 'its process was ended by SIGKILL' };
const START = { event: 'start', environment: ENVIRONMENT };

it('a fold that failed waits for the same command, and counts for no time', () => {
  const { folds, secondsLeft } = standingOf(logOf([START, epoch('03', 1), FAILED, epoch('08', 1)]), ['03', '08'], 3);
  expect(folds).toMatchObject([
    { fold: '03', state: 'failed', epochs: 1, failure: FAILED.text },
    { fold: '08', state: 'trains', epochs: 1 },
  ]);
  expect(secondsLeft).toBe(2 * 15); // two epochs of 08, and two were done in 30 s
});

it('a fold that failed and is tried again trains', () => {
  const log = logOf([START, epoch('03', 1), FAILED, START, epoch('03', 2)]);
  const [fold] = standingOf(log, ['03'], 3).folds;
  expect(fold).toMatchObject({ state: 'trains', epochs: 2 });
  expect(fold).not.toHaveProperty('failure');
});
