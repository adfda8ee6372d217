import { Hono } from 'hono';
import { describeRoute, resolver } from 'hono-openapi';
import { Gauge, type Registry } from 'prom-client';
import type { QueueAddress } from '../jobs/queue/connect.ts';
import type { JobFigures } from '../jobs/queue/figures.ts';
import { failures } from './openapi.ts';
import { Refusal } from './problems.ts';
import { JOBS } from './schemas.ts';

/** Figures of a queue are asked for once in so long, whoever wants them, ms. */
const FRESH = 1000;

/** What stands in a queue, to those who look. */
export interface Jobs {
  /** @throws AttuneError as `connect` does, where the queue does not answer */
  figures(): Promise<JobFigures>;
}

export function createJobs(queue: QueueAddress): Jobs {
  let last: { readonly at: number; readonly found: Promise<JobFigures> } | undefined;
  return {
    figures() {
      if (!last || Date.now() - last.at > FRESH) {
        const found = import('../jobs/queue/figures.ts').then(({ jobFigures }) => jobFigures({ ...queue, tries: 1 }));
        last = { at: Date.now(), found };
      }
      return last.found;
    },
  };
}

export const jobRoutes = (jobs: Jobs): Hono =>
  new Hono().get(
    '/jobs',
    describeRoute({
      summary: 'What stands in the queue: units, workers, memory',
      description: 'What `attune jobs --json` says.',
      responses: {
        200: { description: 'its figures', content: { 'application/json': { schema: resolver(JOBS) } } },
        ...failures(503),
      },
    }),
    async (context) =>
      context.json(
        await jobs.figures().catch((error: Error) => {
          throw new Refusal(503, 'queue', error.message, { 'Retry-After': '10' });
        }),
      ),
  );

/** Counts a queue for Prometheus. Where it does not answer, there are no values, and `attune_queue_up` is 0. */
export function countJobs(jobs: Jobs, registry: Registry): void {
  const count = (
    name: string,
    help: string,
    labelNames: readonly string[],
    fill: (gauge: Gauge, of: JobFigures) => void,
  ) =>
    new Gauge({
      ...{ name: `attune_queue_${name}`, help, labelNames: [...labelNames], registers: [registry] },
      async collect() {
        this.reset();
        const found = await jobs.figures().catch(() => undefined);
        if (found) fill(this, found);
      },
    });
  count('up', 'Whether the queue answers', [], (gauge) => gauge.set(1));
  count('memory_bytes', 'Memory of Redis', [], (gauge, { memory }) => gauge.set(memory.used));
  count('units', 'Units of work, by what has come of them', ['state', 'version'], (gauge, { versions }) => {
    for (const { version, waiting, delayed, active, done, failed } of versions)
      for (const [state, units] of Object.entries({ waiting, delayed, active, done, failed }))
        gauge.set({ state, version }, units);
  });
  count('places', 'Units that workers can do at a time', ['state'], (gauge, { workers }) => {
    const busy = workers.reduce((sum, { active }) => sum + active.length, 0);
    const all = workers.reduce((sum, { places }) => sum + places, 0);
    gauge.set({ state: 'busy' }, busy);
    gauge.set({ state: 'free' }, all - busy);
  });
}
