import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWork } from '../../src/jobs/failures.ts';
import { queueExecutor } from '../../src/jobs/queue/coordinator.ts';
import type { QueueOptions } from '../../src/jobs/queue/options.ts';
import { median } from '../figures.ts';
import { inTemporaryFolder } from '../temporary.ts';
import { type Spoken, STAND_IN, type StandInUnit, startCoordinator, startWorker } from './processes.ts';
import { OFTEN, type OwnRedis, startRedis } from './redis.ts';
import type { Measuring } from './store.ts';

/** How long it took after deaths of a kind until work went on. */
export interface DeathRow {
  readonly what: string;
  readonly lock_s: number;
  readonly stalled_s: number;
  /** of each try, s */
  readonly seconds: readonly number[];
  readonly median_s: number;
}

export interface DeathsFigures {
  readonly rows: readonly DeathRow[];
}

interface Times {
  readonly lockMs: number;
  readonly stalledMs: number;
}
const DEFAULT: Times = { lockMs: 30_000, stalledMs: 15_000 };
const SHORT: Times = { lockMs: 5_000, stalledMs: 2_000 };
const SHORTEST: Times = { lockMs: 1_000, stalledMs: 500 };
/** What a unit takes that is one of many, ms. */
const WAIT = 100;
const MANY = 200;
const TRIES = 5;

/** A queue of its own. */
interface Scene {
  readonly redis: OwnRedis;
  /** between two looks for units whose worker is gone, ms */
  readonly phaseMs: number;
  /** starts a worker, and waits until it waits for units */
  hire(): Promise<Spoken>;
  /** puts units into the queue, until the scene is over */
  ask(count: number, wait: number): void;
  /** the same in a process of its own */
  coordinate(count: number, wait: number): Spoken;
}

/** A death, and what tells that work goes on; answers the seconds between. Those that wait for nothing but time are tried side by side. */
interface Death {
  readonly what: string;
  readonly waits: boolean;
  happen(scene: Scene): Promise<number>;
}

/** One unit is in hand, and another worker idle: how long until that one has the unit. */
const taken = (signal: NodeJS.Signals) => async (scene: Scene) => {
  const workers = [await scene.hire(), await scene.hire()];
  scene.ask(1, 600_000);
  const began = (one: Spoken) => /begins/.test(one.said());
  while (!workers.some(began)) await sleep(10);
  const [victim, other] = began(workers[0]!) ? workers : workers.toReversed();
  await sleep(scene.phaseMs * Math.random()); // at any moment between two looks
  return secondsUntil(
    () => victim!.child.kill(signal),
    () => began(other!),
  );
};

/** Many units are done one after the other: how long until the next one begins. */
async function interrupted(scene: Scene, worker: Spoken, die: () => unknown): Promise<number> {
  const begun = () => worker.said().match(/begins/g)?.length ?? 0;
  scene.ask(MANY, WAIT);
  while (begun() < 5) await sleep(10);
  const before = begun();
  return secondsUntil(die, () => begun() > before + 1); // one may have been on its way
}

const DEATHS: readonly Death[] = [
  { what: 'worker killed (kill -9)', waits: true, happen: taken('SIGKILL') },
  { what: 'worker stopped until its lock expires', waits: true, happen: taken('SIGSTOP') },
  {
    what: 'connections of the worker cut',
    waits: false,
    async happen(scene) {
      const { client } = scene.redis;
      const clients = async (): Promise<readonly string[]> =>
        ((await client.call('CLIENT', 'LIST')) as string).match(/(?<=^id=)\d+/gm) ?? [];
      const others = await clients();
      const worker = await scene.hire();
      const own = (await clients()).filter((id) => !others.includes(id));
      return interrupted(scene, worker, () => own.map((id) => client.call('CLIENT', 'KILL', 'ID', id)));
    },
  },
  {
    what: 'Redis killed (kill -9), started again at once',
    waits: false,
    happen: async (scene) => interrupted(scene, await scene.hire(), () => scene.redis.restart()),
  },
  {
    what: 'coordinator killed (kill -9), started again at once',
    waits: false,
    async happen(scene) {
      await scene.hire();
      const first = scene.coordinate(MANY, WAIT);
      await first.until(/(unit \d+ is here[\s\S]*){3}/);
      let second: Spoken | undefined;
      return secondsUntil(
        async () => {
          first.child.kill('SIGKILL');
          await first.ended;
          second = scene.coordinate(MANY, WAIT);
        },
        () => /is here/.test(second?.said() ?? ''),
      );
    },
  },
];

const hundredths = (seconds: number) => Number(seconds.toFixed(2));

/** From a death until work goes on, s. */
async function secondsUntil(die: () => unknown, isOn: () => boolean): Promise<number> {
  const began = performance.now();
  await die();
  while (!isOn()) await sleep(10);
  return hundredths((performance.now() - began) / 1000);
}

/** Recovery of every kind of death, several times each. */
export const measureDeaths = ({ quick, say, keep }: Measuring<DeathsFigures>): Promise<void> =>
  inTemporaryFolder('scale', async (folder) => {
    const rows: DeathRow[] = [];
    for (const times of quick ? [SHORTEST] : [DEFAULT, SHORT])
      for (const death of DEATHS) {
        const tries = quick ? 1 : TRIES;
        const seconds: number[] = [];
        const once = async () => void seconds.push(await inScene(folder, times, death.happen));
        if (death.waits) await Promise.all(Array.from({ length: tries }, once));
        else for (let i = 0; i < tries; i++) await once();
        const { lockMs, stalledMs } = times;
        const row = { what: death.what, lock_s: lockMs / 1000, stalled_s: stalledMs / 1000, seconds };
        rows.push({ ...row, median_s: hundredths(median(seconds)) });
        say(`${death.what}, lock ${lockMs / 1000} s: ${seconds.join(', ')} s`);
        await keep({ rows });
      }
  });

async function inScene(parent: string, times: Times, happen: Death['happen']): Promise<number> {
  const folder = await mkdtemp(join(parent, 'scene-'));
  const redis = await startRedis(OFTEN);
  const options: QueueOptions = { url: redis.url, version: 'bench', site: {} };
  const over = new AbortController();
  const processes: Spoken[] = [];
  const asked: Promise<unknown>[] = [];
  const unitsOf = (count: number, wait: number) =>
    Array.from({ length: count }, (_, i): StandInUnit => ({ value: i + 1, wait, journal: join(folder, 'journal') }));
  try {
    return await happen({
      redis,
      phaseMs: times.stalledMs,
      async hire() {
        const worker = startWorker({ ...options, ...times, places: 1 }, '');
        processes.push(worker);
        await worker.until(/waits as/);
        return worker;
      },
      ask(count, wait) {
        const work = queueExecutor(options).execute({
          ...{ kind: STAND_IN, units: unitsOf(count, wait), folder, shared: [], means: { corpora: [], cache: '' } },
          nameOf: ({ value }) => `unit ${value}`,
          filesOf: ({ value }) => ({ left: [`${value}.txt`] }),
          ...{ onEvent: () => {}, onDone: () => {}, onFailed: endWork, signal: over.signal },
        });
        asked.push(work.catch(() => {}));
      },
      coordinate(count, wait) {
        const coordinator = startCoordinator(options, folder, unitsOf(count, wait));
        processes.push(coordinator);
        return coordinator;
      },
    });
  } finally {
    over.abort();
    for (const { child } of processes) child.kill('SIGKILL');
    await Promise.all([...asked, ...processes.map(({ ended }) => ended)]);
    await redis.stop();
  }
}
