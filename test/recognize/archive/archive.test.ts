import { once } from 'node:events';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { writeSyntheticCorpus } from '../../../src/corpus/synthetic.ts';
import { AttuneError } from '../../../src/errors.ts';
import { queueExecutor } from '../../../src/jobs/queue/coordinator.ts';
import { jobFigures } from '../../../src/jobs/queue/figures.ts';
import type { Report } from '../../../src/recognize/answers.ts';
import { archiveOf } from '../../../src/recognize/archive/archive.ts';
import type { Shard } from '../../../src/recognize/archive/shard.ts';
import { SHARD } from '../../../src/recognize/archive/units.ts';
import { listRecordings } from '../../../src/recognize/recordings.ts';
import { DEFAULT_TIMELINE } from '../../../src/recognize/timeline.ts';
import { environment } from '../../../src/run/environment.ts';
import { attune, attuneInTurn, filesOf, killedWhen, start, temporaryFolder } from '../../cli/attune.ts';
import { describeWithRedis } from '../../jobs/queue/redis.ts';

describeWithRedis('an archive on a queue', (redis) => {
  const parent = temporaryFolder();
  const inTurn = attuneInTurn();

  it('is read nowhere but in the folders of a worker, whatever a list or who may write to the queue asks for', async () => {
    const at = (name: string) => join(own, name);
    const own = join(await parent, 'guarded');
    await writeSyntheticCorpus(at('calls'), { speakers: 1, utterancesPerEmotion: 1, seed: 5 });
    await writeSyntheticCorpus(at('secret'), { speakers: 1, utterancesPerEmotion: 1, seed: 6 });
    const secret = filesOf(at('secret')).find((name) => name.endsWith('.wav'))!;
    await writeFile(join(at('calls'), 'list.txt'), `../secret/${secret}\n`);
    const url = `${redis().url}/7`;
    const listed = ['recognize', '--list', join(at('calls'), 'list.txt'), '--weights', 'paper'];
    const refused = await inTurn([...listed, '--queue', url, '--out', at('out.csv'), '--format', 'csv']);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain(`list.txt: ../secret/${secret} lies outside the folder of the list`);
    const child = start(['worker', '--queue', url, '--corpus-dir', at('calls'), '--cache', at('cache')]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const good: Shard = {
      ...{ number: 0, archive: 'calls', files: [{ path: 'a.wav', file: 'a.wav' }] },
      work: { what: 'report', weights: 'paper', report: { timeline: DEFAULT_TIMELINE } },
    };
    const asked = (path: string, more: object = {}) => ({ ...good, files: [{ path, file: 'x' }], ...more });
    const bad = [
      ...[asked(`../secret/${secret}`), asked(join(at('secret'), secret)), asked(`a/../../secret/${secret}`)],
      ...[asked('a\0.wav'), asked(`secret/${secret}`, { archive: '..' }), asked('a.wav', { archive: '../secret' })],
      asked('a.wav', { number: '../../../out' }),
    ] as Shard[];
    const failures = new Map<Shard, string>();
    const { attune: version } = environment();
    await queueExecutor({ url, version, site: {}, lookMs: 50 }).execute({
      ...{ kind: SHARD, units: bad, folder: own, shared: [], means: { corpora: [], cache: '' }, onEvent: () => {} },
      nameOf: (shard) => `unit ${bad.indexOf(shard)}`,
      filesOf: (shard) => ({ left: [`${bad.indexOf(shard)}.jsonl`] }),
      onDone: (shard) => void failures.set(shard, 'done'),
      onFailed: (shard, { message }) => void failures.set(shard, message),
    });
    const why = /^unit \d: what is asked for is no unit of kind shard: at (files\[0\].path|archive|number): expected /;
    expect([...failures.values()].filter((text) => !why.test(text))).toEqual([]);
    expect(failures.size).toBe(bad.length);
  });

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
    await killedWhen(start(queued), () => said.includes('shard 1 of 5 (queued.jsonl.shards) done'));
    while ((said.match(/shard \d of 5 \(\S+\) done/g) ?? []).length < 5) await sleep(20);
    const local = await inTurn([...asked, '--weights', 'paper', '--threads', '1']);
    const again = await inTurn(queued);
    expect(again.stderr).toContain('broken.wav');
    expect(again.status).toBe(1); // as where one file of a folder cannot be read
    expect(await readFile(at('queued.jsonl'), 'utf8')).toBe(local.stdout);
    expect(local.stdout.trim().split('\n')).toHaveLength(files.length);
    expect(said.match(/shard \d of 5 \(\S+\) done/g)).toHaveLength(5);
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
      '--corpus-dir',
      folder, // in which the list lies
      '--jobs',
      '1',
      '--cache',
      at('cache'),
    ]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const paper = ['--weights', 'paper'];
    const asked = ['recognize', at('calls'), ...paper, '--format', 'json', '--normalize', 'folder', '--mixed'];
    const queued = await inTurn([...asked, '--queue', redis().url, '--out', at('queued.json')]);
    const local = await inTurn([...asked, '--threads', '1', '--out', at('local.json')]);
    expect(queued.status, queued.stderr).toBe(1);
    expect(await readFile(at('queued.json'), 'utf8')).toBe(await readFile(at('local.json'), 'utf8'));
    expect(local.stderr).toContain('taken out');
    expect(queued.stderr).toBe(local.stderr);
    const list = ['recognize', '--list', at('list.txt'), ...paper, '--format', 'csv'];
    const listed = [...list, '--queue', redis().url, '--shard', '5'];
    const outcome = await inTurn([...listed, '--out', at('listed.csv')]);
    const unordered = await inTurn([...listed, '--unordered', '--normalize', 'folder', '--out', at('unordered.csv')]);
    expect(unordered.status, unordered.stderr).toBe(1);
    const other = await inTurn([...list, '--normalize', 'folder', '--threads', '1']);
    expect((await readFile(at('unordered.csv'), 'utf8')).split('\n').sort()).toEqual(other.stdout.split('\n').sort());
    await inTurn(['embed', at('calls'), '--queue', redis().url, '--out', at('queued.npy')]);
    await inTurn(['embed', at('calls'), '--threads', '1', '--out', at('local.npy')]);
    child.kill('SIGKILL');
    for (const name of ['npy', 'npy.csv'])
      expect(await readFile(at(`queued.${name}`)), name).toEqual(await readFile(at(`local.${name}`)));
    expect(outcome.stderr.match(/attune: \S+: (?!.*shorter)/g)).toHaveLength(1); // the broken one
    const rows = (await readFile(at('listed.csv'), 'utf8')).trim().split('\n').slice(1);
    expect(rows.map((row) => row.split(',')[0])).toEqual(
      (await readFile(at('list.txt'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => join(folder, line)),
    );
    const none = await inTurn(['embed', at('calls'), '--queue', redis().url, '--unordered', '--out', at('no.npy')]);
    expect(none.stderr).toContain('rows of an .npy keep the order of the recordings');
  });

  it('is answered but for recordings that end their process or are others, as it comes', async () => {
    const folder = await parent;
    const at = (name: string) => join(folder, name);
    const url = `${redis().url}/6`; // in which no killed worker of another test is waited for
    await cp(at('calls'), at('odd/calls'), { recursive: true });
    const [, first, third] = filesOf(at('odd/calls')).sort() as [string, string, string];
    // the processes that do units end where they open the first; on the worker’s machine the third is another one
    const child = start(['worker', '--queue', url, '--corpus-dir', at('odd'), '--jobs', '2', '--cache', at('cache')], {
      NODE_OPTIONS: `--import=${new URL('./deadly.js', import.meta.url).href}`,
      DEADLY: first,
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await writeFile(
      join(at('odd/calls'), third),
      await readFile(join(at('odd/calls'), third)).then((all) => all.subarray(2)),
    );
    const recordings = (await listRecordings([at('calls')])).found.filter((item) => 'root' in item);
    const { attune: version, ...site } = environment();
    const executor = queueExecutor({ url, version, site, lookMs: 50, pauseMs: 20, attempts: 2 });
    const notes: string[] = [];
    const { asTheyCome, end } = archiveOf<Report>({
      ...{ recordings, shard: 4, folder: at('odd.shards'), executor, means: { corpora: [], cache: '' } },
      work: { what: 'report', weights: 'paper', report: { timeline: { smoothSeconds: 1, abstainBelow: 0 } } },
      onNote: (text) => notes.push(text),
    });
    const came = new Map<string, Report | AttuneError>();
    for await (const [i, answer] of asTheyCome) {
      expect(came.has(recordings[i]!.path)).toBe(false);
      came.set(recordings[i]!.path, answer);
    }
    expect([...came.keys()].sort()).toEqual(recordings.map(({ path }) => path));
    const whole = recordings.slice(4).map(({ path }) => path); // the first shard is done in parts, after the others
    expect([...came.keys()].slice(0, whole.length).sort()).toEqual(whole);
    const failed = [...came].filter(([, answer]) => answer instanceof AttuneError);
    expect(failed.map(([path]) => path).sort()).toEqual([first, third, 'broken.wav'].sort());
    expect((came.get(first) as AttuneError).message).toMatch(
      /recording 2 in shard 1 of 3: its process was ended by SIGKILL.*\(tried 2 times\)$/,
    );
    expect((came.get(third) as AttuneError).message).toMatch(/has \d+ bytes here, and \d+ bytes where it was listed/);
    expect(notes).toContain('shard 1 of 3 failed as a whole, and is done again in parts');
    await end();
    expect(filesOf(at('odd.shards/shards')).join(' ')).toMatch(/\b0\.0-1\.\w{16}\.jsonl/); // another size may be put right, so it is tried again
  });

  it('is taken back from the queue where the command is stopped, or its output can take no more', async () => {
    const at = (name: string) => join(folder, name);
    const folder = await parent;
    const url = `${redis().url}/8`;
    const unitsThere = async () => {
      const { versions } = await jobFigures({ url });
      return versions.reduce((sum, { waiting, active, delayed }) => sum + waiting + active + delayed, 0);
    };
    const queue = ['--queue', url, '--shard', '1'];
    for (const asked of [
      ['recognize', at('calls'), ...queue, '--weights', 'paper', '--out', at('stopped.txt')],
      ['embed', at('calls'), ...queue, '--out', at('stopped.npy')],
    ]) {
      const child = start(asked);
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text) => {
        said += text;
      });
      const closed = once(child, 'close');
      while ((await unitsThere()) < 9 && child.exitCode === null) await sleep(50);
      child.kill('SIGINT');
      expect(await closed, said).toEqual([130, null]);
      expect(said).toContain('attune: stopped; what is done is kept');
      expect(await unitsThere(), said).toBe(0);
      expect(filesOf(folder).filter((name) => /^\.?stopped.*(part|txt|npy|csv)$/.test(name))).toEqual([]);
    }
    await symlink('/dev/full', at('full.jsonl'));
    const full = ['--weights', 'paper', '--format', 'jsonl', '--out', at('full.jsonl')];
    const [failed] = await Promise.all([
      attune(['recognize', at('calls'), ...queue, ...full]),
      (async () => {
        while ((await unitsThere()) < 9) await sleep(50);
        const child = start(['worker', '--queue', url, '--corpus-dir', at('calls'), '--jobs', '1']);
        onTestFinished(() => void child.kill('SIGKILL'));
      })(),
    ]);
    expect(failed.stderr).toContain('full.jsonl could not be written: the disk is full');
    expect(failed.status).toBe(1);
    while ((await unitsThere()) > 0) await sleep(50); // one may be in hand, and is given back
  });

  it('is told of recordings that are nowhere or broken as on one machine, wherever workers have the others', async () => {
    const at = (name: string) => join(folder, name);
    const folder = await parent;
    const url = `${redis().url}/9`;
    await cp(at('calls'), at('elsewhere/calls'), { recursive: true });
    const [good] = filesOf(at('calls')).filter((name) => name.endsWith('.wav') && name !== 'broken.wav');
    const list = join(at('calls'), 'some.txt');
    await writeFile(list, `none.wav\n${good}\nbroken.wav\nsub/none.wav\n/nowhere/at/all.wav\n`);
    await writeFile(at('calls and more.txt'), `calls/${good}\n`); // the same file, by another root
    const asked = ['recognize', '--list', list, '--weights', 'paper', '--format', 'jsonl'];
    // clips of one length, and so of one size, in a folder of another name
    await cp(at('calls'), at('decoy'), { recursive: true });
    await writeFile(join(at('decoy'), good!), await readFile(join(at('decoy'), good!)).then((all) => all.fill(0, 44)));
    const folders = ['--corpus-dir', at('decoy'), '--corpus-dir', at('elsewhere'), '--corpus-dir', folder];
    const child = start(['worker', '--queue', url, ...folders, '--jobs', '1']);
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stderr, 'data'); // it waits for units
    const queued = await inTurn([...asked, '--queue', url, '--shard', '1', '--out', at('some.jsonl')]);
    const local = await inTurn([...asked, '--threads', '1']);
    expect(await readFile(at('some.jsonl'), 'utf8')).toBe(local.stdout);
    expect(queued.stderr).toBe(local.stderr);
    expect(local.stdout.match(/no such file; check the path/g)).toHaveLength(3);
    const twice = [
      'recognize',
      at('calls'),
      '--list',
      at('calls and more.txt'),
      '--weights',
      'paper',
      '--format',
      'csv',
    ];
    await inTurn([...twice, '--queue', url, '--out', at('twice.csv')]);
    expect(await readFile(at('twice.csv'), 'utf8')).toBe((await inTurn([...twice, '--threads', '1'])).stdout);
  });
});
