import { randomBytes } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AttuneError } from '../../errors.ts';
import { UnitDied } from '../failure.ts';
import { unitProcesses } from '../unit-child.ts';
import { type Means, type UnitKind, unitKind } from '../units.ts';
import type { WorkerOptions } from './options.ts';
import { type CarriedFile, type Payload, titleOf } from './payload.ts';
import type { Exchange } from './pieces.ts';
import { persistently } from './retry.ts';
import { bytesIfThere, type Scratch } from './scratch.ts';
import type { Store } from './store.ts';

/** This worker cannot do a unit; another may. */
export class Declined extends Error {
  /** whether it could do others that share its files */
  readonly isOfUnit: boolean;

  constructor(why: string, { isOfUnit = false } = {}) {
    super(why);
    this.isOfUnit = isOfUnit;
  }
}

/** Nobody waits for a unit any more. */
export class Unwanted extends Error {
  override readonly message = 'nobody waits for it any more';
}

/** What a place of a worker has. */
export interface PlaceTools {
  readonly store: Store;
  readonly exchanges: { readonly redis: Exchange; readonly folder?: Exchange };
  readonly scratch: Scratch;
  readonly means: Means;
  readonly options: WorkerOptions;
  /** its name */
  readonly worker: string;
  readonly onNote: (text: string) => void;
}

/** Tells a unit's coordinators something. */
type Tell = (told: { readonly events?: readonly unknown[]; readonly note?: string }) => Promise<void>;

/** What a unit tells is handed on so often, ms. */
const TOLD_EVERY = 500;
/** For so long it is remembered that this machine cannot do units, ms: then it is looked again. */
const DECLINED_FOR = 30_000;
/** So long a process waits for another unit, ms: it holds memory. */
const IDLE_FOR = 10_000;
/** Codes of errors of recordings: those of a machine, which others may have as they were. */
const OF_RECORDINGS: ReadonlySet<string> = new Set(['corpus', 'audio']);
/** So long a place that is to stop waits for Redis to say whether what it has handed over counts, ms. */
const ANSWER_IN = 3_000;

