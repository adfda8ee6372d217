import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../bench/free-port.ts';
import { STAND_IN, type StandInUnit } from '../../../bench/scale/processes.ts';
import { startRedis } from '../../../bench/scale/redis.ts';

import { gatherFailures } from '../../../src/jobs/failures.ts';
import { queueExecutor } from '../../../src/jobs/queue/coordinator.ts';
import { jobFigures } from '../../../src/jobs/queue/figures.ts';
import type { QueueOptions } from '../../../src/jobs/queue/options.ts';
import { prometheusText } from '../../../src/jobs/queue/prometheus.ts';
import { PREFIX, queueName } from '../../../src/jobs/queue/store.ts';
import { temporaryFolder } from '../../cli/attune.ts';
import { selfSigned } from './certificate.ts';
import { begun, coordinate, dismissAll, hasty, hire, SHORT } from './processes.ts';
import { describeWithRedis } from './redis.ts';

dismissAll();

/** A folder, and units that write into it. */
async function place(name: string, parent: Promise<string>) {
  const folder = join(await parent, name);
  await mkdir(folder);
  const journal = join(folder, 'journal');
  const units = (count: number, more: Partial<StandInUnit> = {}) =>
    Array.from({ length: count }, (_, i): StandInUnit => ({ value: i + 1, journal, ...more }));
  const written = async (count: number) =>
    Promise.all(Array.from({ length: count }, (_, i) => readFile(join(folder, `${i + 1}.txt`), 'utf8')));
  return { folder, journal, units, written };
}

const doubled = (count: number) => Array.from({ length: count }, (_, i) => `${2 * (i + 1)} `);

/** A coordinator in this process. */
function execute(options: QueueOptions, folder: string, units: readonly StandInUnit[], signal?: AbortSignal) {
  const notes: string[] = [];
  const done: number[] = [];
  const failures = gatherFailures();
  const executed = queueExecutor(options).execute({
    ...{ kind: STAND_IN, units, folder, shared: [], means: { corpora: [], cache: '' }, signal },
    nameOf: ({ value }) => `unit ${value}`,
    filesOf: ({ value }) => ({ left: [`${value}.txt`], states: [`${value}.state`] }),
    onEvent: () => {},
    onDone: ({ value }) => void done.push(value),
    onFailed: (_, error) => failures.add(error),
    onNote: (text) => notes.push(text),
  });
  const work = executed.then(() => failures.throwAll('unit', units.length));
  work.catch(() => {});
  return { work, notes, done };
}

