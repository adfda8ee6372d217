import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { readCorpus } from '../../../src/corpus/read.ts';
import { writeSyntheticCorpus } from '../../../src/corpus/synthetic.ts';
import { crossValidate } from '../../../src/evaluate/crossval.ts';
import { type FoldUnit, work } from '../../../src/evaluate/fold.ts';
import type { FitEvent } from '../../../src/evaluate/system.ts';
import { trainOnAll } from '../../../src/evaluate/train-on-all.ts';
import type { Executor } from '../../../src/jobs/executor.ts';
import { queueExecutor } from '../../../src/jobs/queue/coordinator.ts';
import { DEFAULT_ARCHITECTURE } from '../../../src/model/architecture.ts';
import { environment } from '../../../src/run/environment.ts';
import type { RunEvent } from '../../../src/run/events.ts';
import type { RunOptions } from '../../../src/run/run-files.ts';
import { attune, start, temporaryFolder } from '../../cli/attune.ts';
import { predict } from '../../evaluate/predict.ts';
import { runOf } from '../../evaluate/run.ts';
import { describeWithRedis } from './redis.ts';

/** A network an eighth as wide as the paper's, for two epochs. */
const OPTIONS: RunOptions = (() => {
  const { options } = runOf([predict('a', 'a', 'sad', 'sad')]).config;
  const architecture = { ...DEFAULT_ARCHITECTURE, width: 0.125 };
  return { ...options, architecture, schedule: { ...options.schedule, epochs: 2, decayEpochs: [] } };
})();

/** Folds in this process, one after the other. */
const here: Executor = {
  async execute({ units, folder, means, onEvent, onDone }) {
    for await (const unit of units) {
      await work(unit as FoldUnit, { folder, means, tell: (event: FitEvent) => onEvent(unit, event as never) });
      await onDone(unit);
    }
  },
};

/** A worker by the folder that holds the corpus, with a cache of its own, and what it says. */
function hire(url: string, folder: string) {
  const own = ['--corpus-dir', folder, '--cache', join(folder, 'cache 2'), '--jobs', '1'];
  const child = start(['worker', '--queue', url, ...own, '--lock', '1', '--stalled', '0.5', '--heartbeat', '0.5']);
  const worker = { child, said: '' };
  child.stderr.setEncoding('utf8').on('data', (text) => {
    worker.said += text;
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return worker;
}

const { attune: version, ...site } = environment();
const executorAt = (url: string) => queueExecutor({ url, version, site: { attune: version, ...site }, lookMs: 100 });

describeWithRedis('a cross-validation on a queue', (redis) => {
  const parent = temporaryFolder();
  it('has the bytes of a local one, though one of two workers is killed while it works', async () => {
    const folder = await parent;
    const at = (name: string) => join(folder, name);
    await writeSyntheticCorpus(at('voices'), { speakers: 3, utterancesPerEmotion: 1, seed: 5 });
    const corpus = await readCorpus(at('voices'));
    const executor = executorAt(redis().url);
    const told: RunEvent[] = [];
    const run = (out: string, more: object) =>
      crossValidate({ ...{ corpus, out: at(out), options: OPTIONS, jobs: 2, cache: at('cache') }, ...more });
    await run('local', { executor: here });
    const [victim, other] = [hire(redis().url, folder), hire(redis().url, folder)];
    const done = run('queued', { executor, onEvent: (event: RunEvent) => told.push(event) });
    while (!/fold \w+ \(queued\) begins/.test(victim.said)) await sleep(5);
    victim.child.kill('SIGKILL');
    await done;
    const [lost] = /(?<=fold )\w+(?= \(queued\) begins)/.exec(victim.said)!;
    expect(other.said).toContain(`fold ${lost} (queued) done`);
    for (const file of [
      'predictions.csv',
      'metrics.json',
      'manifest.json',
      'checkpoints/f01.safetensors',
      'folds/m01.json',
    ])
      expect(await readFile(join(at('queued'), file)), file).toEqual(await readFile(join(at('local'), file)));
    const epochs = (name: string) => told.filter((one) => one.event === 'epoch' && one.fold === name).length;
    expect(['f01', 'f02', 'm01'].map(epochs)).toEqual([2, 2, 2]);
    const verified = await attune(['verify', at('queued'), at('voices'), '--cache', at('cache')]);
    expect(verified.stdout + verified.stderr).toContain('agree');
    other.child.kill('SIGTERM');
    await new Promise((ended) => other.child.once('exit', ended));
    expect(other.said).toContain('taking no more');
    for (const kind of ['piece', 'result', 'wanted', 'state', 'worker:'])
      expect(await redis().client.keys(`attune:${kind}*`), kind).toEqual([]);
  });

  it('goes on from the last epoch where a worker is told twice to end, and another takes its fold', async () => {
    const folder = await parent;
    const corpus = await readCorpus(join(folder, 'voices'));
    const epochs = 24;
    const options: RunOptions = { ...OPTIONS, protocol: 'train-on-all', schedule: { ...OPTIONS.schedule, epochs } };
    const told: RunEvent[] = [];
    const onEvent = (event: RunEvent) => void told.push(event);
    const given = { corpus, out: join(folder, 'all'), options, jobs: 1, cache: join(folder, 'cache'), onEvent };
    const first = hire(redis().url, folder);
    const done = trainOnAll({ ...given, executor: executorAt(redis().url) });
    done.catch(() => {});
    const seen = () => told.flatMap((one) => (one.event === 'step' ? [one.segmentsSeen] : []));
    while (!told.some((one) => one.event === 'epoch')) await sleep(5);
    const ended = new Promise((status) => first.child.once('exit', status));
    first.child.kill('SIGTERM');
    while (!first.said.includes('once more gives that back')) await sleep(5);
    first.child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(first.said).toMatch(/given back: the worker was stopped/);
    const [before, byFirst] = [seen().length, told.filter((one) => one.event === 'epoch').length];
    expect(byFirst).toBeLessThan(epochs);
    const second = hire(redis().url, folder);
    await done;
    expect(second.said).toContain('done');
    const perEpoch = Math.max(...seen()) / epochs;
    expect(seen()[before]).toBeGreaterThan(byFirst * perEpoch - 1); // not from the beginning
    expect(told.filter((one) => one.event === 'epoch')).toHaveLength(epochs);
  });
});