/** Does units, each in a folder of its own, by processes as their kinds say. */
export function openPlace(tools: PlaceTools) {
  const { store, exchanges, scratch, means, options, onNote } = tools;
  const ready = new Map<string, Promise<void>>();
  const processes = unitProcesses(IDLE_FOR);

  const readyKey = (kind: UnitKind<unknown, unknown>, { input, shared }: Payload) =>
    JSON.stringify([kind.name, kind.needs?.(input) ?? '', shared.map(({ stored }) => stored.sha256)]);

  /** Whether this machine has what units name, which is looked at once for all that share files. */
  const makeReady = (
    kind: UnitKind<unknown, unknown>,
    payload: Payload,
    folder: string,
    signal: AbortSignal,
  ): Promise<void> => {
    const key = readyKey(kind, payload);
    const known = ready.get(key);
    if (known)
      return known.catch((error) => {
        if (error instanceof UnitDied && !signal.aborted) return makeReady(kind, payload, folder, signal); // it looks itself
        throw error;
      });
    const looking = { ...kind, stays: true }; // for the unit then, which spares it a process's start
    const child = processes.start(looking, { ...asked(payload, folder), step: 'ready' }, () => {});
    const stop = () => child.kill();
    signal.addEventListener('abort', stop, { once: true });
    const looked = child.done.finally(() => signal.removeEventListener('abort', stop));
    ready.set(key, looked);
    looked.catch((error) => {
      if (error instanceof UnitDied) ready.delete(key);
      else setTimeout(() => ready.delete(key), DECLINED_FOR).unref();
    });
    return looked;
  };

  const asked = ({ input }: Payload, folder: string) => ({ step: 'work' as const, input, folder, means });

  /** @throws the signal's reason where it is aborted meanwhile: then nothing stays there */
  const carry = async (
    exchange: Exchange,
    folder: string,
    paths: readonly string[],
    key: string,
    signal?: AbortSignal,
  ) => {
    const carried: CarriedFile[] = [];
    try {
      for (const [i, path] of paths.entries()) {
        const bytes = await bytesIfThere(join(folder, path));
        if (bytes) carried.push({ path, stored: await exchange.put(`${key}:${i}`, bytes) });
        signal?.throwIfAborted(); // nobody hears of them any more
      }
    } catch (error) {
      await drop(exchange, carried);
      throw error;
    }
    return carried;
  };

  /** What nobody will fetch; where Redis is gone, it goes by itself in time. */
  const drop = async (exchange: Exchange, files: readonly CarriedFile[]) => {
    for (const { stored } of files) await exchange.drop(stored).catch(() => {});
  };

  return {
    close: () => processes.close(),
    /**
     * @throws Declined where this worker cannot do it; the signal's reason; AttuneError as the unit failed
     */
    async do(id: string, payload: Payload, tell: Tell, signal: AbortSignal): Promise<void> {
      const persist = <T>(work: () => Promise<T>) => persistently(work, { onNote, signal });
      const { kind, input } = fitting(payload, tools);
      const unit = { ...payload, input };
      const exchange = exchanges[payload.exchange];
      if (!exchange)
        throw new Declined(
          'files of this unit come by a folder that machines share: name it to this worker with --exchange',
        );
      if (await persist(() => store.hasResult(id))) return; // somebody was faster, or was killed before he said so
      if (!(await persist(() => store.isWanted(id)))) throw new Unwanted();
      const folder = await persist(() => scratch.folderFor(payload.shared, exchange));
      const events = gather(kind, tell);
      const token = randomBytes(6).toString('hex');
      try {
        for (const path of [...payload.left, ...payload.states])
          await mkdir(dirname(join(folder, path)), { recursive: true });
        await makeReady(kind, unit, folder, signal).catch((error) => {
          signal.throwIfAborted();
          if (error instanceof UnitDied) throw error; // which says nothing of what this machine has
          throw new Declined((error as Error).message);
        });
        const beginsAnew = (why: string) => {
          const text = `its state is lost, and it begins anew: ${why}`;
          onNote(`${titleOf(payload)}: ${text}`);
          tell({ note: text }).catch(() => {});
        };
        const known = await persist(() => store.states(id, beginsAnew));
        await scratch.fill(folder, known, exchange).catch((error) => {
          if (!(error instanceof AttuneError)) throw error;
          beginsAnew(error.message);
        });
        const began = performance.now();
        const states = keepStates(known);
        const child = processes.start(kind, asked(unit, folder), events.hear);
        const stop = () => child.kill();
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) stop();
        try {
          await child.done;
        } catch (error) {
          await states.last();
          signal.throwIfAborted();
          if (!(error instanceof AttuneError) || !OF_RECORDINGS.has(error.code)) throw error;
          ready.delete(readyKey(kind, unit)); // what it has is perhaps no more what was looked at
          throw new Declined(error.message, { isOfUnit: true });
        } finally {
          signal.removeEventListener('abort', stop);
          states.end();
        }
        let carried: Promise<readonly CarriedFile[]> | undefined;
        const carryOut = () => {
          carried = carry(exchange, folder, payload.left, `unit:${id}:${token}`, signal);
          return carried;
        };
        const files = await persist(carryOut).catch(async (error) => {
          await answerOf(carried, []); // which drops what it put
          throw error;
        });
        const milliseconds = Math.round(performance.now() - began);
        const { site } = options;
        const result = { files, events: events.kept(), site, worker: tools.worker, milliseconds };
        let committed: Promise<boolean> | undefined;
        const commit = () => {
          committed = store.commit(id, result, options.version);
          return committed;
        };
        const counts = await persist(commit).catch(async (error) => {
          const answer = await answerOf(committed, false);
          if (answer === false) await drop(exchange, files); // where none comes, it may count
          if (answer) return true; // it was told to stop when it was done
          throw error;
        });
        if (counts) return;
        await drop(exchange, files);
        throw new Unwanted(); // or another was first
      } finally {
        events.end();
        await scratch.clear(folder);
      }

      /** Keeps a unit's state for whoever goes on with it, now and then and in the end. */
      function keepStates(before: readonly CarriedFile[]) {
        let [kept, written, busy] = [before, 0, Promise.resolve()];
        const keep = async () => {
          const times = await Promise.all(payload.states.map((path) => modified(join(folder, path))));
          const latest = Math.max(0, ...times);
          if (latest <= written) return;
          const states = await carry(exchange!, folder, payload.states, `state:${id}:${token}:${Math.round(latest)}`);
          await store.keepStates(id, states);
          for (const { stored } of kept)
            if (!states.some((one) => one.stored.key === stored.key)) await exchange!.drop(stored);
          [kept, written] = [states, latest];
        };
        const next = () => {
          busy = busy.then(keep).catch(() => {}); // a Redis that is full or gone: the next time
          return busy;
        };
        const timer = payload.states.length ? setInterval(next, options.stateMs ?? 30_000) : undefined;
        return {
          last: () => Promise.race([next(), new Promise((resolve) => setTimeout(resolve, 3_000).unref())]),
          end: () => clearInterval(timer),
        };
      }
    },
  };
}

/** What comes of what goes on though nobody waits for it any more; undefined where that takes long. */
const answerOf = <T>(asked: Promise<T> | undefined, failed: T): Promise<T | undefined> =>
  Promise.race([asked?.catch(() => failed) ?? failed, sleep(ANSWER_IN, undefined, { ref: false })]);

const modified = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

/** @throws Declined where this worker must not do a unit; AttuneError `run` where nobody can, or should: its input is none */
function fitting({ kind: name, only = {}, version, input }: Payload, { options }: PlaceTools) {
  if (version !== options.version)
    throw new Declined(
      `the unit is for Attune ${version}, and this is ${options.version}: install the same version here`,
    );
  for (const [part, wanted] of Object.entries(only))
    if (options.site[part] !== wanted)
      throw new Declined(
        `the same numerics are asked for: ${part} must be ${wanted}, and is ${options.site[part]} here`,
      );
  const kind = unitKind(name);
  if (!kind) throw new AttuneError('run', `expected a kind of unit that is known here, got ${name}`);
  return { kind, input: kind.check(input) };
}

/** Hands on what a unit tells, now and then, and keeps what nothing took the place of. */
function gather({ replaces }: UnitKind<unknown, unknown>, tell: Tell) {
  let waiting: unknown[] = [];
  let all: unknown[] = [];
  const added = (events: unknown[], event: unknown) => {
    const what = replaces?.(event);
    return [...(what === undefined ? events : events.filter((one) => replaces?.(one) !== what)), event];
  };
  const flush = () => {
    if (!waiting.length) return;
    const events = waiting;
    waiting = [];
    tell({ events }).catch(() => {}); // what came of it tells it again
  };
  const timer = setInterval(flush, TOLD_EVERY);
  return {
    hear(event: unknown): void {
      waiting = added(waiting, event);
      all = added(all, event);
    },
    kept: () => all,
    end(): void {
      flush();
      clearInterval(timer);
    },
  };
}