describeWithRedis('units on a queue', (redis) => {
  const parent = temporaryFolder();
  let databases = 0;
  /** that of a coordinator which is killed: the files of what it was fetching stay for a week */
  let killed = 0;
  /** A database for each test, which run side by side. */
  const database = () => `${redis().url}/${++databases}`;

  describe.concurrent('', () => {
    it('are done once and come back, though the worker that has one is killed', async () => {
      const url = database();
      const { folder, journal, units, written } = await place('killed', parent);
      const { work, done } = execute(hasty(url, 'killed'), folder, units(3, { wait: 300 }));
      const first = hire(url, 'killed', SHORT);
      while (!existsSync(journal)) await sleep(5);
      first.child.kill('SIGKILL');
      hire(url, 'killed', SHORT);
      await work;
      expect(await written(3)).toEqual(doubled(3));
      expect([...done].sort()).toEqual([1, 2, 3]);
      const [lost] = /\d(?= \(\S+\) begins)/.exec(first.said())!;
      expect(begun(folder)[lost]).toBeGreaterThan(1);
    });

    it('count by their first result where a worker is so slow that another takes over', async () => {
      const url = database();
      const { folder, journal, units, written } = await place('slow', parent);
      const { work, done } = execute(hasty(url, 'slow'), folder, units(2, { wait: 300 }));
      const slow = hire(url, 'slow', SHORT);
      while (!existsSync(journal)) await sleep(5);
      slow.child.kill('SIGSTOP'); // its lock expires, and its unit's own process goes on
      const quick = hire(url, 'slow', SHORT);
      await quick.until(/unit \d \(\w+\) done/);
      slow.child.kill('SIGCONT');
      await slow.until(/unit \d \(\w+\) (done|given back)/); // its late result is dropped
      await work;
      expect([...done].sort()).toEqual([1, 2]);
      expect(await written(2)).toEqual(doubled(2));
    });

    it('that fail three times are reported when the rest is done, and tried anew by the same command', async () => {
      const url = database();
      const { folder, units, written } = await place('failing', parent);
      const worker = hire(url, 'failing');
      const all = units(3).map((unit) => (unit.value === 2 ? { ...unit, fail: 'no good' } : unit));
      const { work, notes } = execute(hasty(url, 'failing'), folder, all);
      await expect(work).rejects.toMatchObject({
        code: 'run',
        message: 'unit 2: no good (tried 3 times). Start the same command again to go on from there.',
      });
      expect(begun(folder)).toEqual({ 1: 1, 2: 3, 3: 1 });
      expect(notes.filter((note) => note.includes('tried again'))).toHaveLength(2);
      expect((await written(1))[0]).toBe('2 ');
      const again = execute(hasty(url, 'failing'), folder, all.slice(1, 2));
      await expect(again.work).rejects.toThrow('tried 3 times');
      expect(begun(folder)[2]).toBe(6);
      const figures = await jobFigures({ url });
      const { versions, workers } = figures;
      expect(await prometheusText(figures)).toContain('attune_queue_units{version="failing",state="failed"} 1\n');
      expect(versions).toMatchObject([{ version: 'failing', waiting: 0, active: 0, done: 2, failed: 1 }]);
      expect(versions[0]!.failures).toEqual([{ name: 'unit 2 (failing)', text: 'no good' }]);
      expect(workers).toMatchObject([{ version: 'failing', places: 1, site: { processor: 'that of this test' } }]);
      worker.child.kill('SIGTERM');
      expect(await worker.ended).toBe(0);
      expect((await jobFigures({ url })).workers).toEqual([]);
    });

    it('that would fail again, wherever they are done, are not tried again, and end the work', async () => {
      const url = database();
      const { folder, units } = await place('final', parent);
      hire(url, 'final');
      const { work } = execute(hasty(url, 'final'), folder, [
        ...units(1, { fail: 'diverged', final: true }),
        ...units(3, { wait: 60_000 }).slice(1),
      ]);
      await expect(work).rejects.toMatchObject({ code: 'run', message: 'unit 1: diverged', isFinal: true });
      expect(begun(folder)).toMatchObject({ 1: 1 });
      expect(begun(folder)).not.toHaveProperty('3'); // the second may have begun meanwhile
    });

    it('that end their process are reported like those that fail', async () => {
      const url = database();
      const { folder, units } = await place('dying', parent);
      hire(url, 'dying');
      const { work } = execute({ ...hasty(url, 'dying'), attempts: 2 }, folder, units(1, { die: true }));
      await expect(work).rejects.toThrow(
        'unit 1: its process was ended by SIGKILL, perhaps for want of memory (tried 2 times)',
      );
    });

    it('are tried again, one of them, where the process ends that looks whether a machine can do them', async () => {
      const url = database();
      const { folder, units, written } = await place('looking', parent);
      hire(url, 'looking', { places: 2 });
      const all = units(2, { diesLooking: join(folder, 'looked') });
      const { work, notes } = execute(hasty(url, 'looking'), folder, all);
      await work;
      expect(await written(2)).toEqual(doubled(2));
      expect(notes.filter((note) => /ended by SIGKILL.*is tried again/.test(note))).toHaveLength(1);
    });

    it('are done once for two coordinators, and each has them', async () => {
      const url = database();
      const [one, other] = [await place('one', parent), await place('other', parent)];
      const shared = one.units(4, { wait: 50 });
      const all = [one, other].map(({ folder }) => execute(hasty(url, 'two'), folder, shared));
      hire(url, 'two', { places: 2 });
      await Promise.all(all.map(({ work }) => work));
      expect(await one.written(4)).toEqual(doubled(4));
      expect(await other.written(4)).toEqual(doubled(4));
      expect(begun(one.folder)).toEqual({ 1: 1, 2: 1, 3: 1, 4: 1 });
    });

    it('go on where their coordinator is killed, and are there when it is started again', async () => {
      const url = database();
      killed = databases;
      const { folder, units, written } = await place('restarted', parent);
      const options = hasty(url, 'restarted');
      const worker = hire(url, 'restarted');
      const all = units(4, { wait: 150 });
      const coordinator = coordinate(options, folder, all);
      await coordinator.until(/unit \d is here/);
      coordinator.child.kill('SIGKILL');
      await worker.until(/(unit \d \(\w+\) done[\s\S]*){4}/);
      expect(await execute(options, folder, all).work).toBeUndefined();
      expect(await written(4)).toEqual(doubled(4));
      expect(Object.values(begun(folder)).reduce((a, b) => a + b)).toBeLessThanOrEqual(5); // one was fetched already
    });

    it('are taken back where their coordinator is stopped', async () => {
      const url = database();
      const { folder, journal, units } = await place('stopped', parent);
      const worker = hire(url, 'stopped');
      const controller = new AbortController();
      const reason = new Error('enough');
      const { work } = execute(hasty(url, 'stopped'), folder, units(3, { wait: 60_000 }), controller.signal);
      while (!existsSync(journal)) await sleep(10);
      await expect
        .poll(async () => (await jobFigures({ url })).workers.flatMap(({ active }) => active))
        .toEqual([expect.stringMatching(/^unit \d \(stopped\)$/)]);
      controller.abort(reason);
      await expect(work).rejects.toBe(reason);
      await worker.until(/given back: nobody waits for it any more/);
      expect(Object.keys(begun(folder))).toHaveLength(1);
    });

    it('are left to workers of their version, and both sides say so', async () => {
      const url = database();
      const { folder, units } = await place('version', parent);
      const { work, notes } = execute(hasty(url, '1.0'), folder, units(1));
      while (!notes.length) await sleep(10);
      const other = hire(url, '1.1');
      expect(await other.ended).toBe(1);
      expect(other.said()).toContain('the units in the queue are for Attune 1.0, and this is 1.1: install the same');
      hire(url, '1.0');
      await work;
    });

    it('are kept from nobody by a worker that can do none of them', async () => {
      const url = database();
      const { folder, units, written } = await place('passed', parent);
      const unfit = { site: { processor: 'another' }, declineMs: 60_000 };
      const others = [hire(url, 'passed', unfit), hire(url, 'passed', unfit)];
      for (const one of [hire(url, 'passed'), ...others]) await one.until(/waits/);
      const { work } = execute({ ...hasty(url, 'passed'), same: ['processor'] }, folder, units(20, { wait: 20 }));
      await others[0]!.until(/given back: the same numerics are asked for/);
      await work;
      expect(await written(20)).toEqual(doubled(20));
      others[0]!.child.kill('SIGTERM'); // while it pauses
      expect(await others[0]!.ended).toBe(0);
    });

    it('are left to workers that can do them; where none can, it is said why', async () => {
      const url = database();
      const { folder, units, written } = await place('unfit', parent);
      const options = { ...hasty(url, 'unfit'), same: ['processor'] };
      const unfit = hire(url, 'unfit', {}, 'elsewhere');
      const { work } = execute(options, folder, units(1, { unfit: 'elsewhere' }));
      await expect(work).rejects.toThrow(
        /unit 1 can be done by none of the workers at the queue, which .*:\n\S+: elsewhere has another corpus$/,
      );
      const other = hire(url, 'unfit', { site: { processor: 'another' } });
      const fit = hire(url, 'unfit', {}, 'here');
      await Promise.all([other, fit].map(({ until }) => until(/waits/)));
      const again = execute(options, folder, units(3, { unfit: 'elsewhere', wait: 200 }));
      await other.until(
        /given back: the same numerics are asked for: processor must be that of this test, and is another here/,
      );
      await unfit.until(/given back: elsewhere has another corpus/);
      await again.work;
      expect(await written(3)).toEqual(doubled(3));
    });

    it('that no worker can go on with keep their state, from which the same command goes on', async () => {
      const url = database();
      const { folder, units } = await place('lacking', parent);
      const client = redis().client.duplicate({ db: databases });
      hire(url, 'lacking');
      const lacks = join(folder, 'recording.wav');
      await expect(execute(hasty(url, 'lacking'), folder, units(1, { lacks })).work).rejects.toMatchObject({
        ...{ code: 'corpus', message: expect.stringContaining(`unit 1: ${lacks} is gone`) },
      });
      expect(await client.keys('attune:state:*')).toHaveLength(1);
      await writeFile(lacks, 'here again');
      await execute(hasty(url, 'lacking'), folder, units(1, { lacks })).work;
      expect(await readFile(join(folder, '1.txt'), 'utf8')).toBe('2 begun before');
      client.disconnect();
    });

    it('end with the error where this machine cannot keep what they leave, and are taken back', async () => {
      const url = database();
      const { folder, units } = await place('unwritable', parent);
      await mkdir(join(folder, '1.txt', 'in the way'), { recursive: true });
      const { work, notes } = execute(hasty(url, 'unwritable'), folder, units(1));
      const queue = new Queue(queueName('unwritable'), { connection: { url }, prefix: PREFIX });
      while ((await queue.getWaitingCount()) < 1) await sleep(10);
      expect((await jobFigures({ url })).versions).toMatchObject([{ version: 'unwritable', waiting: 1, active: 0 }]);
      hire(url, 'unwritable');
      await expect(work).rejects.toMatchObject({
        code: 'run',
        message: expect.stringMatching(/1\.txt could not be written/),
      });
      expect(notes.filter((note) => note.includes('done again'))).toEqual([]);
      await rm(join(folder, '1.txt'), { recursive: true });
      await execute(hasty(url, 'unwritable'), folder, units(1)).work; // what was done is fetched
      expect(begun(folder)).toEqual({ 1: 1 });
      await queue.close();
    });

    it('are done again where what came of them is damaged, and go on beside a damaged entry of a worker', async () => {
      const url = database();
      const { folder, units, written } = await place('damaged', parent);
      const client = redis().client.duplicate({ db: databases });
      await client.set('attune:worker:stranger', '{"name":3}');
      await client.sadd('attune:workers', 'stranger');
      const { work, notes } = execute(hasty(url, 'damaged'), folder, units(2));
      const wanted = () => client.keys('attune:wanted:*');
      while ((await wanted()).length < 2) await sleep(10);
      const [first, second] = (await wanted()).map((id) => id.replace('wanted', 'result')) as [string, string];
      await client.set(first, 'null');
      await client.lpush(second, 'no text');
      hire(url, 'damaged');
      await work;
      expect(await written(2)).toEqual(doubled(2));
      for (const key of [first, second])
        expect(
          notes.some((note) => note.includes(`${key} in Redis is damaged`) && note.endsWith('; it is done again')),
        ).toBe(true);
      expect(notes).toContainEqual(expect.stringMatching(/^attune:worker:stranger is damaged and ignored/));
      expect(await jobFigures({ url })).toMatchObject({
        workers: [{ version: 'damaged' }],
        damaged: ['attune:worker:stranger'],
      });
      client.disconnect();
    });

    it('that are none are failed at once, and the others done', async () => {
      const url = database();
      const { folder, units, written } = await place('poisoned', parent);
      const queue = new Queue(queueName('poisoned'), { connection: { url }, prefix: PREFIX });
      const good = {
        kind: 'slow',
        name: 'unit 9',
        of: 'runs',
        input: {},
        version: 'poisoned',
        shared: [],
        left: [],
        states: [],
      };
      const poisons = [
        { hello: 1 },
        { ...good, left: ['../../etc/passwd'], exchange: 'redis' },
        { ...good, exchange: 'carrier pigeon' },
      ];
      for (const poison of poisons) await queue.add('slow', poison, { attempts: 3 });
      const worker = hire(url, 'poisoned');
      await execute(hasty(url, 'poisoned'), folder, units(2)).work;
      expect(await written(2)).toEqual(doubled(2));
      const failed = await queue.getFailed();
      expect(failed.map(({ attemptsMade }) => attemptsMade)).toEqual([1, 1, 1]);
      expect(failed.map(({ failedReason }) => failedReason).sort()[0]).toMatch(
        /no unit of Attune: at exchange: expected one of/,
      );
      expect(worker.child.exitCode).toBeNull();
      await queue.close();
    });
  });

  it('leave nothing in Redis, late results neither', async () => {
    for (let i = 1; i <= databases; i++) {
      if (i === killed) continue;
      await redis().client.select(i);
      for (const kind of ['piece', 'result', 'state'])
        await expect
          .poll(() => redis().client.keys(`attune:${kind}:*`), { timeout: 10_000, interval: 100 }) // some still end
          .toEqual([]);
    }
  });
});

