import { expect, it } from 'vitest';
import { ratePerMinute } from '../../../src/jobs/queue/figures.ts';

/** Ms at so many minutes and seconds. */
const at = (minutes: number, seconds = 0) => 60_000 * (1_000 + minutes) + 1_000 * seconds;

it.each<[string, number | undefined, { count: number; prevCount: number; prevTS: number }, number[], number]>([
  ['nothing was ever done', undefined, { count: 0, prevCount: 0, prevTS: 0 }, [], at(5)],
  ['it is the first minute', undefined, { count: 3, prevCount: 0, prevTS: at(0, 10) }, [], at(0, 50)],
  ['the first minute is over', 3, { count: 3, prevCount: 0, prevTS: at(0, 10) }, [], at(1, 5)],
  ['nothing was done since', 0.75, { count: 3, prevCount: 0, prevTS: at(0, 10) }, [], at(4, 5)],
  ['the minute is open', 4, { count: 10, prevCount: 8, prevTS: at(2, 1) }, [2, 6], at(2, 59)],
  ['it has closed', 10 / 3, { count: 10, prevCount: 8, prevTS: at(2, 1) }, [2, 6], at(3)],
  ['ten minutes passed', 0, { count: 10, prevCount: 8, prevTS: at(2, 1) }, [2, 6], at(13)],
  ['the clock is behind', 4, { count: 10, prevCount: 8, prevTS: at(2, 1) }, [2, 6], at(1, 59)],
])('counts units a minute where %s', (_, rate, meta, data, now) => {
  expect(ratePerMinute({ meta, data }, now)).toBe(rate);
});
