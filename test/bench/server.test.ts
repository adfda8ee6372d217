import { expect, it } from 'vitest';
import { quantile } from '../../bench/figures.ts';
import type { Contender } from '../../bench/server/compare.ts';
import { pieceOf } from '../../bench/server/live.ts';
import { faultsOf, ratioOf, type ServerFigures, serverPage, serverText } from '../../bench/server/page.ts';
import type { Pressure } from '../../bench/server/pressure.ts';

const PRESSURE: Pressure = {
  ...{
    clients: 50,
    seconds: 60,
    answered: 2400,
    answered_per_s: 40,
    p50_ms: 800.4,
    p99_ms: 1200,
    cpu_ms: 26,
    busy: 90,
    wrong: {},
  },
  ...{ rss_warm_mb: 300, rss_end_mb: 309, rss_growth: 0.03 },
};
const FIGURES: ServerFigures = {
  ...{ threads: 2, cores: 2, processor: 'A processor', runtime: 'a runtime', node: '20', commit: 'abc', source: 'def' },
  ...{ engine: 1, date: '2026-11-29', quick: false, load_before: 0.1, recording_s: 3, pressure: PRESSURE },
  live: {
    streams: 20,
    seconds: 30,
    segments: 580,
    p50_ms: 31,
    p99_ms: 90,
    most_ms: 150,
    cpu_ms: 25,
    late: 0,
    failed: 0,
  },
  sieges: [{ what: 'a crowd', found: '512 taken', asked: 100, answered: 100, slowest_ms: 9.5, rss_mb: 310 }],
  ...{ is_alive: true, exit_status: 0 },
};
const contender = (name: string, isPeer: boolean, answered_per_s: number): Contender => ({
  ...PRESSURE,
  ...{ name, isPeer, answered_per_s },
});

it('tells the value below which a share lies, as the nearest rank has it', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([0.5, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([50, 99, 100]);
  expect(quantile([7], 0.5)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});

it('times an event by the piece of sound in which its segment ends', () => {
  expect([2, 2.01, 0.1, 0.3, 3.0000001].map(pieceOf)).toEqual([19, 20, 0, 2, 29]);
});

it('names what is not as it should be', () => {
  expect(faultsOf(FIGURES)).toEqual([]);
  const faults = faultsOf({
    ...FIGURES,
    pressure: { ...PRESSURE, wrong: { 500: 2, connection: 1 }, rss_growth: 0.25 },
    live: { ...FIGURES.live, late: 3, failed: 1 },
    sieges: [{ ...FIGURES.sieges[0]!, answered: 98 }],
    exit_status: 'SIGSEGV',
  });
  expect(faults).toEqual([
    'errors under load: 500: 2, connection: 1',
    'memory grew by 25.0 % under load',
    '3 of 580 live segments were late',
    '1 live streams ended without an answer',
    '2 of 100 others were not answered: a crowd',
    'the server ended with SIGSEGV',
  ]);
});

it('compares the best of each, and says on its page what was run and whether the machine was busy', () => {
  const contenders = [
    contender('own', false, 40),
    contender('peer', true, 20),
    contender('own, more', false, 30),
    contender('peer, more', true, 32),
  ];
  const comparison = { versions: { fastapi: '1.0' }, off: 8e-6, contenders };
  expect(ratioOf(comparison)).toBe(1.25);
  const page = serverPage({ ...FIGURES, comparison });
  expect(page).toContain('npm run bench -- --server --peer $PYTHON --out results/server\n');
  expect(page).toContain('Attune answers 1.25 times as many requests as FastAPI');
  expect(page).toContain('| peer, more | 32 | 800 ms | 1200 ms | 26 ms | 503: 90 | 309 MB |');
  expect(page).toContain('answers the same to 8e-6');
  expect(page).not.toContain('This machine was not idle before');
  const busy = serverPage({ ...FIGURES, load_before: 3 });
  expect(busy).toContain('This machine was not idle before');
  expect(busy).not.toContain('FastAPI');
  expect(serverText(FIGURES)).toMatch(/refused as busy \(503\), a second +1\.5/);
});
