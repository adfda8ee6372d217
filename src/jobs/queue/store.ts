import type { Redis } from 'ioredis';
import * as v from 'valibot';
import { AttuneError } from '../../errors.ts';
import { list, type Properties, parseJson, type Schema, whole } from '../../json.ts';
import type { Failure } from '../failure.ts';
import { type CarriedFile, RESULT, type Result, type Site, STATES } from './payload.ts';
import { KEPT_FOR } from './pieces.ts';

/** What BullMQ puts before its keys; ours begin with it too, so that one rule of an ACL covers all. */
export const PREFIX = 'attune';

/** Units of one version are in one queue: a worker of another version never takes them. */
export const queueName = (version: string): string => `units-${version.replace(/[^\w.]+/g, '-')}`;

/** A worker as it tells of itself. */
export interface WorkerEntry {
  /** such as `host:1234:ab12cd34` */
  readonly name: string;
  readonly version: string;
  /** what its bytes depend on */
  readonly site: Site;
  /** units at a time */
  readonly places: number;
  /** those that it works on, such as `fold 03 (emodb)` */
  readonly active: readonly string[];
  readonly done: number;
  readonly failed: number;
  /** it takes no more units */
  readonly draining: boolean;
}

const text = v.string();
const WORKER: Schema<WorkerEntry> = v.object({
  ...{ name: text, version: text, site: v.record(text, text) as Schema<Site>, places: whole(0) },
  ...{ active: list(text), done: whole(0), failed: whole(0), draining: v.boolean() },
} satisfies Properties<WorkerEntry>);

/** Why a worker cannot do a unit. */
export interface Refusal {
  readonly why: string;
  /** whether it could do others that share its files */
  readonly isOfUnit: boolean;
}

const REFUSAL: Schema<Refusal> = v.object({ why: text, isOfUnit: v.boolean() } satisfies Properties<Refusal>);

const FAILURE = v.object({
  ...{ text: v.string(), code: v.exactOptional(v.string()) },
  ...{ isFinal: v.exactOptional(v.boolean()), died: v.exactOptional(v.boolean()) },
});

const key = {
  /** what came of a unit */
  result: (id: string) => `${PREFIX}:result:${id}`,
  /** who waits for it */
  wanted: (id: string) => `${PREFIX}:wanted:${id}`,
  /** where its state lies */
  state: (id: string) => `${PREFIX}:state:${id}`,
  /** which workers cannot do it, and why */
  declined: (id: string) => `${PREFIX}:declined:${id}`,
  /** how it failed last */
  failure: (id: string) => `${PREFIX}:failure:${id}`,
  worker: (name: string) => `${PREFIX}:worker:${name}`,
  workers: `${PREFIX}:workers`,
  /** versions by the names of their queues */
  queues: `${PREFIX}:queues`,
  /** units that are done, by the names of their queues */
  done: `${PREFIX}:done`,
};

/** At one go, so that no result comes between. Asked again where its answer was lost, it says the same. */
const COMMIT = `
local found = redis.call('GET', KEYS[1])
if found == ARGV[1] then return 1 end
if found or redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('HINCRBY', KEYS[3], ARGV[3], 1)
return 1`;

const origin = (name: string) =>
  ({ name, code: 'run', remedy: 'Something else than Attune wrote it, or another version.' }) as const;

/** @throws AttuneError `run` where it is damaged, naming the key */
async function read<T>(redis: Redis, name: string, schema: Schema<T>): Promise<T | undefined> {
  const found = await redis.get(name).catch((error: Error) => {
    if (error.message.startsWith('WRONGTYPE')) return ''; // no text at all
    throw error;
  });
  return found === null ? undefined : parseJson(found, schema, origin(`${name} in Redis`));
}

function noneWhereDamaged(error: unknown): undefined {
  if (!(error instanceof AttuneError)) throw error;
}

