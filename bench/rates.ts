import * as f from '../src/graph/functions.ts';
import { Graph } from '../src/graph/graph.ts';
import type { Rates } from './bounds.ts';
import { median } from './figures.ts';
import { MEASUREMENTS, noise, SGEMM_SIZE } from './measurements.ts';
import { profileOf } from './profile/profile.ts';

/** Bytes of the tensors copied: one that no cache holds, and one that they hold together with its copy. */
const COPIED = { memory: 64e6, cached: 1e6 };

export async function measureRates(threads: number): Promise<Rates> {
  const seconds = await MEASUREMENTS.sgemm({ what: 'sgemm', threads, repetitions: 15, batch: 1 });
  return {
    sgemm_gflops: (2 * SGEMM_SIZE ** 3) / 1e9 / median(seconds),
    copy_gb_s: await copyRate(COPIED.memory, threads, 15),
    cached_copy_gb_s: await copyRate(COPIED.cached, threads, 200),
  };
}

/** `Concat` of two halves: on the CPU it is `memcpy`, shared among the threads. Timed by the runtime's profile, as a step is. */
async function copyRate(bytes: number, threads: number, runs: number): Promise<number> {
  const graph = new Graph();
  const shape = [bytes / 8];
  const copy = f.concat([graph.input('a', shape), graph.input('b', shape)], 0);
  graph.output('first', f.slice(copy, [0], [0], [1])); // one element is fetched: copying the whole would count
  const feeds = { a: { data: noise(bytes / 8), shape }, b: { data: noise(bytes / 8), shape } };
  const events = await profileOf(graph, feeds, threads, runs + 1);
  const microseconds = events.filter(({ args }) => args.op_name === 'Concat').map(({ dur }) => dur);
  return (2 * bytes) / 1e3 / median(microseconds.slice(1));
}
