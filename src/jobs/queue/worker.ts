import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import { AttuneError } from '../../errors.ts';
import { formOf, told } from '../../json.ts';
import { failureOf } from '../failure.ts';
import type { Means } from '../units.ts';
import { connect } from './connect.ts';
import type { WorkerOptions } from './options.ts';
import { PAYLOAD, type Payload, titleOf } from './payload.ts';
import { folderExchange, redisExchange, refuseUnwritable, sweepFolder } from './pieces.ts';
import { Declined, openPlace, Unwanted } from './place.ts';
import { rests } from './rests.ts';
import { FULL, isFull, persistently } from './retry.ts';
import { openScratch } from './scratch.ts';
import { openStore, PREFIX, queueName, type Store } from './store.ts';

/** Who is told of a worker. */
export interface WorkerListener {
  /** a sentence that the user should know */
  readonly onNote: (text: string) => void;
  /** a unit begins, and ends: done, failed, or given back */
  readonly onUnit?: (name: string, what: 'begins' | 'done' | 'failed' | 'given back', why?: string) => void;
}

/** A worker of a queue. */
export interface QueueWorker {
  readonly name: string;
  /** takes no more units, and resolves when those in hand are done */
  drain(): Promise<void>;
  /** gives units in hand back, their states kept for whoever goes on with them */
  stop(): Promise<void>;
}

/** A unit whose worker is gone is tried again so often. */
const MOST_STALLED = 5;
/** Of a day, what is counted by the minute. */
const MINUTES = 24 * 60;
/** So long is waited for a queue to close, and for whatever else may wait for a Redis that is gone, ms. */
const CLOSE_MS = 5_000;
const GONE_MS = 500;
/** Between two looks whether what is in hand is done, ms. */
const IN_HAND_MS = 50;
/** What a worker has in hand is told so long after it changed, so that many short units are told of together. */
const SOON_MS = 250;

/** Said by a worker that is told to end while Redis is gone. */
const WAITS =
  'Redis is gone: what is in hand goes there when it is back; told once more, this worker ends, and others do that';

/**
 * Does units of a queue, whoever put them there, until it is stopped. Each is done in a process, as its kind says.
 *
 * @param means what this machine has of what units name
 * @throws AttuneError as {@link connect} and {@link refuseUnwritable} do, and `run` where the queue waits for another version alone
 */
