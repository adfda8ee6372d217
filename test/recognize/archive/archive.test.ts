import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { writeSyntheticCorpus } from '../../../src/corpus/synthetic.ts';
import { attune, filesOf, killedWhen, start, temporaryFolder } from '../../cli/attune.ts';
import { describeWithRedis } from '../../jobs/queue/redis.ts';

describeWithRedis('an archive on a queue', (redis) => {
  const parent = temporaryFolder();

  it('is answered as on one machine, each file once, though the command is killed and started again', async () => {
    const folder = await parent;
    const at = (name: string) => join(folder, name);
    await writeSyntheticCorpus(at('calls'), { speakers: 2, utterancesPerEmotion: 1, seed: 5 });
    await writeFile(join(at('calls'), 'broken.wav'), 'no sound');
    const files = filesOf(at('calls')).filter((name) => name.endsWith('.wav'));
    await writeFile(
      at('list.txt'),
      files
        .reverse()
        .map((name) => `calls/${name}\n`)
        .join(''),
    );
    const queue = ['--queue', redis().url, '--shard', '2', '--weights', 'paper'];
    const quick = ['--heartbeat', '1', '--jobs', '1', '--cache', at('cache')];
    const child = start(['worker', '--queue', redis().url, '--corpus-dir', folder, ...quick]);
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    const asked = ['recognize', at('calls'), '--format', 'jsonl'];
    const queued = [...asked, ...queue, '--out', at('queued.jsonl')];
    await killedWhen(start(queued), () => said.includes('shard 1 of 5 done'));
    while ((said.match(/shard \d of 5 done/g) ?? []).length < 5) await sleep(20);
    const [local, again] = [await attune([...asked, '--weights', 'paper', '--threads', '1']), await attune(queued)];
    expect(again.stderr).toContain('broken.wav');
    expect(again.status).toBe(1); // as where one file of a folder cannot be read
    expect(await readFile(at('queued.jsonl'), 'utf8')).toBe(local.stdout);
    expect(local.stdout.trim().split('\n')).toHaveLength(files.length);
    expect(said.match(/shard \d of 5 done/g)).toHaveLength(5);
    expect(filesOf(folder).filter((name) => name.includes('.shards'))).toEqual([]);
  });

  it('is listed by a file, normalized by its folder, in another format, and embedded', async () => {
    const at = (name: string) => join(folder, name);
    const folder = await parent;
    const child = start([
      'worker',
      '--queue',
      redis().url,
      '--corpus-dir',
      at('calls'),
      '--jobs',
      '1',
      '--cache',
      at('cache'),
    ]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const asked = ['recognize', at('calls'), '--format', 'json', '--normalize', 'folder', '--mixed'];
    const [queued, local] = await Promise.all([
      attune([...asked, '--queue', redis().url, '--out', at('queued.json')]),
      attune([...asked, '--threads', '1', '--out', at('local.json')]),
    ]);
    expect(queued.status, queued.stderr).toBe(1);
    expect(await readFile(at('queued.json'), 'utf8')).toBe(await readFile(at('local.json'), 'utf8'));
    expect(local.stderr).toContain('taken out');
    expect(queued.stderr).toBe(local.stderr);
    const listed = ['recognize', '--list', at('list.txt'), '--format', 'csv', '--queue', redis().url, '--shard', '3'];
    const outcome = await attune([...listed, '--out', at('listed.csv')]);
    await Promise.all([
      attune(['embed', at('calls'), '--queue', redis().url, '--out', at('queued.npy')]),
      attune(['embed', at('calls'), '--threads', '1', '--out', at('local.npy')]),
    ]);
    child.kill('SIGKILL');
    for (const name of ['npy', 'npy.csv'])
      expect(await readFile(at(`queued.${name}`)), name).toEqual(await readFile(at(`local.${name}`)));
    expect(outcome.status).toBe(1);
    const rows = (await readFile(at('listed.csv'), 'utf8')).trim().split('\n').slice(1);
    expect(rows.map((row) => row.split(',')[0])).toEqual(
      (await readFile(at('list.txt'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => join(folder, line)),
    );
  });
});
