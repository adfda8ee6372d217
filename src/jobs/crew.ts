import { type ChildProcess, fork } from 'node:child_process';
import { AttuneError } from '../errors.ts';
import { endOf, errorOf, type Failure } from './failure.ts';

/** What a worker of a crew tells its parent of the item that it was given last. */
export type FromWorker<Result> = { readonly result: Result } | { readonly failure: Failure };

export interface CrewOptions<Settings, Item> {
  /** the script that each process runs; it calls `serveItems` */
  readonly entry: URL;
  /** what each process is told once, before its first item */
  readonly settings: Settings;
  readonly items: readonly Item[];
  /** how many run at a time */
  readonly processes: number;
  /** names an item in errors */
  readonly nameOf: (item: Item) => string;
}

/** Items that may be finished or under way before the one that is waited for: answers that wait take memory. */
const AHEAD = 16;

/**
 * Has items worked on by processes that stay, each one item at a time, and gives what came of each in the order of the items.
 * Where a process dies, its item fails and a new process takes its place. All end with the caller or when it stops asking.
 *
 * @returns for each item its result, or the error with which it failed; code `run` where its process died
 */
export async function* inOrder<Settings, Item, Result>({
  entry,
  settings,
  items,
  processes,
  nameOf,
}: CrewOptions<Settings, Item>): AsyncGenerator<Result | AttuneError> {
  const started = new Set<ChildProcess>();
  const hire = () => {
    const child = fork(entry, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' });
    started.add(child);
    child.once('exit', () => started.delete(child));
    child.on('error', () => {}); // told by `ask`
    child.send(settings as object, () => {});
    return child;
  };
  const free: ChildProcess[] = [];
  const waiting: ((child: ChildProcess) => void)[] = [];
  let hired = 0;
  const take = async () => {
    const idle = free.pop();
    if (idle) return idle;
    if (hired++ < processes) return hire();
    return new Promise<ChildProcess>((resolve) => waiting.push(resolve));
  };
  const work = async (item: Item): Promise<Result | AttuneError> => {
    let child = await take();
    if (hasEnded(child)) child = hire();
    const answer = await ask<Item, Result>(child, item, nameOf(item));
    const next = waiting.shift();
    if (next) next(child);
    else free.push(child);
    return answer;
  };
  try {
    const open: Promise<Result | AttuneError>[] = [];
    for (const item of items) {
      open.push(work(item));
      if (open.length >= AHEAD * processes) yield await open.shift()!;
    }
    while (open.length) yield await open.shift()!;
  } finally {
    for (const child of started) child.kill('SIGKILL');
  }
}

const hasEnded = ({ connected, exitCode, signalCode }: ChildProcess) =>
  !connected || exitCode !== null || signalCode !== null;

function ask<Item, Result>(child: ChildProcess, item: Item, name: string): Promise<Result | AttuneError> {
  return new Promise((resolve) => {
    const end = (answer: Result | AttuneError) => {
      child.off('message', hear).off('exit', died).off('error', failed);
      resolve(answer);
    };
    const hear = (from: FromWorker<Result>) =>
      end(
        'result' in from
          ? from.result
          : errorOf(from.failure, `${from.failure.code ? '' : `${name}: `}${from.failure.text}`),
      );
    const died = (status: number | null, signal: NodeJS.Signals | null) =>
      end(new AttuneError('run', `${name}: its process ${endOf(status, signal)}. Try it by itself.`));
    const failed = (cause: Error) =>
      end(new AttuneError('run', `${name}: no process could be started for it: ${cause.message}.`, { cause }));
    child.on('message', hear).on('exit', died).on('error', failed);
    child.send(item as object, () => {}); // where it is gone already, 'exit' tells so
  });
}
