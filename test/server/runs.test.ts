import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Inference } from '../../src/server/inference.ts';
import { appOf, ask, temporary } from './serving.ts';

interface Row {
  readonly id: string;
  readonly state: string;
  readonly changed: string;
  readonly folds: { readonly done: number; readonly inAll?: number };
  readonly wa?: number;
  readonly damages: readonly string[];
}

/** Runs need no network. */
const NONE = { ready: async () => ({ classes: [] }), admission: {} } as unknown as Inference;
const GOOD = 'results/gap/baseline';
const textOf = (name: string) => readFileSync(join(GOOD, name), 'utf8');
const metrics = JSON.parse(textOf('metrics.json')) as { readonly wa: number };
const config = JSON.parse(textOf('config.json')) as object;

/** A run with some of its files changed; null: without it. */
async function damaged(root: string, id: string, files: Readonly<Record<string, string | null>>): Promise<void> {
  const folder = join(root, id);
  await cp(GOOD, folder, { recursive: true, filter: (path) => !/checkpoints|epochs/.test(path) });
  for (const [name, text] of Object.entries(files))
    if (text === null) await rm(join(folder, name));
    else writeFileSync(join(folder, name), text);
}

describe('runs of a folder', async () => {
  const root = await temporary();
  const app = appOf(NONE, { runs: root });
  const get = async (path: string) => {
    const answer = await ask(app, path);
    const text = await answer.text();
    expect(text).not.toContain(root); // where folders lie is the server's own affair
    return { status: answer.status, text, json: () => JSON.parse(text) };
  };
  const runOf = async (id: string) => (await get(`/v1/runs/${encodeURIComponent(id)}`)).json();
  const messageOf = async (path: string) => {
    const { status, json } = await get(path);
    return { status, message: json().error.message as string };
  };
  afterAll(() => rm(root, { recursive: true }));

  const half = (name: string) => textOf(name).slice(0, textOf(name).length / 2);
  it.each<[string, Record<string, string | null>, RegExp, 'metrics' | 'config' | 'neither']>([
    ['metrics cut short', { 'metrics.json': half('metrics.json') }, /^metrics\.json is damaged.*JSON/, 'metrics'],
    ['metrics that are not there', { 'metrics.json': null }, /^metrics\.json is missing.*command again/, 'metrics'],
    ['empty metrics', { 'metrics.json': '' }, /^metrics\.json is damaged/, 'metrics'],
    ['metrics of nothing', { 'metrics.json': '{}' }, /^metrics\.json is damaged at wa/, 'metrics'],
    [
      'metrics that are NaN',
      { 'metrics.json': textOf('metrics.json').replace(String(metrics.wa), 'NaN') },
      /^metrics\.json is damaged/,
      'metrics',
    ],
    [
      'words for figures',
      { 'metrics.json': JSON.stringify({ ...metrics, ua: 'x' }) },
      /^metrics\.json is damaged at ua: expected a number from 0 to 1, got "x"/,
      'metrics',
    ],
    [
      'a confusion of another shape',
      { 'metrics.json': JSON.stringify({ ...metrics, confusion: [[1]] }) },
      /^metrics\.json is damaged at confusion: expected 4 rows and columns/,
      'metrics',
    ],
    ['a config of nothing', { 'config.json': 'null' }, /^config\.json is damaged at its start/, 'config'],
    ['a config cut short', { 'config.json': half('config.json') }, /^config\.json is damaged/, 'config'],
    [
      'a corpus that is no name',
      { 'config.json': JSON.stringify({ ...config, corpus: { a: 1 } }) },
      /^config\.json is damaged at corpus: expected text, got an object/,
      'config',
    ],
    ['a manifest cut short', { 'manifest.json': half('manifest.json') }, /^manifest\.json is damaged/, 'neither'],
    ['no manifest', { 'manifest.json': null }, /^manifest\.json is missing/, 'neither'],
    ['no log', { 'log.jsonl': null }, /^log\.jsonl is missing or empty/, 'neither'],
    [
      'a log of something else',
      { 'log.jsonl': 'garbage\n'.repeat(9) },
      /^log\.jsonl is damaged in lines 1, 2, 3, 4, 5 and 4 more, which are passed over/,
      'neither',
    ],
    ['no predictions', { 'predictions.csv': null }, /^predictions\.csv is missing or empty/, 'neither'],
  ])('tells of %s, and shows the rest', async (what, files, said, lacks) => {
    const id = what.replaceAll(' ', '-');
    await damaged(root, id, files);
    const { runs } = (await get('/v1/runs')).json() as { runs: Row[] };
    const row = runs.find((run) => run.id === id)!;
    expect(row.damages).toEqual([expect.stringMatching(said)]);
    expect(row.damages[0]).toMatch(/Put back a good copy/);
    expect(row).toMatchObject({ state: 'finished', ...(lacks !== 'metrics' && { wa: metrics.wa }) });
    const run = await runOf(id);
    expect(run).toMatchObject(row);
    expect('metrics' in run).toBe(lacks !== 'metrics');
    expect('config' in run).toBe(lacks !== 'config');
    for (const plot of ['loss', 'accuracy', 'confusion', 'speakers'])
      expect((await get(`/v1/runs/${id}/plots/${plot}`)).status).toBeOneOf([200, 404]);
  });

  it('tells of a table that cannot be read, in the run that has it, by names alone', async () => {
    await damaged(root, 'table', { 'predictions.csv': textOf('predictions.csv').replace('0.', 'NaN') });
    const said = /^predictions\.csv, line 2: p_\w+ must be a number from 0 to 1, got "NaN/;
    expect((await runOf('table')).damages).toEqual([expect.stringMatching(said)]);
    const { status, message } = await messageOf('/v1/runs/table/plots/speakers');
    expect({ status, message }).toEqual({ status: 404, message: expect.stringMatching(said) });
  });

  it('tells of a run whose training came to no end, until it has figures', async () => {
    const message = 'fold 03 in epoch 2: training has diverged; give a lower learning rate';
    const files = { 'diverged.json': JSON.stringify({ message, time: '2026-11-30T12:00:00.000Z' }) };
    const trained = textOf('log.jsonl').split('\n').slice(0, 3).join('\n');
    await damaged(root, 'diverged', { ...files, 'metrics.json': null, 'log.jsonl': `${trained}\n` });
    await damaged(root, 'diverged-before', files);
    await damaged(root, 'diverged-how', { 'diverged.json': '{', 'metrics.json': null, 'log.jsonl': `${trained}\n` });
    const diverged = await runOf('diverged');
    expect(diverged).toMatchObject({ state: 'diverged', diverged: message, damages: [] });
    expect(diverged.standing).not.toHaveProperty('secondsLeft');
    expect(await runOf('diverged-before')).toMatchObject({ state: 'finished', damages: [] });
    expect(await runOf('diverged-how')).toMatchObject({
      state: 'unfinished',
      damages: [expect.stringMatching(/^diverged\.json is damaged/)],
    });
  });

  it('finds no damage in any run of results', async () => {
    const own = appOf(NONE, { runs: 'results' });
    const { runs, studies } = (await (await ask(own, '/v1/runs')).json()) as { runs: Row[]; studies: Row[] };
    expect(runs.length).toBeGreaterThan(40);
    for (const { id, damages } of [...runs, ...studies]) expect({ id, damages }).toEqual({ id, damages: [] });
    for (const id of ['encoder/shipped', 'default-weights/all'])
      expect(runs.find((run) => run.id === id)).toMatchObject({ state: 'finished', folds: { done: 0 } }); // trained on all
    const { standing } = (await (await ask(own, '/v1/runs/encoder/shipped')).json()) as {
      standing: { folds: object[] };
    };
    expect(standing.folds).toEqual([expect.objectContaining({ fold: 'all', state: 'done', epochs: 10 })]);
  });

  it('tells a run from a part of one', async () => {
    for (const id of ['good', 'good-too/report', 'good-too/events', 'a%2Fb']) await damaged(root, id, {});
    expect((await get('/v1/runs/good/report')).text).toContain('<h1>');
    expect(await messageOf('/v1/runs/good%2Freport')).toMatchObject({
      status: 404,
      message: expect.stringMatching(/no run of that name/),
    });
    expect(await messageOf('/v1/runs/good%2Fplots%2Floss')).toMatchObject({ status: 404 });
    for (const id of ['good-too/report', 'good-too/events', 'a%2Fb']) expect((await runOf(id)).id).toBe(id);
  });

  it('reads of a log what has come, and all of one that was written anew', async () => {
    await damaged(root, 'going', { 'metrics.json': null, 'predictions.csv': null });
    const path = join(root, 'going/log.jsonl');
    const lines = textOf('log.jsonl').trimEnd().split('\n');
    const stand = async () => {
      const { lines, standing, damages } = await runOf('going');
      return [lines, standing.folds[0].epochs, damages.length];
    };
    writeFileSync(path, `${lines.slice(0, 4).join('\n')}\n`);
    expect(await stand()).toEqual([4, 3, 0]);
    appendFileSync(path, lines[4]!.slice(0, 40)); // as it is being written
    expect(await stand()).toEqual([4, 3, 0]);
    appendFileSync(path, `${lines[4]!.slice(40)}\nnonsense\n`);
    expect(await stand()).toEqual([6, 4, 1]);
    expect((await runOf('going')).damages[0]).toContain('in line 6, which is passed over');
    writeFileSync(path, `${lines.slice(0, 3).join('\n')}\n`);
    expect(await stand()).toEqual([3, 2, 0]);
    const other = lines.slice(0, 3).join('\n').replace('"epoch":2', '"epoch":9');
    writeFileSync(path, `${other}\n`); // as long as before
    expect(await stand()).toEqual([3, 9, 0]);
  });

  it('tells who watches a run that it is gone', async () => {
    await damaged(root, 'leaving', { 'metrics.json': null });
    const lines = textOf('log.jsonl').split('\n').slice(0, 3);
    writeFileSync(join(root, 'leaving/log.jsonl'), `${lines.join('\n')}\n`);
    const answer = await ask(app, '/v1/runs/leaving/events');
    await rm(join(root, 'leaving'), { recursive: true });
    expect(await answer.text()).toMatch(/event: gone\n/);
  });

  it('tells of studies what is missing or damaged, and by which name to ask', async () => {
    await cp('results/gap', join(root, 'one'), { recursive: true, filter: (path) => !/gap\/\w.*\//.test(path) });
    expect((await get('/v1/studies/gap/figures')).text).toBe(readFileSync('results/gap/gap.json', 'utf8'));
    const studyIn = async (id: string) =>
      ((await get('/v1/runs')).json() as { studies: Row[] }).studies.find((study) => study.id === id)!;
    expect(await studyIn('one')).toMatchObject({ changed: '2026-11-26', damages: [] }); // the figures say so
    await cp(join(root, 'one'), join(root, 'other'), { recursive: true });
    expect(await messageOf('/v1/studies/gap/picture')).toMatchObject({
      ...{ status: 404, message: expect.stringContaining('?in=one, ?in=other') },
    });
    await rm(join(root, 'one/gap.svg'));
    const missing = 'gap.svg of this study is missing. Put back a good copy, or start the study';
    expect((await messageOf('/v1/studies/gap/picture?in=one')).message).toContain(missing);
    writeFileSync(join(root, 'other/gap.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><g>');
    expect((await messageOf('/v1/studies/gap/picture?in=other')).message).toContain('gap.svg is damaged');
    expect((await studyIn('other')).damages).toEqual([expect.stringContaining('gap.svg is damaged')]);
    writeFileSync(join(root, 'other/table1.json'), '{"rows":[');
    expect((await messageOf('/v1/studies/table1/figures?in=other')).message).toMatch(/^table1\.json is damaged/);
    writeFileSync(join(root, 'other/table1.json'), '{"rows":[{}]}');
    expect((await messageOf('/v1/studies/table1/figures')).message).toMatch(/^table1\.json is damaged at corpus/);
    expect((await messageOf('/v1/studies/figure2/figures')).message).toContain('no study figure2');
    expect((await messageOf('/v1/studies/figure2/figures?in=one')).message).toContain('no sweep.json there');
    expect((await messageOf('/v1/studies/constructor/figures')).status).toBe(404);
  });

  it('calls runs by their names in what is said of a comparison', async () => {
    const own = appOf(NONE, { runs: 'results/gap' });
    const answer = await ask(own, '/v1/comparison?run=baseline&run=minmax');
    const { notes } = (await answer.json()) as { notes: string[] };
    expect(notes.join(' ')).toContain('Folds of baseline, minmax test up to 2 speakers');
  });
});