export async function startWorker(
  options: WorkerOptions,
  means: Means,
  listener: WorkerListener,
): Promise<QueueWorker> {
  const { version, places, heartbeatMs = 5_000, lockMs = 30_000, stalledMs = 15_000, declineMs = 5_000 } = options;
  if (options.exchange !== undefined) {
    await refuseUnwritable(options.exchange);
    await sweepFolder(options.exchange);
  }
  const connection = await connect(options, listener.onNote);
  const store = openStore(connection.redis);
  const name = `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
  const active = new Map<string, { readonly title: string; readonly stop: AbortController }>();
  let [done, failed, draining] = [0, 0, false];
  const scratch = await openScratch(options.scratch);
  const { exchange } = options;
  const exchanges = { redis: redisExchange(connection.redis), ...(exchange && { folder: folderExchange(exchange) }) };
  const place = openPlace({ store, exchanges, scratch, means, options, worker: name, onNote: listener.onNote });

  const rest = rests(declineMs);
  const work = async (job: Job, token: string | undefined) => {
    if (draining) {
      await job.moveToDelayed(Date.now(), token); // it was asked for before
      throw new DelayedError();
    }
    const payload = payloadOf(job.data);
    const id = job.id!;
    const stop = new AbortController();
    const title = titleOf(payload);
    const own = { title, stop };
    active.set(id, own);
    announceSoon();
    const letGo = () => {
      if (active.get(id) === own) active.delete(id); // another place may have it meanwhile
      announceSoon();
    };
    listener.onUnit?.(title, 'begins');
    try {
      await place.do(id, payload, (told) => job.updateProgress(told), stop.signal);
      done++;
      rest.reset();
      listener.onUnit?.(title, 'done');
    } catch (error) {
      if (error instanceof Declined || error instanceof Unwanted || stop.signal.aborted) {
        const why = error instanceof Error ? error.message : String(error);
        listener.onUnit?.(title, 'given back', why);
        if (error instanceof Declined) await store.decline(id, name, { why, isOfUnit: error.isOfUnit });
        if (error instanceof Unwanted) return; // it is done with
        await job.moveToDelayed(Date.now(), token);
        letGo();
        if (error instanceof Declined) await rest.after(id);
        throw new DelayedError();
      }
      failed++;
      const { stack: _, ...failure } = failureOf(error);
      listener.onUnit?.(title, 'failed', failure.text);
      await store.fail(id, failure);
      if (failure.isFinal) throw new UnrecoverableError(failure.text);
      const { attempts = 1 } = job.opts;
      if (job.attemptsMade + 1 < attempts)
        await job.updateProgress({ note: `failed (${failure.text}), and is tried again` }).catch(() => {});
      throw error;
    } finally {
      letGo();
    }
  };

  const announce = async () => {
    const titles = [...active.values()].map((one) => one.title);
    const entry = { name, version, site: options.site, places, active: titles, done, failed, draining };
    await store.announce(entry, 3 * heartbeatMs);
  };
  let soon: NodeJS.Timeout | undefined;
  const announceSoon = () => {
    soon ??= setTimeout(() => {
      soon = undefined;
      announce().catch(() => {}); // the heartbeat tells
    }, SOON_MS);
  };
  const heartbeat = async () => {
    await announce();
    for (const [id, { stop }] of active) if (!(await store.isWanted(id))) stop.abort(new Unwanted());
  };
  const others = watchVersions(store, version, listener.onNote);
  try {
    await others.refuse();
    await persistently(heartbeat, { onNote: listener.onNote });
  } catch (error) {
    connection.close();
    await scratch.remove();
    throw error;
  }
  const worker = new Worker(queueName(version), work, {
    ...{ connection: connection.redis, prefix: PREFIX, name, concurrency: places },
    ...{ lockDuration: lockMs, stalledInterval: stalledMs, maxStalledCount: MOST_STALLED, runRetryDelay: 1_000 },
    ...{ metrics: { maxDataPoints: MINUTES }, drainDelay: 2 },
  });
  worker.on('error', () => {}); // the connection tells where it is lost; a lock that was lost, that another does the unit
  let wasFull = false;
  const say = (isNowFull: boolean) => {
    if (isNowFull && !wasFull) listener.onNote(FULL);
    wasFull = isNowFull;
  };
  const beat = setInterval(
    () =>
      void Promise.all([heartbeat(), others.look()]).then(
        () => say(false),
        (error) => say(isFull(error)),
      ),
    heartbeatMs,
  );
  /** A Redis that is gone answers nothing, however long is waited. */
  const patience = (milliseconds: number) => (connection.redis.status === 'ready' ? milliseconds : GONE_MS);
  const end = async () => {
    clearInterval(beat);
    clearTimeout(soon);
    place.close();
    await within(patience(2_000), store.dismiss(name));
    connection.close();
    await scratch.remove();
  };
  return {
    name,
    async drain() {
      draining = true;
      rest.end();
      // to close comes later: it lets go of what is in hand where Redis is gone
      await Promise.all([worker.pause(true), within(patience(2_000), heartbeat())]);
      for (let told = false; active.size > 0; await sleep(IN_HAND_MS)) {
        const isGone = connection.redis.status !== 'ready';
        if (isGone && !told) listener.onNote(WAITS);
        told = isGone;
      }
      await within(patience(CLOSE_MS), worker.close());
      await within(patience(1_000), worker.close(true));
      await end();
    },
    async stop() {
      draining = true;
      rest.end();
      for (const { stop } of active.values()) stop.abort(new Error('the worker was stopped'));
      await within(patience(CLOSE_MS), worker.close());
      await within(patience(1_000), worker.close(true));
      await end();
    },
  };
}

/** Waits for what may wait for a Redis that is gone, and no longer than so many ms. */
const within = (milliseconds: number, work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work.catch(() => {}), new Promise((done) => setTimeout(done, milliseconds).unref())]);

/** @throws UnrecoverableError where it is none: trying again would not help */
function payloadOf(data: unknown): Payload {
  const found = formOf(data, PAYLOAD);
  if ('fault' in found)
    throw new UnrecoverableError(`what stands in the queue is no unit of Attune: ${told(found.fault)}`);
  return found.value;
}

/** Whether there is work for other versions, which this one must not do. */
function watchVersions(store: Store, version: string, onNote: (text: string) => void) {
  const said = new Set<string>();
  const others = async () => {
    const waiting: string[] = [];
    for (const [queue, its] of Object.entries(await store.queues()))
      if (its !== version && (await store.waiting(queue)) > 0) waiting.push(its);
    return waiting;
  };
  return {
    async refuse(): Promise<void> {
      const waiting = await others();
      const own = (await store.queues())[queueName(version)];
      if (waiting.length && own === undefined)
        throw new AttuneError(
          'run',
          `the units in the queue are for Attune ${waiting.join(' and ')}, and this is ${version}: install the same version here`,
        );
    },
    async look(): Promise<void> {
      for (const its of await others())
        if (!said.has(its)) {
          said.add(its);
          onNote(
            `units for Attune ${its} wait in the queue, which this one, ${version}, leaves to workers of that version`,
          );
        }
    },
  };
}
