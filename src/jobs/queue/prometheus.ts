import { Gauge, Registry } from 'prom-client';
import type { JobFigures } from './figures.ts';

/** Figures of a queue and its workers in the text format of Prometheus. */
export async function prometheusText({ versions, workers, memory }: JobFigures): Promise<string> {
  const registry = new Registry();
  const registers = [registry];
  const units = new Gauge({
    ...{ name: 'attune_queue_units', help: 'Units of work by what they are for and their state', registers },
    labelNames: ['version', 'state'],
  });
  const rate = new Gauge({
    ...{ name: 'attune_queue_units_per_minute', help: 'Units done a minute, of the last ten whole minutes', registers },
    labelNames: ['version'],
  });
  for (const { version, perMinute, ...counts } of versions) {
    for (const state of ['waiting', 'delayed', 'active', 'done', 'failed'] as const)
      units.set({ version, state }, counts[state]);
    if (perMinute !== undefined) rate.set({ version }, perMinute);
  }
  const staff = new Gauge({
    ...{ name: 'attune_queue_worker_units', help: 'Units of a worker, by state; places: at a time', registers },
    labelNames: ['worker', 'version', 'state'],
  });
  for (const { name: worker, version, places, active, done, failed } of workers)
    for (const [state, count] of Object.entries({ places, active: active.length, done, failed }))
      staff.set({ worker, version, state }, count);
  new Gauge({ name: 'attune_queue_redis_bytes', help: 'Memory that Redis uses', registers }).set(memory.used);
  return registry.metrics();
}
