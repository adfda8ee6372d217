import { Hono } from 'hono';
import { describeRoute, resolver } from 'hono-openapi';
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

/** What Prometheus counts of a queue; `attune_queue_up` is 0, and alone, where it does not answer. */
export async function jobsText(jobs: Jobs): Promise<string> {
  const up = (value: number) =>
    `# HELP attune_queue_up Whether the queue answers\n# TYPE attune_queue_up gauge\nattune_queue_up ${value}\n`;
  const figures = await jobs.figures().catch(() => undefined);
  if (!figures) return up(0);
  const { prometheusText } = await import('../jobs/queue/prometheus.ts');
  return `${up(1)}${await prometheusText(figures)}`;
}
