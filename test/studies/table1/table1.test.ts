import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSyntheticCorpus } from '../../../src/corpus/synthetic.ts';
import type { Corpus } from '../../../src/corpus/utterance.ts';
import { AttuneError } from '../../../src/errors.ts';
import { type FoldUnit, work } from '../../../src/evaluate/fold.ts';
import type { FitEvent } from '../../../src/evaluate/system.ts';
import type { Executor } from '../../../src/jobs/executor.ts';
import { DEFAULT_ARCHITECTURE } from '../../../src/model/architecture.ts';
import type { RunEvent } from '../../../src/run/events.ts';
import type { RunOptions } from '../../../src/run/run-files.ts';
import { runPaths } from '../../../src/run/run-folder.ts';
import { type Table1Options, table1 } from '../../../src/studies/table1/table1.ts';
import { verifyRun } from '../../../src/verify/verify.ts';
import { temporaryFolder } from '../../cli/attune.ts';
import { predict } from '../../evaluate/predict.ts';
import { runOf } from '../../evaluate/run.ts';
import { writeRun } from '../../evaluate/run-on-disk.ts';

/** Networks an eighth as wide as the paper's, for one epoch. */
const optionsOf = (system: string, seed: number): RunOptions => {
  const { options } = runOf([predict('a', 'a', 'sad', 'sad')]).config;
  const pooling = system === 'gap-pooling' ? 'gap' : 'attention';
  const architecture = { ...DEFAULT_ARCHITECTURE, width: 0.125, pooling } as const;
  return { ...options, seed, architecture, schedule: { ...options.schedule, epochs: 1, decayEpochs: [] } };
};

/** Folds in this process, one after the other, by the work that processes of their own do. */
const here: Executor = {
  async execute({ units, folder, means, onEvent, onDone, signal }) {
    for await (const unit of units) {
      signal?.throwIfAborted();
      const tell = (event: FitEvent) => onEvent(unit, event as never);
      await work(unit as FoldUnit, { folder, means, tell, ...(signal && { signal }) });
      await onDone(unit);
    }
  },
};

