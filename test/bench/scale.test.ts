import { expect, it } from 'vitest';
import { costOf } from '../../bench/scale/cost.ts';
import { scalePage, scaleText } from '../../bench/scale/page.ts';
import type { Circumstances, ScaleFigures } from '../../bench/scale/store.ts';

const CIRCUMSTANCES: Circumstances = {
  ...{ threads: 2, cores: 2, processor: 'A processor', runtime: 'a runtime', node: '20', commit: 'abc', source: 'def' },
  ...{ engine: 1, date: '2026-11-29', quick: false, load_before: 0.1, took_s: 310, redis: '7.0.15' },
};
const FIGURES: ScaleFigures = {
  folds: {
    ...CIRCUMSTANCES,
    ...{ corpus: 'EmoDB, 4 speakers', folds: 4, recordings: 132, epochs: 1 },
    rows: [
      {
        ...{ processes: 2, local_s: [20, 21, 19], queue_s: [21, 20.4, 20.5] },
        ...{ local_folds_per_h: 720, queue_folds_per_h: 702.4, overhead: 0.025, same_bytes: true, workers_start_s: 1 },
      },
    ],
  },
  recordings: {
    ...{ ...CIRCUMSTANCES, load_before: 3, weights: 'encoder', workers: 2, files: 10_000, different: 535 },
    ...{ audio_s: 27_800, queue_s: 400, files_per_s: 25, local_files: 1000, local_s: 40, local_files_per_s: 25 },
    ...{ audio_s_per_worker_s: 36, same_answers: false },
  },
  deaths: {
    ...CIRCUMSTANCES,
    rows: [{ what: 'worker killed', lock_s: 30, stalled_s: 15, seconds: [41, 33.5, 36], median_s: 36 }],
  },
};

it('reckons what sound costs by what a core answers and costs', () => {
  // 1000 h at 50 times real time are 20 h, at 0.05 USD one dollar
  expect(costOf(1000, { audioSecondsPerCoreSecond: 50, usdPerCoreHour: 0.05 })).toEqual({ coreHours: 20, usd: 1 });
});

it('writes a page of what was measured, and names what was not', () => {
  const page = scalePage(FIGURES);
  expect(page).toContain('| 2 | 720 (20, 21, 19 s) | 702.4 (21, 20.4, 20.5 s) | +2.5 % | yes | 1 |');
  expect(page).toContain('| worker killed | 30 | 15 | 36 | 33.5 to 41 (3 times) |');
  expect(page).toContain('| each once, in order, and as on one machine | **no** |');
  expect(page).toContain('10,000 recordings, 7.7 h of sound');
  expect(page.replaceAll('\n', ' ')).toContain('take 27.8 hours of one core with the weights `encoder`, or 1.11 USD');
  expect(page).toContain('Not measured yet: `npm run bench -- --scale --only archives --out results/scale`.');
  expect(page.match(/This machine was\s+not\s+idle\s+before/g)).toHaveLength(1);
  const widths = page.split('\n').filter((line) => !line.startsWith('|'));
  expect(Math.max(...widths.map(({ length }) => length))).toBeLessThanOrEqual(100);
});

it('shows in a terminal what was measured now', () => {
  expect(scaleText(FIGURES)).toMatch(/^Folds\nprocesses [\s\S]*\n\nRecordings\n[\s\S]*\n\nDeaths\n/);
});
