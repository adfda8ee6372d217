import { describe, expect, it } from 'vitest';
import { lineOf, panelsOf } from '../../bench/growth/panels.ts';
import { nameOf, planOf, stepsOf, tasksOf } from '../../bench/growth/plan.ts';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { mayKeep } from '../../src/train/once.ts';
import { checkSchedule, DEFAULT_SCHEDULE } from '../../src/train/schedule.ts';

const panel = (key: string, threads = 2, cores = 2) => planOf(threads, cores).find((one) => one.key === key)!;

describe('the plan', () => {
  it('doubles the cores up to all of them, as threads and as processes', () => {
    const [threads, processes] = panel('cores', 2, 6).series;
    expect(threads!.points.map(({ task }) => [task.threads, task.processes])).toEqual([
      [1, 1],
      [2, 1],
      [4, 1],
      [6, 1],
    ]);
    expect(processes!.points.map(({ task }) => [task.threads, task.processes])).toEqual([
      [1, 1],
      [1, 2],
      [1, 4],
      [1, 6],
    ]);
    expect(processes!.points.map(({ ideal }) => ideal)).toEqual([1, 2, 4, 6]);
  });

  it('measures what several panels want once', () => {
    const plan = planOf(2, 2);
    const wanted = plan.flatMap(({ series }) => series.flatMap(({ points }) => points));
    const tasks = tasksOf(plan);
    // batch 64 with two threads stands in two panels, one core twice in its own, batch 16 in two
    expect([wanted.length, tasks.size]).toEqual([19, 16]);
    for (const { task } of wanted) expect(tasks.get(nameOf(task))).toEqual(task);
  });

  it('takes only batches that training takes', () => {
    const batches = planOf(2, 2).flatMap(({ series }) =>
      series.flatMap(({ points }) => points.map(({ task }) => task.batch)),
    );
    for (const batchSize of batches) expect(() => checkSchedule({ ...DEFAULT_SCHEDULE, batchSize })).not.toThrow();
  });

  it('has corpora on both sides of where moments are too many to be kept', () => {
    const corpora = panel('corpus').series[0]!.points.map(({ x }) => x);
    const { once } = createNetwork(DEFAULT_ARCHITECTURE);
    expect(corpora.filter((x) => mayKeep(once!, x))).toEqual([500, 5_000, 24_240]);
    expect(corpora.filter((x) => !mayKeep(once!, x))).toEqual([24_250, 50_000]);
  });

  it('expects of a wider network as many times fewer segments as it takes more arithmetic', () => {
    const [, twice] = panel('width').series[0]!.points;
    // GFLOP of a trained segment, by hand: conv1 on one channel, four convolutions of 3x3, the head
    const forward = (w: number) => {
      const conv1 = 8 * w * (20 + 16) * 80_000;
      const channels = [16, 32, 48, 64, 80].map((c) => c * w);
      const rest = [20_000, 5_000, 1_250, 1_250].map((size, i) => channels[i]! * channels[i + 1]! * 9 * size);
      const head = 5 * 80 * w * 1_250;
      return 3 * (conv1 + rest.reduce((sum, c) => sum + c) + head) - conv1;
    };
    expect(twice!.ideal).toBeCloseTo(forward(1) / forward(2), 12);
  });

  it('times fewer steps where they are longer, and never fewer than four', () => {
    const steps = [...tasksOf(planOf(2, 2)).values()].map((task) => ({ task, steps: stepsOf(task) }));
    const ofBatch = (batch: number) => steps.find(({ task }) => task.batch === batch && task.width === 1)!.steps;
    expect([ofBatch(2), ofBatch(64), ofBatch(128)]).toEqual([100, 6, 4]); // 600 / (64 * 1.616) = 5.8
  });
});

describe('the panels', () => {
  const plan = planOf(2, 2);
  const measured = Object.fromEntries(
    [...tasksOf(plan)].map(([name, { threads, processes, width }]) => [
      name,
      { segments_per_s: (20 * (processes + (threads - 1) / 2)) / width, steps_s: [[1]], peak_rss_mb: 1000 },
    ]),
  );

  it('hold what was measured for each point', () => {
    const cores = panelsOf(plan, measured).find(({ key }) => key === 'cores')!;
    expect(cores.series.map(({ points }) => points.map(({ segmentsPerS }) => segmentsPerS))).toEqual([
      [20, 30],
      [20, 40],
    ]);
    expect(lineOf(cores)).toBe(
      'Cores: Threads of one process linear at 1 alone; after that slower than proportional, at 2 by 25 %. Processes of one thread linear from 1 to 2, the largest measured.',
    );
  });
});