/** What units leave in Redis beside their jobs. What nobody fetches goes by itself. */
export const openStore = (redis: Redis) => ({
  /** Says that somebody waits for a unit. */
  async want(id: string, who: string): Promise<void> {
    await redis.multi().sadd(key.wanted(id), who).pexpire(key.wanted(id), KEPT_FOR).exec();
  },
  /** @returns how many others wait for it */
  async leave(id: string, who: string): Promise<number> {
    await redis.srem(key.wanted(id), who);
    return redis.scard(key.wanted(id));
  },
  isWanted: async (id: string): Promise<boolean> => (await redis.exists(key.wanted(id))) === 1,

  /** @returns whether it counts: it is the first, and somebody waits for it */
  async commit(id: string, result: Result, version: string): Promise<boolean> {
    const text = JSON.stringify(result);
    const keys = [key.result(id), key.wanted(id), key.done];
    return (await redis.eval(COMMIT, keys.length, ...keys, text, KEPT_FOR, queueName(version))) === 1;
  },
  /** units of a queue that are done */
  done: async (queue: string): Promise<number> => Number(await redis.hget(key.done, queue)),
  hasResult: async (id: string): Promise<boolean> => (await redis.exists(key.result(id))) === 1,
  /** @throws AttuneError `run`, naming the key, where it is damaged */
  async result(id: string): Promise<Result | undefined> {
    return read(redis, key.result(id), RESULT);
  },

  async keepStates(id: string, states: readonly CarriedFile[]): Promise<void> {
    await redis.set(key.state(id), JSON.stringify(states), 'PX', KEPT_FOR);
  },
  /**
   * None where they are damaged: whoever goes on begins anew.
   *
   * @param onDamaged told of that
   */
  async states(id: string, onDamaged: (text: string) => void = () => {}): Promise<readonly CarriedFile[]> {
    const found = await read(redis, key.state(id), STATES).catch((error: unknown) => {
      noneWhereDamaged(error);
      onDamaged((error as AttuneError).message);
      return undefined;
    });
    return found ?? [];
  },

  async decline(id: string, worker: string, refusal: Refusal): Promise<void> {
    await redis
      .multi()
      .hset(key.declined(id), worker, JSON.stringify(refusal))
      .pexpire(key.declined(id), KEPT_FOR)
      .exec();
  },
  /** why workers cannot do it, by their names */
  async declined(id: string): Promise<Readonly<Record<string, Refusal>>> {
    const found = Object.entries(await redis.hgetall(key.declined(id)));
    return Object.fromEntries(found.map(([worker, text]) => [worker, parseJson(text, REFUSAL, origin('a refusal'))]));
  },

  async fail(id: string, failure: Failure): Promise<void> {
    await redis.set(key.failure(id), JSON.stringify(failure), 'PX', KEPT_FOR);
  },
  async failure(id: string): Promise<Failure | undefined> {
    return (await read(redis, key.failure(id), FAILURE).catch(noneWhereDamaged)) as Failure | undefined;
  },

  /** Forgets who could not do a unit, and how it failed. */
  async askAnew(id: string): Promise<void> {
    await redis.del(key.declined(id), key.failure(id));
  },

  /** Forgets what came of a unit; its state stays. */
  async forgetResult(id: string): Promise<void> {
    await redis.del(key.result(id), key.declined(id), key.failure(id));
  },

  /** Forgets a unit. */
  async forget(id: string): Promise<void> {
    await redis.del(key.result(id), key.wanted(id), key.state(id), key.declined(id), key.failure(id));
  },

  /** Says of itself what a worker is, for so long, ms. */
  async announce(worker: WorkerEntry, forLong: number): Promise<void> {
    await redis
      .multi()
      .set(key.worker(worker.name), JSON.stringify(worker), 'PX', forLong)
      .sadd(key.workers, worker.name)
      .exec();
  },
  async dismiss(worker: string): Promise<void> {
    await redis.multi().del(key.worker(worker)).srem(key.workers, worker).exec();
  },
  /**
   * The workers that are there; those that are gone are forgotten.
   *
   * @param onDamaged told the key of an entry that cannot be read
   */
  async workers(onDamaged: (key: string) => void = () => {}): Promise<WorkerEntry[]> {
    const names = (await redis.smembers(key.workers)).sort();
    if (!names.length) return [];
    const found = await redis.mget(names.map(key.worker));
    const gone = names.filter((_, i) => found[i] === null);
    if (gone.length) await redis.srem(key.workers, gone);
    return found.flatMap((one, i) => {
      if (one === null) return [];
      try {
        return [parseJson(one, WORKER, origin('a worker'))];
      } catch {
        onDamaged(key.worker(names[i]!));
        return [];
      }
    });
  },

  /** Says that there is a queue of a version. */
  async announceQueue(version: string): Promise<void> {
    await redis.hset(key.queues, queueName(version), version);
  },
  /** units of a queue that nobody has taken */
  async waiting(queue: string): Promise<number> {
    const [list, later] = await Promise.all([
      redis.llen(`${PREFIX}:${queue}:wait`),
      redis.zcard(`${PREFIX}:${queue}:delayed`),
    ]);
    return list + later;
  },
  /** versions by the names of their queues */
  queues: (): Promise<Record<string, string>> => redis.hgetall(key.queues),
});

export type Store = ReturnType<typeof openStore>;
