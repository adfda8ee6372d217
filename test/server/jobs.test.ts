import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import type { JobFigures } from '../../src/jobs/queue/figures.ts';
import type { Inference } from '../../src/server/inference.ts';
import { attune, start } from '../cli/attune.ts';
import { describeWithRedis } from '../jobs/queue/redis.ts';
import { appOf, ask, createInference, settingsOf } from './serving.ts';

describeWithRedis('a queue, shown by a server', (redis) => {
  let inference: Inference;
  beforeAll(() => {
    inference = createInference(settingsOf());
  });
  afterAll(() => inference.close());

  it('tells what `attune jobs` tells, to whoever asks and to Prometheus', async () => {
    const app = appOf(inference, { queue: { url: redis().url } });
    const worker = start(['worker', '--queue', redis().url, '--jobs', '2']);
    onTestFinished(async () => {
      const gone = once(worker, 'exit');
      worker.kill('SIGTERM');
      await gone;
    });
    const figures = async () => (await (await ask(app, '/v1/jobs')).json()) as JobFigures;
    const { workers } = await vi.waitFor(async () => {
      const found = await figures();
      expect(found.workers).toHaveLength(1);
      return found;
    }, 30_000);
    const told = JSON.parse((await attune(['jobs', '--queue', redis().url, '--json'])).stdout) as JobFigures;
    expect(workers).toEqual(told.workers);
    const counted = await (await ask(app, '/metrics')).text();
    expect(counted).toMatch(/^attune_queue_worker_units\{worker=.*state="places"\} 2$/m);
    expect(counted).toContain('attune_queue_up 1\n');
  });

  it('says that the queue does not answer, and goes on', async () => {
    const app = appOf(inference, { queue: { url: 'redis://127.0.0.1:1' } });
    const answer = await ask(app, '/v1/jobs');
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { error: { code: 'queue', message: expect.stringContaining('redis://127.0.0.1') } },
    ]);
    expect(await (await ask(app, '/metrics')).text()).toMatch(/^attune_queue_up 0$/m);
  });
});