describeWithRedis('a queue', (redis) => {
  const parent = temporaryFolder();

  it('goes on where Redis is killed and starts again with its file, and where its memory is full for a while', async () => {
    const { folder, units, written } = await place('outage', parent);
    const options = hasty(redis().url, 'outage');
    const worker = hire(redis().url, 'outage');
    await worker.until(/waits/);
    const { work, notes, done } = execute(options, folder, units(4, { wait: 100, size: 1_000_000 }));
    await worker.until(/unit \d \(\w+\) begins/);
    await redis().restart();
    while (done.length < 1) await sleep(10);
    const used = Number(/used_memory:(\d+)/.exec(await redis().client.info('memory'))![1]);
    await redis().client.config('SET', 'maxmemory', used - 100_000);
    await worker.until(/the memory of Redis is full/);
    await redis().client.config('SET', 'maxmemory', 0);
    await work;
    expect((await written(4)).map((text) => text.length)).toEqual([2e6, 2e6, 2e6, 2e6]);
    expect(notes.filter((note) => /connection to \S+ is (lost|back)/.test(note)).length).toBeGreaterThan(1);
  });

  it('that is full is waited for by workers that begin, and by a coordinator that is told so, and is shown', async () => {
    const small = await startRedis();
    const { folder, units, written } = await place('full', parent);
    const { work, notes } = execute(hasty(small.url, 'full'), folder, units(2));
    while (!(await small.client.keys('attune:wanted:*')).length) await sleep(10);
    await sleep(300);
    await small.client.config('SET', 'maxmemory', 1_000);
    const worker = hire(small.url, 'full');
    await worker.until(/the memory of Redis is full/);
    expect(worker.said()).not.toContain('waits as');
    while (!notes.some((note) => note.startsWith('the memory of Redis is full'))) await sleep(10);
    const { memory, versions } = await jobFigures({ url: small.url });
    expect(versions).toMatchObject([{ version: 'full', waiting: 2 }]);
    expect(memory).toMatchObject({ most: 1_000 });
    await small.client.config('SET', 'maxmemory', 0);
    await work;
    expect(await written(2)).toEqual(doubled(2));
    worker.child.kill('SIGKILL');
    await small.stop();
  });

  it.concurrent('that is gone keeps no worker that is told to end', async () => {
    const own = await startRedis();
    const worker = hire(own.url, 'gone');
    await worker.until(/waits as/);
    await own.stop();
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
  });

  it.concurrent('that is gone is waited for by a worker that is told to end with a unit in hand, and says so', async () => {
    const own = await startRedis();
    const { folder, units, written } = await place('back', parent);
    const worker = hire(own.url, 'back');
    const { work } = execute(hasty(own.url, 'back'), folder, units(1, { wait: 300 }));
    await worker.until(/begins/);
    await own.restart('SIGKILL', async () => {
      worker.child.kill('SIGTERM');
      await worker.until(/Redis is gone: what is in hand goes there when it is back/);
    });
    await work;
    expect(await written(1)).toEqual(doubled(1));
    expect(begun(folder)).toEqual({ 1: 1 });
    expect(await worker.ended).toBe(0);
    await own.stop();
  });

  it.concurrent('is asked over TLS where its certificate is trusted, and refused where it is not', async () => {
    const { folder, units, written } = await place('secure', parent);
    const at = (name: string) => join(folder, name);
    const { certificate, key } = selfSigned();
    await writeFile(at('certificate.pem'), certificate);
    await writeFile(at('key.pem'), key);
    const port = await freePort();
    const files = ['--tls-cert-file', at('certificate.pem'), '--tls-key-file', at('key.pem')];
    const tls = ['--tls-port', `${port}`, ...files, '--tls-ca-cert-file', at('certificate.pem')];
    const secure = await startRedis([...tls, '--tls-auth-clients', 'no']);
    const url = `rediss://127.0.0.1:${port}`;
    const trusting = { NODE_EXTRA_CA_CERTS: at('certificate.pem') };
    const worker = hire(url, 'secure', {}, '', [], trusting);
    const coordinator = coordinate(hasty(url, 'secure'), folder, units(2), trusting);
    await coordinator.ended;
    expect(coordinator.said()).toContain('all are done');
    expect(await written(2)).toEqual(doubled(2));
    await expect(execute(hasty(url, 'secure'), folder, []).work).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/shows a certificate that is not trusted here \(self-signed certificate\)/),
    });
    await expect(execute(hasty(url.replace('rediss:', 'redis:'), 'secure'), folder, []).work).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/answers with TLS alone: name it as rediss:/),
    });
    worker.child.kill('SIGKILL');
    await secure.stop();
  });

  it.concurrent('is refused where it does not answer, refuses the password, or may lose units, and so are clocks that differ', async () => {
    const secret = await startRedis(['--requirepass', 'secret']);
    const folder = await parent;
    const outcome = (url: string, more: object = {}) =>
      execute({ ...hasty(url, 'x'), tries: 2, ...more }, folder, []).work;
    await expect(outcome('redis://127.0.0.1:1')).rejects.toThrow(
      /^redis:\/\/127.0.0.1:1 does not answer \(connect ECONNREFUSED/,
    );
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    await expect(outcome(`redis://127.0.0.1:${port}`, { tries: 1 })).rejects.toThrow(
      /does not answer \(it takes connections, and says nothing\): start Redis/,
    );
    silent.close();
    await expect(outcome('http://127.0.0.1:1')).rejects.toMatchObject({ code: 'usage' });
    await expect(outcome(secret.url.replace('secret', 'guess'))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/refuses the password or the user \(WRONGPASS/),
    });
    await expect(outcome(secret.url.replace(':secret@', ''))).rejects.toThrow(/ATTUNE_QUEUE_PASSWORD/);
    await expect(outcome(secret.url.replace(':secret@', ''), { password: 'secret' })).resolves.toBeUndefined();
    const may = ['~attune*', '&*', '+@all', '-@dangerous', '+info', '+keys']; // as docs/queue.md has it
    await secret.client.call('ACL', 'SETUSER', 'attune', 'on', '>p@ss/word', ...may);
    const user = [secret.url.replace(':secret@', 'attune@'), { password: 'p@ss/word' }] as const;
    const { folder: own, units, written } = await place('user', parent);
    const worker = hire(user[0], 'user', user[1]);
    await execute({ ...hasty(user[0], 'user'), ...user[1] }, own, units(1)).work;
    expect(await written(1)).toEqual(doubled(1));
    worker.child.kill('SIGKILL');
    const shifted = `data:text/javascript,const { now } = Date; Date.now = () => now() - 90_000;`;
    const late = hire(secret.url, 'late', {}, '', ['--import', shifted]);
    expect(await late.ended).toBe(1);
    expect(late.said()).toMatch(/clock is (89|90) s behind that of redis:\/\/127/);
    await expect(outcome(`${secret.url}/99`)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/has no database 99 \(.*out of range/),
    });
    const began = performance.now();
    await expect(outcome(secret.url.replace('redis:', 'rediss:'), { tries: 4 })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/answers without TLS, and rediss: asks for it/),
    });
    expect(performance.now() - began).toBeLessThan(10_000);
    await secret.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(outcome(secret.url)).rejects.toThrow(/maxmemory-policy is allkeys-lru\): set it to noeviction/);
    await secret.stop();
  });
});
