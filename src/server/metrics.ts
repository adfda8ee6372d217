import type { MiddlewareHandler } from 'hono';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type Jobs, jobsText } from './jobs.ts';
import { routeOf } from './route.ts';

/** What a server counts, for Prometheus. */
export function createMetrics(counts: { waiting(): number; streams(): number }, jobs?: Jobs) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    ...{ name: 'attune_request_seconds', help: 'From a request to its answer', registers },
    ...{ labelNames: ['method', 'route', 'status'] as const, buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30] },
  });
  const sound = new Counter({
    name: 'attune_sound_seconds_total',
    help: 'Seconds of sound that were answered',
    registers,
  });
  new Gauge({
    ...{ name: 'attune_waiting', help: 'Recordings that wait for a free worker', registers },
    collect() {
      this.set(counts.waiting());
    },
  });
  new Gauge({
    ...{ name: 'attune_streams', help: 'Live streams that are open', registers },
    collect() {
      this.set(counts.streams());
    },
  });
  const watch: MiddlewareHandler = async (context, next) => {
    const end = requests.startTimer({ method: context.req.method });
    await next();
    end({ route: routeOf(context), status: context.res.status });
  };
  return {
    watch,
    heard: (seconds: number) => sound.inc(seconds),
    text: async () => (await registry.metrics()) + (jobs ? await jobsText(jobs) : ''),
    type: registry.contentType,
  };
}
