import { join } from 'node:path';
import { duration } from '../../src/duration.ts';
import { endWork } from '../../src/jobs/failures.ts';
import { localPool } from '../../src/jobs/local-pool.ts';
import { registerUnits } from '../../src/jobs/units.ts';
import { anything, type Schema } from '../../src/json.ts';
import { median } from '../figures.ts';
import type { Timing } from '../measurements.ts';
import { inTemporaryFolder } from '../temporary.ts';
import { makeCorpus } from './corpus.ts';
import type { GrowthUnit } from './measurements.ts';
import { type GrowthTask, stepsOf, weightOf } from './plan.ts';
import type { Measured } from './store.ts';

export interface GrowthRun {
  /** by name */
  readonly tasks: ReadonlyMap<string, GrowthTask>;
  /** what was measured before, by name */
  readonly measured: Readonly<Record<string, Measured>>;
  /** as little as shows that everything works */
  readonly quick: boolean;
  /** called after each measurement and awaited */
  readonly onMeasured: (measured: Readonly<Record<string, Measured>>) => Promise<void>;
}

/** Measures what is left, one task after the other, and tells of each on stderr. */
export async function runGrowth({
  tasks,
  measured: before,
  quick,
  onMeasured,
}: GrowthRun): Promise<Record<string, Measured>> {
  const measured = { ...before };
  const left = [...tasks].filter(([name]) => !measured[name]);
  if (left.length < tasks.size) say(`going on: ${tasks.size - left.length} of ${tasks.size} measurements are done`);
  const began = performance.now();
  const weightLeft = (from: number) => left.slice(from).reduce((sum, [, task]) => sum + weightOf(task), 0);
  for (const [i, [name, task]] of left.entries()) {
    measured[name] = await measure(name, task, quick);
    await onMeasured(measured);
    const seconds = (performance.now() - began) / 1000;
    const secondsLeft = (seconds * weightLeft(i + 1)) / (weightLeft(0) - weightLeft(i + 1));
    const { segments_per_s, peak_rss_mb } = measured[name];
    say(
      `${name}: ${segments_per_s} segments/s, ${peak_rss_mb} MB (${tasks.size - left.length + i + 1} of ${tasks.size}, ${duration(secondsLeft)} left)`,
    );
  }
  return measured;
}

/** Processes that train at the same time. */
const GROWTH = registerUnits<GrowthUnit, Timing>(
  'growth',
  new URL('./worker.ts', import.meta.url),
  anything as Schema<unknown> as Schema<GrowthUnit>, // they never leave this machine
);

const say = (line: string) => process.stderr.write(`${line}\n`);

function measure(name: string, task: GrowthTask, quick: boolean): Promise<Measured> {
  const steps = quick ? 1 : stepsOf(task);
  if (!task.corpus) return inProcesses(name, { ...task, steps, cache: '' });
  const { corpus } = task;
  return inTemporaryFolder('growth', async (folder) => {
    const cache = join(folder, 'cache');
    await makeCorpus(cache, corpus);
    return inProcesses(name, { ...task, steps, cache });
  });
}

/** As many processes as the task wants, at the same time. */
async function inProcesses(name: string, unit: GrowthUnit): Promise<Measured> {
  const timings: Timing[] = [];
  await localPool(unit.processes).execute({
    kind: GROWTH,
    units: Array.from({ length: unit.processes }, () => unit),
    nameOf: () => name,
    ...{ folder: '.', shared: [], filesOf: () => ({ left: [] }), means: { corpora: [], cache: unit.cache } },
    onEvent: (_, timing) => void timings.push(timing),
    onDone: () => {},
    onFailed: endWork,
  });
  const rate = timings.reduce((sum, { seconds }) => sum + unit.batch / median(seconds), 0);
  return {
    segments_per_s: Number(rate.toPrecision(4)),
    steps_s: timings.map(({ seconds }) => seconds.map((step) => Number(step.toFixed(4)))),
    peak_rss_mb: Math.round(Math.max(...timings.map(({ peakRssMb }) => peakRssMb))),
  };
}