describe('Table 1, stopped and gone on with', async () => {
  const folder = await temporaryFolder();
  const out = join(folder, 'table');
  let corpus: Corpus;
  const asked = (change: Partial<Table1Options> = {}): Table1Options => ({
    ...{ corpus, out, systems: ['gap-pooling', 'attention-pooling'], seeds: [1, 2], optionsOf },
    ...{ command: 'npx attune table1', jobs: 1, cache: join(folder, 'cache'), executor: here },
    ...change,
  });
  const read = (...path: string[]) => readFile(join(out, ...path));
  const stopped: RunEvent[] = [];
  let [half, kept] = [
    { rows: '', test: '' },
    { log: 0, fold: 0 },
  ];
  const changedAt = async (path: string) => (await stat(path)).mtimeMs;

  beforeAll(async () => {
    corpus = await writeSyntheticCorpus(join(folder, 'voices'), { speakers: 2, utterancesPerEmotion: 1, seed: 5 });
    const controller = new AbortController();
    const stop = new Error('stopped');
    const begun = table1(
      asked({
        signal: controller.signal,
        onEvent(event) {
          stopped.push(event);
          const done = stopped.filter((one) => one.event === 'fold').length;
          if (done === 3) controller.abort(stop); // one fold of the second run
        },
      }),
    );
    await expect(begun).rejects.toBe(stop);
    const { rows, untested } = JSON.parse((await read('table1.json')).toString());
    half = {
      rows: rows.map((row: { system: string; missing: number[] }) => row.missing.length).join(),
      test: untested,
    };
    const paths = [runPaths(join(out, 'gap-pooling-1')).log, runPaths(join(out, 'attention-pooling-1')).fold('f01')];
    const [log, fold] = (await Promise.all(paths.map(changedAt))) as [number, number];
    kept = { log, fold };
  });

  it('has a table of what had ended, and nothing tested', () => {
    expect(half.rows).toBe('0,0,0,0,1,0,2');
    expect(half.test).toBe(
      'these runs have not ended: gap-pooling with seed 2, attention-pooling with seed 1, attention-pooling with seed 2',
    );
    expect(stopped.filter((one) => one.event === 'run').map((one) => one.text)).toEqual([
      ...['gap-pooling, seed 1', 'attention-pooling, seed 1'],
    ]);
  });

  it('goes on with what is left, keeps what is done, and its runs verify', async () => {
    const told: RunEvent[] = [];
    const { table, runs } = await table1(asked({ onEvent: (event) => told.push(event) }));
    expect(told.flatMap((one) => (one.event === 'run' ? `${one.number} of ${one.inAll}: ${one.text}` : []))).toEqual([
      ...['2 of 4: attention-pooling, seed 1', '3 of 4: gap-pooling, seed 2', '4 of 4: attention-pooling, seed 2'],
    ]);
    expect(await changedAt(runPaths(join(out, 'gap-pooling-1')).log)).toBe(kept.log);
    expect(await changedAt(runPaths(join(out, 'attention-pooling-1')).fold('f01'))).toBe(kept.fold);
    expect((await readdir(out)).sort()).toEqual([
      ...['attention-pooling-1', 'attention-pooling-2', 'gap-pooling-1', 'gap-pooling-2', 'table1.json', 'table1.md'],
    ]);
    expect(runs.map(({ run }) => run)[1]).toBe(join(out, 'attention-pooling-1'));
    expect(table).toMatchObject({ corpus: 'synthetic', utterances: 8, speakers: 2, folds: 2, untested: null });
    expect(table).toEqual(JSON.parse((await read('table1.json')).toString()));
    const { agrees } = await verifyRun({ run: join(out, 'attention-pooling-2'), directory: corpus.directory });
    expect(agrees).toBe(true);
  });

  it('writes predictions that are gone anew, and remembers what was tested here by fewer seeds', async () => {
    const [page, { predictions }] = [await read('table1.md'), runPaths(join(out, 'gap-pooling-1'))];
    const before = await readFile(predictions);
    await rm(predictions);
    const { table: fewer } = await table1(asked({ seeds: [1] }));
    expect(await readFile(predictions)).toEqual(before);
    const [all, one] = [[1, 2], [1]].map((seeds) => ({ against: ['gap-pooling'], seeds }));
    expect(fewer.tested).toEqual([all, one]);
    const { table } = await table1(asked());
    expect(table.tested).toEqual([all, one, all]);
    expect((await read('table1.md')).toString()).toContain(
      'beside gap-pooling by seeds 1, 2; beside gap-pooling by seed 1.',
    );
    expect(page.toString()).not.toContain('Tested here before');
  });

  it('trains nothing where all has ended, and takes runs of elsewhere and peers', async () => {
    const predictions = corpus.utterances.map(({ id, speaker, emotion }) => predict(id, speaker, emotion, 'sad'));
    const peer = await writeRun(join(folder, 'peer'), predictions, undefined, { deterministic: true });
    const told: RunEvent[] = [];
    const { table } = await table1(
      asked({
        ...{ out: join(folder, 'other'), seeds: [2], beside: [{ title: 'always sad', runs: peer }] },
        take: ['gap-pooling-2', 'attention-pooling-2'].map((name) => join(out, name)),
        onEvent: (event) => told.push(event),
      }),
    );
    expect(told).toEqual([]);
    expect(table.rows.at(-1)).toMatchObject({ title: 'always sad', figures: { name: 'C', ua: { mean: 0.25 } } });
    expect(table.primary[0]!.tested!.ua.test!.verdict).toBe('one seed: no ranking');
  });

  it.each<[string, () => Partial<Table1Options>, RegExp]>([
    ['a seed twice', () => ({ seeds: [1, 2, 1] }), /seed 1 is given twice/],
    ['a seed that was seen and is not run', () => ({ seen: [3] }), /seed 3 is told to have been seen/],
    [
      'a run of other settings in the way',
      () => ({
        optionsOf: (system, seed) => ({ ...optionsOf(system, seed), ...(system.startsWith('att') && { threads: 2 }) }),
      }),
      /attention-pooling-1 was started with other options[\s\S]*threads was 1, is 2/,
    ],
    ['what is no run, to be taken', () => ({ take: [folder] }), /expected a finished run to take/],
    [
      'a run to be taken of another seed',
      () => ({ out: join(folder, 'new'), seeds: [3], take: [join(out, 'gap-pooling-1')] }),
      /comes next to gap-pooling with seed 3, but has other options:[\s\S]*seed was 1, is 3/,
    ],
    [
      'a network that cannot be, of the second system',
      () => ({
        out: join(folder, 'wrong'),
        optionsOf: (system, seed) => ({
          ...optionsOf(system, seed),
          ...(system.startsWith('att') && { architecture: { ...DEFAULT_ARCHITECTURE, width: -1 } }),
        }),
      }),
      /^attention-pooling cannot be run here: expected width to be/,
    ],
    ['the folder of the recordings', () => ({ out: corpus.directory }), /holds the recordings/],
    ['the folder of a run', () => ({ out: join(out, 'gap-pooling-1') }), /gap-pooling-1 holds a run: give the runs/],
  ])('refuses %s before anything is trained', async (_, change, message) => {
    const told: RunEvent[] = [];
    const begun = table1(asked({ ...change(), onEvent: (event) => told.push(event) }));
    await expect(begun).rejects.toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
    expect(told).toEqual([]);
  });

  it('goes on with the others where a run fails, and ends with a table and an error', async () => {
    const failing: Executor = {
      execute: async (execution) => {
        if (execution.folder.includes('gap-pooling')) throw new AttuneError('run', 'the disk is full');
        return here.execute(execution);
      },
    };
    const told: RunEvent[] = [];
    const failed = table1(
      asked({ out: join(folder, 'failing'), seeds: [1], executor: failing, onEvent: (event) => told.push(event) }),
    );
    await expect(failed).rejects.toMatchObject({
      code: 'run',
      message: expect.stringMatching(/^1 of 2 runs failed, and the others are done.*\ngap-pooling, seed 1: the disk/),
    });
    expect(told).toContainEqual({ event: 'warning', text: 'warning: gap-pooling, seed 1: the disk is full' });
    const { rows } = JSON.parse(await readFile(join(folder, 'failing', 'table1.json'), 'utf8'));
    const rowOf = (system: string) => rows.find((row: { system: string }) => row.system === system);
    expect(rowOf('gap-pooling')).toMatchObject({ figures: null, missing: [1] });
    expect(rowOf('attention-pooling')).toMatchObject({ figures: { runs: [{ seed: 1 }] }, missing: [] });
  });

  it('refuses peers of other utterances, and a corpus that has changed', async () => {
    const other = await writeRun(join(folder, 'stranger'), [predict('x', 'f01', 'sad', 'sad')]);
    await expect(table1(asked({ beside: [{ title: 'other', runs: other }] }))).rejects.toThrow(/the same utterances/);
    const fewer = { ...corpus, utterances: corpus.utterances.slice(1) };
    await expect(table1(asked({ corpus: fewer }))).rejects.toThrow(/1 only in the second: f01_angry_01/);
    await writeFile(runPaths(join(out, 'gap-pooling-2')).predictions, 'changed');
    await expect(table1(asked())).rejects.toMatchObject({ code: 'run' });
  });
});
