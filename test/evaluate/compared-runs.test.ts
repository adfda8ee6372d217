import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readComparedRun, readSystems } from '../../src/evaluate/compared-runs.ts';
import type { RunOptions } from '../../src/run/run-files.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { predict } from './predict.ts';
import { runOf } from './run.ts';
import { writeRun } from './run-on-disk.ts';

const PREDICTIONS = [predict('a1', 'a', 'sad', 'sad'), predict('b1', 'b', 'angry', 'sad')];

describe('runs to compare', async () => {
  const folder = await temporaryFolder();
  const run = async (name: string, options: Partial<RunOptions> = {}) =>
    writeRun(join(folder, name), PREDICTIONS, { ...runOf(PREDICTIONS).config.options, ...options });
  const peer = (name: string, about?: unknown) => writeRun(join(folder, name), PREDICTIONS, undefined, about);

  it('are read with what they were asked to do', async () => {
    const path = await run('whole', { seed: 7 });
    const { predictions, options, ...other } = await readComparedRun(path);
    expect(predictions).toEqual(PREDICTIONS);
    expect(options!.seed).toBe(7);
    expect(other).toEqual({ run: path });
    const { manifest } = runOf(PREDICTIONS);
    await writeFile(join(path, 'manifest.json'), JSON.stringify(manifest));
    expect((await readComparedRun(path)).manifest).toEqual(manifest);
  });

  it("may be a peer's, of which predictions.csv alone is there", async () => {
    const path = await peer('peer');
    expect(await readComparedRun(path)).toEqual({ run: path, predictions: PREDICTIONS });
  });

  it('believe a peer that says that nothing in it is random', async () => {
    expect(await readComparedRun(await peer('svm', { deterministic: true }))).toMatchObject({ deterministic: true });
    expect(await readComparedRun(await peer('network', { seconds: 3 }))).not.toHaveProperty('deterministic');
  });

  it('are put together where commas part them', async () => {
    const [one, two, three] = [await run('1'), await run('2', { seed: 2, threads: 4 }), await peer('3')];
    const systems = await readSystems([`${one},${two}`, three]);
    expect(systems.map((seeds) => seeds.map(({ run }) => run))).toEqual([[one, two], [three]]);
  });

  it('are refused where they are unfinished, with how far they came', async () => {
    const path = await run('half');
    await rm(join(path, 'predictions.csv'));
    await writeFile(join(path, 'manifest.json'), JSON.stringify(runOf(PREDICTIONS).manifest));
    await mkdir(join(path, 'folds'));
    await writeFile(join(path, 'folds', 'a.json'), '[]');
    await expect(readComparedRun(path)).rejects.toMatchObject({ code: 'run' });
    await expect(readComparedRun(path)).rejects.toThrow(/half is unfinished: 1 of 2 folds done/);
  });

  it.each<[string, () => Promise<string[]>, string, RegExp]>([
    ['no run', async () => [join(folder, 'nowhere')], 'run', /nowhere holds no predictions\.csv/],
    [
      'no prediction',
      async () => [await writeRun(join(folder, 'empty'), [])],
      'run',
      /empty.predictions\.csv holds no prediction/,
    ],
    [
      'seeds of other options',
      async () => [
        await run('sum'),
        await run('short', { seed: 2, schedule: { ...runOf(PREDICTIONS).config.options.schedule, epochs: 3 } }),
      ],
      'run',
      /sum and .*short are no seeds of one system: schedule\.epochs was 50, is 3/,
    ],
    [
      'a peer among seeds',
      async () => [await run('ours'), await peer('theirs')],
      'run',
      /only one of them has a config/,
    ],
    ['one seed twice', async () => [await run('x'), await run('y')], 'run', /x and .*y have the same seed, 1/],
    ['one run twice', async () => [join(folder, 'x'), join(folder, '.', 'x/')], 'usage', /given twice/],
    ['a stray comma', async () => [join(folder, 'x'), ''], 'usage', /single commas/],
  ])('are refused: %s', async (_, folders, code, message) => {
    const reading = readSystems([(await folders()).join(',')]);
    await expect(reading).rejects.toMatchObject({ name: 'AttuneError', code });
    await expect(reading).rejects.toThrow(message);
  });
});
