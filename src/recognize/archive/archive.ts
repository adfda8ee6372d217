import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import * as v from 'valibot';
import { folderName } from '../../corpus/own-folder.ts';
import { AttuneError } from '../../errors.ts';
import { writeWhole } from '../../files.ts';
import type { Executor } from '../../jobs/executor.ts';
import { errorOf } from '../../jobs/failure.ts';
import { type Properties, parseJson, type Schema, sha256, whole } from '../../json.ts';
import { readWhole } from '../../read-file.ts';
import type { Listed } from '../recordings.ts';
import type { Turn } from '../turns.ts';
import type { Shard, ShardFile, ShardLine, ShardWork } from './shard.ts';
import { SHARD, shardFile, WEIGHTS_FILE } from './units.ts';

/** An archive, and what is to be done with it. */
export interface ArchiveWork {
  /** the recordings, in the order in which they are told of */
  readonly recordings: readonly (Listed & { readonly turns?: readonly Turn[] })[];
  readonly work: ShardWork;
  /** the weights, where `work` has its own */
  readonly checkpoint?: string | undefined;
  /** recordings a unit */
  readonly shard: number;
  /** keeps what is done, so that a stopped archive goes on; it goes when all is told */
  readonly folder: string;
  readonly executor: Executor;
  /** what this machine has; only a local executor asks */
  readonly means: { readonly corpora: readonly string[]; readonly cache: string; readonly encoder?: string };
  readonly onNote: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** `archive.json`: what is done in the folder. */
interface Begun {
  /** of recordings, shards and settings */
  readonly sha256: string;
  readonly recordings: number;
}

const BEGUN: Schema<Begun> = v.object({ sha256, recordings: whole(0) } satisfies Properties<Begun>);

/** An archive at work. */
export interface Archive<Result> {
  /** what came of each recording, in order, each once */
  readonly answers: AsyncGenerator<Result | AttuneError>;
  /** called when all is told and lies safely elsewhere: what is done is no longer kept, unless shards failed, which may be tried again */
  end(): Promise<void>;
}

/**
 * Does an archive. It is done in shards; stopped and started again it goes on with those
 * that are left. Where a shard fails for good its recordings fail, and the others go on.
 *
 * @throws AttuneError `usage` where the folder holds another archive; as the executor does
 */
export function archiveOf<Result>(given: ArchiveWork): Archive<Result> {
  const failed = new Map<number, AttuneError>();
  return {
    answers: answersOf<Result>(given, failed),
    async end() {
      if (!failed.size) await rm(given.folder, { recursive: true, force: true });
    },
  };
}

async function* answersOf<Result>(
  given: ArchiveWork,
  failed: Map<number, AttuneError>,
): AsyncGenerator<Result | AttuneError> {
  const { folder, executor, means, onNote, signal } = given;
  const shards = shardsOf(given);
  await begin(given, shards);
  const done = new Set<number>();
  let [ended, wake]: [{ error?: unknown } | undefined, () => void] = [undefined, () => {}];
  const left: Shard[] = [];
  for (const shard of shards)
    if (await stat(join(folder, shardFile(shard))).catch(() => undefined)) done.add(shard.number);
    else left.push(shard);
  executor
    .execute({
      ...{ kind: SHARD, folder, means, signal },
      units: withSizes(left, given),
      shared: given.checkpoint === undefined ? [] : [WEIGHTS_FILE],
      nameOf: ({ number }) => `shard ${number + 1} of ${shards.length}`,
      filesOf: (shard) => ({ left: [shardFile(shard)] }),
      onEvent: () => {},
      onDone({ number }) {
        done.add(number);
        wake();
      },
      onFailed({ number }, error) {
        failed.set(number, error);
        wake();
      },
      onNote,
    })
    .then(
      () => {
        ended = {};
      },
      (error) => {
        ended = { error };
      },
    )
    .finally(() => wake());
  for (const shard of shards) {
    const { number, files } = shard;
    while (!done.has(number) && !failed.has(number)) {
      if (ended)
        throw (ended as { error?: unknown }).error ?? new AttuneError('run', `shard ${number + 1} was not done`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const failure = failed.get(number);
    if (failure) yield* files.map(({ file }) => new AttuneError(failure.code, `${file}: ${failure.message}`));
    else yield* linesOf<Result>(await readFile(join(folder, shardFile(shard)), 'utf8'), files.length);
  }
}

function* linesOf<Result>(text: string, count: number): Generator<Result | AttuneError> {
  const lines = text.trimEnd().split('\n');
  if (lines.length !== count) throw new AttuneError('run', `expected ${count} lines of a shard, got ${lines.length}`);
  for (const line of lines) {
    const found = JSON.parse(line) as ShardLine<Result>;
    yield 'result' in found ? found.result : errorOf(found.failure, found.failure.text);
  }
}

/** Recordings of one folder, so many a shard. */
function shardsOf({ recordings, work, shard: size }: ArchiveWork): Shard[] {
  const shards: Shard[] = [];
  let files: ShardFile[] = [];
  for (const [i, { file, root, turns }] of recordings.entries()) {
    const path = relative(root, file).split(sep).join('/');
    files.push({ path, file, ...(turns && { turns }) });
    if (files.length < size && recordings[i + 1]?.root === root) continue;
    shards.push({ number: shards.length, archive: folderName(root), files, work });
    files = [];
  }
  return shards;
}

/** The size of each file, asked when its shard is sent. */
async function* withSizes(shards: readonly Shard[], { recordings }: ArchiveWork): AsyncGenerator<Shard> {
  const roots = new Map(recordings.map(({ file, root }) => [file, root]));
  for (const shard of shards) {
    const files: ShardFile[] = [];
    for (const one of shard.files) {
      const found = await stat(join(roots.get(one.file)!, one.path)).catch(() => undefined);
      files.push({ ...one, ...(found && { bytes: found.size }) });
    }
    yield { ...shard, files };
  }
}

async function begin({ folder, checkpoint, work, recordings }: ArchiveWork, shards: readonly Shard[]): Promise<void> {
  await mkdir(join(folder, 'shards'), { recursive: true });
  const weights = checkpoint === undefined ? undefined : await readWhole(checkpoint);
  const hash = createHash('sha256').update(JSON.stringify(work));
  if (weights) hash.update(weights);
  for (const { archive, files } of shards) hash.update(JSON.stringify([archive, files]));
  const now: Begun = { sha256: hash.digest('hex'), recordings: recordings.length };
  const path = join(folder, 'archive.json');
  const remedy = 'Delete its folder to begin anew.';
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const before = text === undefined ? undefined : parseJson(text, BEGUN, { name: path, code: 'run', remedy });
  if (before && before.sha256 !== now.sha256)
    throw new AttuneError(
      'usage',
      `${folder} holds what was done of other recordings (${before.recordings}, now ${now.recordings}), or with other options: give the same again to go on, or delete it to begin anew`,
    );
  if (weights) await writeFile(join(folder, WEIGHTS_FILE), weights);
  if (!before) await writeWhole(path, JSON.stringify(now));
}
