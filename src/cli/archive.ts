import { access, constants, readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { AttuneError } from '../errors.ts';
import { leadsInside } from '../inside.ts';
import type { ArchiveWork } from '../recognize/archive/archive.ts';
import { underOneRoot } from '../recognize/archive/one-root.ts';
import type { ShardWork } from '../recognize/archive/shard.ts';
import type { WeightsName } from '../recognize/default-weights.ts';
import { type Listing, listRecordings, STANDARD_INPUT } from '../recognize/recordings.ts';
import { differences } from '../run/differences.ts';
import { environment, numerics } from '../run/environment.ts';
import { onInterruption } from './interrupt.ts';
import type { CheckpointFlags } from './options.ts';
import { addQueueOptions, executorOf, type QueueFlags } from './queue.ts';
import { whole } from './values.ts';

/** What the user gave of the options that {@link addArchiveOptions} adds. */
export interface ArchiveFlags extends QueueFlags {
  list?: string;
  shard: number;
  unordered?: true;
}

/** Recordings a unit: some ten seconds of work for each second that a process takes to start. */
const DEFAULT_SHARD = 64;

/** The options of what goes through archives. */
export const addArchiveOptions = (command: Command): Command =>
  addQueueOptions(
    command
      .option('--list <file>', 'recordings, a line each, counted from the folder of this file')
      .option('--shard <n>', 'with --queue: recordings that a worker does at a time', whole(1, 10_000), DEFAULT_SHARD)
      .option('--unordered', 'with --queue: write answers as they come, each once, not in the order of the recordings'),
  );

/** The same of flags that are asked in part. */
type Asked = ArchiveFlags & CheckpointFlags & { out?: string; model?: string; frames?: true; threads?: number };

/** @throws AttuneError `usage` where options do not fit */
export function refuseUnfit(paths: readonly string[], flags: Asked, command: Command): void {
  if (!paths.length && flags.list === undefined)
    throw new AttuneError('usage', 'expected recordings, or folders of them, got none: name some, or give --list');
  const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli';
  if (flags.queue === undefined) {
    for (const name of ['shard', 'unordered'])
      if (isGiven(name)) throw new AttuneError('usage', `--${name} is for --queue: give that too, or leave it out`);
    return;
  }
  const refuse = (is: boolean, text: string) => {
    if (is) throw new AttuneError('usage', text);
  };
  refuse(flags.out === undefined, 'expected --out with --queue, beside which what is done is kept until all is there');
  refuse(
    flags.frames === true && flags.exchange === undefined,
    '--frames are too large for Redis: give --exchange too, a folder that all machines share, or leave --queue out',
  );
  refuse(flags.model !== undefined, '--model is for this machine: leave it out, or leave --queue out');
  refuse(isGiven('threads'), '--threads is for this machine: leave it out, or leave --queue out');
  refuse(paths.includes(STANDARD_INPUT), 'standard input (-) is on this machine alone: leave it out with --queue');
}

/** Tells once of each kind of worker whose last digits may differ from those of this machine. */
function differing(onNote: (text: string) => void) {
  const told = new Set<string>();
  const own = environment();
  return (site: Readonly<Record<string, string>>) => {
    const changes = differences(numerics(own), numerics({ ...own, ...site })).join('; ');
    if (changes && !told.has(changes))
      onNote(`warning: some was done elsewhere (${changes}), so its last digits may differ from those made here`);
    told.add(changes);
  };
}

/** The recordings that are asked for, by paths and by a list. */
export async function recordingsOf(
  paths: readonly string[],
  { list, queue }: Pick<ArchiveFlags, 'list' | 'queue'>,
): Promise<Listing> {
  const { found, notes } = await listRecordings(paths);
  if (list === undefined) return { found, notes };
  const text = await readFile(list, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AttuneError('usage', `${list}: the list cannot be read (${cause.code}); give a file with a path a line`, {
      cause,
    });
  });
  const root = dirname(list);
  const listed = text
    .split(/\r?\n/)
    .filter(Boolean)
    .map((line) => ({
      file: isAbsolute(line) ? line : join(root, line),
      root: isAbsolute(line) ? dirname(line) : root,
      path: line,
    }));
  const astray = queue === undefined ? undefined : listed.find(({ path }) => !isAbsolute(path) && !leadsInside(path));
  if (astray)
    throw new AttuneError(
      'usage',
      `${list}: ${astray.path} lies outside the folder of the list, and workers read nothing outside: put the list into a folder that holds all its recordings, or leave --queue out`,
    );
  if (!listed.length && !found.length) throw new AttuneError('usage', `${list} lists no recordings`);
  return { found: [...found, ...listed], notes };
}

/** Which weights shards take. */
export const weightsOf = ({ checkpoint, weights }: CheckpointFlags): { readonly weights: WeightsName | 'own' } => ({
  weights: checkpoint === undefined ? (weights ?? 'encoder') : 'own',
});

/** An archive, but for what is to be done with it. */
type Given = Pick<ArchiveWork, 'recordings' | 'executor' | 'shard' | 'isAllOrNone'> & {
  readonly corpora: readonly string[];
};

/** Recordings that a process of this machine does at a time: of each process a stop loses no more. */
const LOCAL_SHARD = 8;

/**
 * Has recordings answered in shards, on a queue or by processes of this machine; what is done is kept beside the output until all is there.
 *
 * @returns what begins the work; undefined where nothing is to be kept, or the recordings are fewer than the cores that may share in them
 */
export async function archiveFor(
  flags: Asked,
  command: Command,
  recordings: ArchiveWork['recordings'],
  onNote: (text: string) => void,
) {
  const { executor } = await executorOf(flags, command);
  const given = executor ? { executor, recordings, shard: flags.shard, corpora: [] } : await hereOf(flags, recordings);
  if (!given) return undefined;
  const { archiveOf } = await import('../recognize/archive/archive.ts');
  const { corpora, ...archive } = given;
  const { checkpoint, encoder } = flags;
  const folder = `${resolve(flags.out!)}.shards`;
  const means = { corpora, cache: '', ...(encoder !== undefined && { encoder }) };
  const signal = onInterruption();
  const onSite = differing(onNote);
  return <Result>(work: ShardWork) =>
    archiveOf<Result>({ ...archive, work, checkpoint, folder, means, onNote, onSite, signal });
}

async function hereOf(
  { out, model, frames, threads = Number.POSITIVE_INFINITY }: Asked,
  recordings: ArchiveWork['recordings'],
): Promise<Given | undefined> {
  const places = Math.min(threads, availableParallelism());
  if (out === undefined || model !== undefined || frames) return undefined;
  if (recordings.length < Math.max(2, places) || recordings.some(({ file }) => file === STANDARD_INPUT))
    return undefined;
  if (!(await canKeepBeside(resolve(out)))) return undefined;
  const { localPool } = await import('../jobs/local-pool.ts');
  const { root, ...all } = underOneRoot(recordings);
  const shard = Math.min(LOCAL_SHARD, Math.ceil(recordings.length / availableParallelism())); // whatever `threads` is
  return { ...all, executor: localPool(places), shard, corpora: [root], isAllOrNone: true };
}

/** Whether a folder may stand beside an output: not where that is a device or a pipe, nor where nothing else can be written. */
async function canKeepBeside(out: string): Promise<boolean> {
  if (/^\/(dev|proc)\//.test(out)) return false;
  const there = await stat(out).catch(() => undefined);
  if (there && !there.isFile() && !there.isDirectory()) return false;
  return access(dirname(out), constants.W_OK).then(
    () => true,
    () => false,
  );
}
