import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compareCommand } from '../../src/cli/compare.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import type { Comparison } from '../../src/evaluate/comparison.ts';
import type { RunOptions } from '../../src/run/run-files.ts';
import { predict } from '../evaluate/predict.ts';
import { runOf } from '../evaluate/run.ts';
import { writeRun } from '../evaluate/run-on-disk.ts';
import { temporaryFolder } from './attune.ts';

afterEach(() => vi.restoreAllMocks());

/** Runs `attune compare` in this process; returns what it prints on stdout. */
async function compare(...args: string[]): Promise<string> {
  const printed: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await new Command('attune')
    .exitOverride()
    .addCommand(compareCommand().exitOverride())
    .parseAsync(['compare', ...args], { from: 'user' });
  return printed.join('');
}

/** Eight speakers, one utterance of each class, of which the first `right` are recognised. */
const predictions = (right: number) =>
  Array.from({ length: 8 }, (_, s) => EMOTIONS.map((emotion, c) => [s, emotion, c] as const))
    .flat()
    .map(([s, emotion, c]) => predict(`${s}${emotion}`, `s${s}`, emotion, c < right ? emotion : EMOTIONS[0]));

describe('attune compare', async () => {
  const folder = await temporaryFolder();
  const run = (name: string, right: number, options: Partial<RunOptions> = {}) =>
    writeRun(join(folder, name), predictions(right), { ...runOf(predictions(right)).config.options, ...options });
  const [low1, low2] = [await run('low-1', 2), await run('low-2', 2, { seed: 2 })];
  const [high1, high2] = [await run('high-1', 3), await run('high-2', 3, { seed: 2 })];
  const peer = await writeRun(join(folder, 'peer'), predictions(4));

  it('prints a table with all that a reader must know', async () => {
    const text = await compare(`${low1},${low2}`, `${high1},${high2}`);
    expect(text).toContain(`A  ${low1} (leave-one-speaker-out, seed 1)\n   ${low2} (leave-one-speaker-out, seed 2)\n`);
    expect(text).toMatch(/^A +2( +50\.0 +\[50\.0, 50\.0\] +\[50\.0, 50\.0\] +0\.0){2}$/m);
    // all speakers gain one of four, so that only 2 of 256 swaps are as great; UA alone is primary of two systems
    expect(text).toMatch(/^B - A, UA +\+25\.0 +\[25\.0, 25\.0\] +\[25\.0, 25\.0\]( +0\.0078){3} +Better: B$/m);
    expect(text).toMatch(/^descriptive, points .*\nB - A, WA +\+25\.0 +\[25\.0, 25\.0\] +\[25\.0, 25\.0\]$/m);
    expect(text).toMatch(/^32 utterances of 8 speakers\.$/m);
    expect(text).toMatch(/all 256 swaps; the smallest possible p is 0\.0078\.$/m);
  });

  it("compares every two of more, a peer's among them", async () => {
    const text = await compare(low1, high1, peer);
    expect(text).toContain(`C  ${peer} (protocol unknown, seed unknown)`);
    expect(text).toMatch(/^C - A, WA +\+50\.0 /m);
    expect(text).toMatch(/^C - B, UA +\+25\.0 /m);
    expect(text).toMatch(/Before you look, name one or a few comparisons as primary, such as A:B/);
    expect(text).not.toMatch(/^primary|corrected|ranking|Better/m);
  });

  it('tests what is named, and no more', async () => {
    const text = await compare(low1, high1, peer, '--primary', 'A:B:wa', '--primary', 'C:A');
    expect(text).toMatch(/^B - A, WA .* 0\.0078 +0\.016 +0\.0078 +one seed: no ranking$/m); // 2 x 2 / 256
    expect(text).toMatch(/^C - A, UA .* 0\.0078 +0\.016 +0\.0078 +one seed: no ranking$/m);
    expect(text.slice(text.indexOf('descriptive, points'))).toMatch(/^B - A, UA .*\n.*C - A, WA .*\n.*C - B, WA .*\n/m);
    expect(text).toContain('Primary: WA of B - A, UA of C - A. All other comparisons are descriptive');
    const { primary, pairs }: Comparison = JSON.parse(await compare(low1, high1, '--primary', 'none', '--json'));
    expect([primary, pairs[0]!.wa.test, pairs[0]!.ua.test]).toEqual([[], null, null]);
    for (const wrong of ['a:b', 'A:A', 'A:D', 'A:B:f1', 'ua', 'none'])
      await expect(compare(low1, high1, peer, '--primary', wrong, '--primary', 'A:B')).rejects.toMatchObject({
        code: 'usage',
      });
    await expect(compare(low1, high1, '--primary', 'ua', '--primary', 'B:A')).rejects.toThrow(
      /UA of B - A is named twice/,
    );
  });

  it('prints all as JSON', async () => {
    const comparison: Comparison = JSON.parse(await compare(low1, high1, '--json', '--seed', '3'));
    expect(comparison).toMatchObject({ utterances: 32, speakers: 8, seed: 3, redrawn: 0 });
    expect(comparison.systems.map(({ runs }) => runs)).toEqual([
      [{ run: low1, protocol: 'leave-one-speaker-out', seed: 1, wa: 0.5, ua: 0.5 }],
      [{ run: high1, protocol: 'leave-one-speaker-out', seed: 1, wa: 0.75, ua: 0.75 }],
    ]);
    expect(comparison.primary).toEqual([{ first: 'A', second: 'B', figure: 'ua' }]);
    const [interval, tested] = [
      { low: 0.25, high: 0.25 },
      { p: 2 / 256, correctedP: 2 / 256, smallestP: 2 / 256 },
    ];
    const test = { ...tested, swaps: 256, exact: true, verdict: 'one seed: no ranking' };
    expect(comparison.pairs[0]!.ua).toEqual({
      difference: 0.25,
      interval,
      jackknife: interval,
      seedsAgree: true,
      test,
    });
    expect(comparison.pairs[0]!.wa).toMatchObject({ difference: 0.25, test: null });
    expect(comparison.notes.length).toBeGreaterThan(1);
  });

  it('marks what leaks', async () => {
    const leaking = await run('leaking', 4, { protocol: 'random-leaking', folds: 10 });
    const text = await compare(low1, leaking);
    expect(text).toMatch(/^B LEAKS +1 +100\.0/m);
    expect(text).toMatch(/^B - A, UA .*LEAKS: no ranking$/m);
    expect(text).toMatch(/^LEAKS: .* say nothing about new speakers\.$/m);
  });

  it('takes two runs or more', async () => {
    await expect(compare()).rejects.toThrow(CommanderError);
    await expect(compare(low1)).rejects.toMatchObject({ code: 'usage' });
    await expect(compare(low1, high1, '--seed', 'x')).rejects.toThrow(CommanderError);
  });
});
