import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import { AttuneError } from '../../errors.ts';
import { cannotWrite, writeWhole } from '../../files.ts';
import { type Execution, unitsOf } from '../executor.ts';
import { errorOf } from '../failure.ts';
import type { Connection } from './connect.ts';
import { failureOf, spoiltAlone } from './failures.ts';
import type { QueueOptions } from './options.ts';
import { type CarriedFile, idOf, type Payload, type Result, type Site } from './payload.ts';
import { type Exchange, folderExchange, KEPT_FOR, redisExchange } from './pieces.ts';
import { refusedByAll } from './refusals.ts';
import { persistently } from './retry.ts';
import { type SharedFiles, sharedFiles } from './shared-files.ts';
import { PREFIX, type Store } from './store.ts';
import { watchWorkers } from './watch.ts';

/** A unit that is under way. */
interface Pending<Input> {
  readonly unit: Input;
  readonly name: string;
  readonly payload: Payload;
}

/** Looks between which nothing is asked but for results. */
const EVERY = 10;
/** What came of a unit may be spoilt on its way, as by a folder that is not the same one on all machines: then it would be every time. */
const MOST_SPOILT = 3;
/** What a desk works with. */
interface Tools {
  readonly queue: Queue;
  readonly store: Store;
  readonly connection: Connection;
  readonly onNote: (text: string) => void;
}

/** @throws AttuneError `run` where it cannot be written */
async function writeInto(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true }).catch((cause) => {
    throw cannotWrite(path, cause);
  });
  await writeWhole(path, bytes);
}

/** Where units go out and come back. */
export class Desk<Input, Event> {
  readonly #execution: Execution<Input, Event>;
  readonly #options: QueueOptions;
  readonly #tools: Tools;
  readonly #exchange: Exchange;
  readonly #shared: SharedFiles;
  readonly #who: string;
  readonly #pending = new Map<string, Pending<Input>>();
  /** how often what came of a unit was spoilt */
  readonly #spoilt = new Map<string, number>();
  #leaves = false;
  /** a unit is to be tried again, perhaps for want of what is put there again */
  #isWarned = false;
  #renewed = performance.now();
  /** units of which something was told since they were looked at */
  readonly #woken = new Set<string>();
  #nap = new AbortController();

  constructor(execution: Execution<Input, Event>, options: QueueOptions, tools: Tools) {
    this.#execution = execution;
    this.#options = options;
    this.#tools = tools;
    const { exchange } = options;
    this.#exchange = exchange === undefined ? redisExchange(tools.connection.redis) : folderExchange(exchange);
    // the same after a restart
    this.#who = createHash('sha256')
      .update(`${hostname()}\n${resolve(execution.folder)}`)
      .digest('hex')
      .slice(0, 16);
    const { folder, shared: paths } = execution;
    this.#shared = sharedFiles({ folder, paths, exchange: this.#exchange, store: tools.store, who: this.#who });
  }

