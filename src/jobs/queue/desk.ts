import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import { AttuneError } from '../../errors.ts';
import { cannotWrite, writeWhole } from '../../files.ts';
import { type Execution, unitsOf } from '../executor.ts';
import { errorOf, type Failure } from '../failure.ts';
import type { Connection } from './connect.ts';
import type { QueueOptions } from './options.ts';
import { idOf, type Payload, type Result, type Site } from './payload.ts';
import { type Exchange, folderExchange, KEPT_FOR, redisExchange } from './pieces.ts';
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
/** What a desk works with. */
interface Tools {
  readonly queue: Queue;
  readonly store: Store;
  readonly connection: Connection;
  readonly onNote: (text: string) => void;
}

/** What did not come through. */
function spoiltAlone(error: unknown): AttuneError {
  if (error instanceof AttuneError) return error;
  throw error;
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
  readonly #failures: AttuneError[] = [];
  #sent = 0;
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
      const isThorough = isTime && looks++ % EVERY === 0;
      const ids = isTime ? [...this.#pending.keys()] : [...this.#woken];
      this.#woken.clear();
      await this.#persist(() => this.#collect(ids, isThorough));
      if (ended && !this.#pending.size) break;
      if (isThorough) {
        await this.#persist(() => store.announceQueue(version)); // again, should Redis have lost it
        await this.#persist(async () => workers.look());
        await this.#persist(() => this.#refuseImpossible());
        await this.#persist(() => this.#shared.putAgain());
        await this.#persist(() => this.#renew());
      }
      if (ended || this.#pending.size >= window) await this.#pause(lookMs);
      signal?.throwIfAborted();
    }
    await this.#persist(() => this.#shared.leave());
    this.#throwFailures();
  }

  /** Is told what a worker tells of a unit. */
  hear(id: string, data: unknown): void {
    const pending = this.#pending.get(id);
    if (!pending || typeof data !== 'object' || data === null) return;
    const { events = [], note } = data as { events?: readonly Event[]; note?: string };
    if (typeof note === 'string') this.#tools.onNote(`${pending.name}: ${note}`);
    for (const event of events) this.#execution.onEvent(pending.unit, event);
  }

  /** Looks at once. */
  wake(id: string): void {
    if (!this.#pending.has(id)) return;
    this.#woken.add(id);
    this.#nap.abort();
  }

  /** Takes back what nobody else waits for. */
  async leave(): Promise<void> {
    const { store, queue } = this.#tools;
    for (const id of this.#pending.keys())
      if ((await store.leave(id, this.#who)) === 0) await queue.remove(id).catch(() => {}); // one that is worked on stops by itself
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
    const [name, only] = [nameOf(unit), this.#only()];
    const payload: Payload = {
      ...{ kind: kind.name, name, input: unit, version, shared: this.#shared.files(), left, states },
      ...(only && { only }),
      exchange: exchange === undefined ? 'redis' : 'folder',
    };
    const id = idOf(payload);
    this.#sent++;
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
      if (bytes instanceof AttuneError) return this.#doAgain(id, pending, bytes.message);
      await writeInto(join(folder, path), bytes); // where that fails, it would again
    }
    for (const event of result.events) onEvent(unit, event as Event);
    onSite?.(unit, result.site);
    await onDone(unit);
    this.#pending.delete(id);
    if ((await this.#tools.store.leave(id, this.#who)) > 0) return;
    const states = await this.#tools.store.states(id);
    for (const { stored } of [...result.files, ...states]) await this.#exchange.drop(stored);
    await this.#tools.store.forget(id);
  }

  async #doAgain(id: string, { name, payload }: Pending<Input>, why: string): Promise<void> {
    this.#tools.onNote(`${name}: ${why}; it is done again`);
    await this.#tools.store.forget(id);
    await this.#ask(id, payload);
  }

  async #giveUp(id: string, pending: Pending<Input>): Promise<void> {
    const job = await this.#tools.queue.getJob(id);
    const failure = await this.#failureOf(id, job?.failedReason);
    const tried = job && job.attemptsMade > 1 ? ` (tried ${job.attemptsMade} times)` : '';
    this.#pending.delete(id);
    const error = errorOf(failure, `${pending.name}: ${failure.text}${tried}`);
    await this.#tools.store.leave(id, this.#who);
    if (this.#execution.onFailed) return this.#execution.onFailed(pending.unit, error);
    this.#failures.push(error);
    this.#tools.onNote(`${error.message}; the others go on`);
  }

  async #failureOf(id: string, reason = 'why is not known'): Promise<Failure> {
    if (/stalled/.test(reason))
      return { text: 'its workers ended one after another, each while it worked on this', died: true };
    return (await this.#tools.store.failure(id)) ?? { text: reason };
  }

  /** Goes on waiting for units, which Redis would forget after {@link KEPT_FOR}. */
  async #renew(): Promise<void> {
    if (performance.now() - this.#renewed < KEPT_FOR / 100) return;
    this.#renewed = performance.now();
    for (const id of this.#pending.keys()) await this.#tools.store.want(id, this.#who);
    for (const { stored } of this.#shared.files()) await this.#tools.store.want(stored.key, this.#who);
  }

  /** Where every worker that is there has said that it cannot do a unit, nobody will. */
  async #refuseImpossible(): Promise<void> {
    const { store } = this.#tools;
    const workers = (await store.workers()).filter(({ version }) => version === this.#options.version);
    if (!workers.length) return;
    for (const [id, { name }] of this.#pending) {
      const declined = await store.declined(id);
      if (workers.some((worker) => declined[worker.name] === undefined)) continue;
      await this.leave();
      throw new AttuneError('run', `${name} can be done by none of the workers at the queue:`, {
        points: workers.map((worker) => `${worker.name}: ${declined[worker.name]}`),
      });
    }
  }

  #throwFailures(): void {
    const [first, ...others] = this.#failures;
    if (!first) return;
    if (!others.length) throw first;
    throw new AttuneError(
      'run',
      `${this.#failures.length} of ${this.#sent} units failed, and the others are done. Start the same command again to try them again:`,
      { points: this.#failures.map(({ message }) => message) },
    );
  }
}
