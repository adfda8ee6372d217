import { type Metrics, Queue } from 'bullmq';
import * as v from 'valibot';
import { clipped } from '../../text.ts';
import { type Connection, connect, type QueueAddress } from './connect.ts';
import { titleOf } from './payload.ts';
import { openStore, PREFIX, type WorkerEntry } from './store.ts';

/** What stands in the queue of one version. */
export interface VersionFigures {
  /** what its units are for, such as a version of Attune and of its training */
  readonly version: string;
  readonly waiting: number;
  /** that wait until they are tried again */
  readonly delayed: number;
  readonly active: number;
  /** since there is a queue of this version */
  readonly done: number;
  /** for good; the last thousand of a week are kept */
  readonly failed: number;
  /** done a minute, of the last ten whole minutes; absent in the first one */
  readonly perMinute?: number;
  /** until nothing is left, at that rate; absent where none is known, or no worker is there */
  readonly secondsLeft?: number;
  /** how the last ones failed, at the most 10 */
  readonly failures: readonly { readonly name: string; readonly text: string }[];
}

/** What there is to see of a queue. Plain JSON. */
export interface JobFigures {
  /** where it is, without a password */
  readonly queue: string;
  readonly versions: readonly VersionFigures[];
  readonly workers: readonly WorkerEntry[];
  /** keys of entries of workers that cannot be read, and are ignored */
  readonly damaged: readonly string[];
  /** of Redis, bytes */
  readonly memory: { readonly used: number; readonly most?: number };
}

/** The rate is that of so many minutes. */
const MINUTES = 10;
const MOST_FAILURES = 10;
/** Characters of a name or a reason; units of Attune have shorter ones, but others may write to a queue. */
const MOST_TEXT = 500;

/**
 * What there is to see of a queue, asked once.
 *
 * @param onNote told where Redis does not answer at once
 * @throws AttuneError as {@link connect} does
 */
export async function jobFigures(address: QueueAddress, onNote?: (text: string) => void): Promise<JobFigures> {
  const connection = await connect(address, onNote);
  try {
    return await figuresOf(connection);
  } finally {
    connection.close();
  }
}

/** {@link jobFigures} over a connection that stays. */
export async function figuresOf({ redis, name }: Connection): Promise<JobFigures> {
  const store = openStore(redis);
  const damaged: string[] = [];
  const workers = await store.workers((key) => damaged.push(key));
  const versions = await Promise.all(
    Object.entries(await store.queues()).map(async ([name, version]) => {
      const queue = new Queue(name, { connection: redis, prefix: PREFIX, skipMetasUpdate: true });
      const isWorkedOn = workers.some((one) => one.version === version);
      return versionFigures(queue, version, { isWorkedOn, done: await store.done(name) });
    }),
  );
  const info = await redis.info('memory');
  const [used, most] = ['used_memory', 'maxmemory'].map((key) =>
    Number(new RegExp(`^${key}:(\\d+)`, 'm').exec(info)?.[1]),
  );
  return {
    ...{ queue: name, versions, workers, damaged },
    memory: { used: used || 0, ...(most && { most }) },
  };
}

async function versionFigures(
  queue: Queue,
  version: string,
  { isWorkedOn, done }: { readonly isWorkedOn: boolean; readonly done: number },
): Promise<VersionFigures> {
  const counts = await queue.getJobCounts(); // BullMQ calls `waiting` what its keys call `wait`
  const { waiting: ready = 0, paused = 0, delayed = 0, active = 0, failed = 0 } = counts;
  const perMinute = ratePerMinute(await queue.getMetrics('completed', 0, MINUTES - 1), Date.now());
  const waiting = ready + paused;
  const left = waiting + delayed + active;
  const jobs = await queue.getFailed(0, MOST_FAILURES - 1);
  return {
    ...{ version, waiting, delayed, active, failed, done, ...(perMinute !== undefined && { perMinute }) },
    ...(perMinute && isWorkedOn && { secondsLeft: Math.round((60 * left) / perMinute) }),
    failures: jobs.map(({ data, failedReason }) => ({
      name: clipped(titleOfData(data), MOST_TEXT),
      text: clipped(failedReason ?? '', MOST_TEXT),
    })),
  };
}

/**
 * Units done a minute, of the last {@link MINUTES} whole minutes; undefined in the first one.
 *
 * BullMQ closes a minute when a later one brings its first unit, so that of a queue where nothing is done the last minutes are missing.
 *
 * @param metrics newest minute first; `prevTS`: in the minute that is open, `prevCount`: units before it
 * @param now ms
 */
export function ratePerMinute({ meta, data }: Pick<Metrics, 'meta' | 'data'>, now: number): number | undefined {
  const { count, prevCount, prevTS } = meta;
  const since = prevTS ? Math.floor(now / 60_000) - Math.floor(prevTS / 60_000) : 0;
  const missing = since > 0 ? [...Array<number>(Math.min(since - 1, MINUTES)).fill(0), count - prevCount] : [];
  const recent = [...missing, ...data.map(Number)].slice(0, MINUTES);
  return recent.length ? recent.reduce((a, b) => a + b, 0) / recent.length : undefined;
}

/** Of what stands in a queue, which others may have written. */
const titleOfData = (data: unknown): string => {
  const found = v.safeParse(TITLED, data);
  return found.success ? titleOf(found.output) : 'no unit of Attune';
};
const TITLED = v.object({ name: v.string(), of: v.string() });