  /** Until all units are done, or failed for good. */
  async work(): Promise<void> {
    const { onNote, store } = this.#tools;
    const { signal, units } = this.#execution;
    const { lookMs = 1_000, window = 256, version } = this.#options;
    await this.#persist(() => store.announceQueue(version));
    await this.#persist(() => this.#shared.put());
    const workers = watchWorkers(store, this.#options, onNote);
    const source = unitsOf(units);
    let ended = false;
    let [looks, looked] = [0, Number.NEGATIVE_INFINITY];
    for (;;) {
      while (!ended && this.#pending.size < window) {
        const next = await source.next();
        if (next.done) ended = true;
        else await this.#persist(() => this.#send(next.value));
      }
      const isTime = performance.now() - looked >= lookMs;
      if (isTime) looked = performance.now();
      const isThorough = isTime && (looks++ % EVERY === 0 || this.#isWarned);
      const ids = isTime ? [...this.#pending.keys()] : [...this.#woken];
      this.#woken.clear();
      await this.#persist(() => this.#collect(ids, isThorough));
      if (ended && !this.#pending.size) break;
      if (isThorough) {
        this.#isWarned = false;
        await this.#persist(async () => workers.look());
        await this.#persist(() => this.#refuseImpossible());
        await this.#persist(() => this.#shared.putAgain());
        await this.#persist(() => this.#renew());
      }
      if (ended || this.#pending.size >= window) await this.#pause(lookMs);
      signal?.throwIfAborted();
    }
    await this.#persist(() => this.#shared.leave());
  }

  /** Is told what a worker tells of a unit. */
  hear(id: string, data: unknown): void {
    const pending = this.#pending.get(id);
    if (!pending || typeof data !== 'object' || data === null) return;
    const { events = [], note } = data as { events?: readonly Event[]; note?: string };
    if (typeof note === 'string') {
      this.#isWarned = true;
      this.#tools.onNote(`${pending.name}: ${note}`);
    }
    for (const event of events) this.#execution.onEvent(pending.unit, event);
  }

  /** Looks at once. */
  wake(id: string): void {
    if (!this.#pending.has(id)) return;
    this.#woken.add(id);
    this.#nap.abort();
  }

  /** Fetches what is done, and takes back what is not and nobody else waits for. */
  async leave(): Promise<void> {
    const { store, queue } = this.#tools;
    this.#leaves = true;
    await this.#collect([...this.#pending.keys()], false).catch(() => {}); // where it cannot be kept here, it stays in Redis for a while
    await Promise.all(
      [...this.#pending.keys()].map(async (id) => {
        if ((await store.leave(id, this.#who)) > 0) return;
        await queue.remove(id).catch(() => {}); // one that is worked on stops by itself
        await store.askAnew(id);
      }),
    );
    await this.#shared.leave();
  }

  #persist<T>(work: () => Promise<T>): Promise<T> {
    return persistently(work, { onNote: this.#tools.onNote, signal: this.#execution.signal });
  }

  /** Until something is told of a unit, or so long. */
  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#execution;
    if (this.#woken.size) return;
    this.#nap = new AbortController();
    const until = AbortSignal.any([this.#nap.signal, ...(signal ? [signal] : [])]);
    await sleep(milliseconds, undefined, { signal: until }).catch(() => {});
  }

  #only(): Site | undefined {
    const { same, site } = this.#options;
    return same && Object.fromEntries(same.map((part) => [part, site[part] ?? '']));
  }

  async #send(unit: Input): Promise<void> {
    const { kind, nameOf, filesOf } = this.#execution;
    const { version, exchange } = this.#options;
    const { left, states = [] } = filesOf(unit);
    const [name, of, only] = [nameOf(unit), basename(resolve(this.#execution.folder)), this.#only()];
    const payload: Payload = {
      ...{ kind: kind.name, name, of, input: unit, version, shared: this.#shared.files(), left, states },
      ...(only && { only }),
      exchange: exchange === undefined ? 'redis' : 'folder',
    };
    const id = idOf(payload);
    await this.#ask(id, payload);
    this.#pending.set(id, { unit, name, payload });
  }

  /** Has a unit done, unless it is done or under way. One that failed before is tried anew. */
  async #ask(id: string, payload: Payload): Promise<void> {
    const { store, queue } = this.#tools;
    const { attempts = 3, pauseMs = 5_000 } = this.#options;
    await store.want(id, this.#who);
    if (await store.hasResult(id)) return;
    await store.askAnew(id);
    const job = await queue.getJob(id);
    if (job && (await job.isFailed())) await job.remove();
    await queue.add(payload.kind, payload, {
      ...{ jobId: id, attempts, backoff: { type: 'exponential', delay: pauseMs } },
      ...{ removeOnComplete: true, removeOnFail: { age: 7 * 24 * 3600, count: 1_000 }, stackTraceLimit: 1 },
    });
  }

  /** @param thoroughly whether units that are nowhere any more are looked for too */
  async #collect(asked: readonly string[], thoroughly: boolean): Promise<void> {
    const { store, queue, connection } = this.#tools;
    const ids = asked.filter((id) => this.#pending.has(id));
    if (!ids.length) return;
    const pipeline = connection.redis.pipeline();
    for (const id of ids)
      pipeline.exists(`${PREFIX}:result:${id}`).zscore(queue.toKey('failed'), id).exists(queue.toKey(id));
    const answers = (await pipeline.exec())!.map(([error, value]) => {
      if (error) throw error;
      return value;
    });
    for (const [i, id] of ids.entries()) {
      const pending = this.#pending.get(id)!;
      const [done, failed, there] = answers.slice(3 * i, 3 * i + 3);
      if (done) {
        const result = await store.result(id).catch(spoiltAlone);
        if (result instanceof AttuneError) await this.#doAgain(id, pending, result.message.replace(/\.$/, ''));
        else if (result) await this.#take(id, pending, result);
      } else if (failed !== null) await this.#giveUp(id, pending);
      else if (!there && thoroughly) await this.#ask(id, pending.payload);
    }
  }

  async #take(id: string, pending: Pending<Input>, result: Result): Promise<void> {
    const { folder, onEvent, onDone, onSite } = this.#execution;
    const { unit, payload } = pending;
    for (const { path, stored } of result.files) {
      if (!payload.left.includes(path)) continue; // nobody asked for it
      const bytes = await this.#exchange.get(stored).catch(spoiltAlone);
      if (bytes instanceof AttuneError) return this.#doAgain(id, pending, bytes.message, result.files);
      await writeInto(join(folder, path), bytes); // where that fails, it would again
    }
    for (const event of result.events) onEvent(unit, event as Event);
    onSite?.(unit, result.site);
    await onDone(unit);
    this.#pending.delete(id);
    if ((await this.#tools.store.leave(id, this.#who)) > 0) return;
    const states = await this.#tools.store.states(id);
    await this.#tools.store.forget(id); // first: a result whose files are gone would be taken for a spoilt one
    for (const { stored } of [...result.files, ...states]) await this.#exchange.drop(stored);
  }

  async #doAgain(id: string, pending: Pending<Input>, why: string, files: readonly CarriedFile[] = []): Promise<void> {
    if (this.#leaves) return;
    const { name, payload } = pending;
    const times = (this.#spoilt.get(id) ?? 0) + 1;
    this.#spoilt.set(id, times);
    if (times >= MOST_SPOILT)
      return this.#fail(id, pending, new AttuneError('run', `${name}: ${why} (${times} times)`));
    this.#tools.onNote(`${name}: ${why}; it is done again`);
    await this.#tools.store.forgetResult(id);
    for (const { stored } of files) await this.#exchange.drop(stored);
    await this.#ask(id, payload); // it goes on from its state
  }

  async #giveUp(id: string, pending: Pending<Input>): Promise<void> {
    const job = await this.#tools.queue.getJob(id);
    const failure = await failureOf(this.#tools.store, id, job?.failedReason);
    const tried = job && job.attemptsMade > 1 ? ` (tried ${job.attemptsMade} times)` : '';
    await this.#fail(id, pending, errorOf(failure, `${pending.name}: ${failure.text}${tried}`));
  }

  async #fail(id: string, { unit }: Pending<Input>, error: AttuneError): Promise<void> {
    this.#pending.delete(id);
    await this.#tools.store.leave(id, this.#who);
    this.#execution.onFailed(unit, error);
  }

  /** Goes on waiting for units, which Redis would forget after {@link KEPT_FOR}. */
  async #renew(): Promise<void> {
    if (performance.now() - this.#renewed < KEPT_FOR / 100) return;
    this.#renewed = performance.now();
    for (const id of this.#pending.keys()) await this.#tools.store.want(id, this.#who);
    for (const { stored } of this.#shared.files()) await this.#tools.store.want(stored.key, this.#who);
  }

  /** What no worker can do fails alone where it alone is to blame; else the workers lack something, and nothing would be done. */
  async #refuseImpossible(): Promise<void> {
    const { store, queue } = this.#tools;
    for await (const [id, refusals] of refusedByAll(store, this.#options.version, [...this.#pending.keys()])) {
      const pending = this.#pending.get(id)!;
      const own = refusals.find(({ isOfUnit }) => isOfUnit);
      if (!own)
        throw new AttuneError(
          'run',
          `${pending.name} can be done by none of the workers at the queue, which look again after half a minute. What is done is kept, and the same command goes on when one can:`,
          { points: refusals.map(({ worker, why }) => `${worker}: ${why}`) },
        );
      if ((await store.leave(id, this.#who)) === 0) {
        await queue.remove(id).catch(() => {});
        await store.askAnew(id);
      }
      await this.#fail(id, pending, new AttuneError('corpus', `${pending.name}: ${own.why}`));
    }
  }
}
