import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { AttuneError } from '../../errors.ts';
import { cannotWrite, writeWhole } from '../../files.ts';
import type { Executor } from '../../jobs/executor.ts';
import { errorOf, UnitDied } from '../../jobs/failure.ts';
import { type Properties, parseJson, type Schema, sha256, whole } from '../../json.ts';
import { readWhole } from '../../read-file.ts';
import { doShards, type Piece } from './rounds.ts';
import type { Shard, ShardLine, ShardWork } from './shard.ts';
import { type ArchiveRecording, shardsOf } from './shards.ts';
import { shardFile, WEIGHTS_FILE } from './units.ts';

/** An archive, and what is to be done with it. */
export interface ArchiveWork {
  /** the recordings, in the order in which they are told of */
  readonly recordings: readonly ArchiveRecording[];
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
  /** told where shards were done, where that was elsewhere: what their bytes depend on */
  readonly onSite?: ((site: Readonly<Record<string, string>>) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `archive.json`: what is done in the folder. */
interface Begun {
  /** of recordings, shards and settings */
  readonly sha256: string;
  readonly recordings: number;
}

const BEGUN: Schema<Begun> = v.object({ sha256, recordings: whole(0) } satisfies Properties<Begun>);

/** What came of a recording, by its place among those that were given. */
export type Answered<Result> = readonly [at: number, answer: Result | AttuneError];

/** An archive at work, which begins when it is asked for answers in one of the two ways. */
export interface Archive<Result> {
  /** what came of each recording, each once, in order */
  readonly answers: AsyncGenerator<Result | AttuneError>;
  /** the same as soon as it is there, a shard's together */
  readonly asTheyCome: AsyncGenerator<Answered<Result>>;
  /** called when all is told and lies safely elsewhere: what is done is no longer kept, unless shards failed, which may be tried again */
  end(): Promise<void>;
}

/**
 * Does an archive. It is done in shards; stopped and started again it goes on with those that are left. Where a shard fails for good its
 * recordings fail, and the others go on.
 *
 * @throws AttuneError `usage` where the folder holds another archive; as the executor does
 */
export function archiveOf<Result>(given: ArchiveWork): Archive<Result> {
  const shards = shardsOf(given.recordings, given.work, given.shard);
  const failed: Piece[] = [];
  const done = (isOrdered: boolean) => answersOf<Result>(given, shards, isOrdered, failed);
  return {
    answers: (async function* () {
      for await (const [, answer] of done(true)) yield answer;
    })(),
    asTheyCome: done(false),
    async end() {
      const worthAnother = failed.some(({ error }) => !(error instanceof UnitDied));
      if (!worthAnother) await rm(given.folder, { recursive: true, force: true });
    },
  };
}

async function* answersOf<Result>(
  given: ArchiveWork,
  shards: readonly Shard[],
  isOrdered: boolean,
  failed: Piece[],
): AsyncGenerator<Answered<Result>> {
  await begin(given, shards);
  const firsts: number[] = []; // of each shard's recordings
  let [inAll, told] = [0, 0];
  for (const { files } of shards) {
    firsts.push(inAll);
    inAll += files.length;
  }
  const pieces = asDone(shards, given);
  for await (const { shard, error } of isOrdered ? inTurn(pieces, shards) : pieces) {
    const { files, number, part } = shard;
    const first = firsts[number]! + (part?.from ?? 0);
    if (error) failed.push({ shard, error });
    const answers = error
      ? files.map(({ file }) => new AttuneError(error.code, `${file}: ${error.message}`))
      : answersIn<Result>(await readFile(join(given.folder, shardFile(shard))), files.length);
    told += files.length;
    let at = first;
    for (const answer of answers) yield [at++, answer];
  }
  if (told !== inAll) throw new AttuneError('run', `${inAll - told} of ${inAll} recordings were not done`);
}

/** What came of shards, as it comes. The work goes on while nobody asks, until nobody will: then it is stopped, and what is left is taken back. */
async function* asDone(shards: readonly Shard[], given: ArchiveWork): AsyncGenerator<Piece> {
  const came: Piece[] = [];
  let [ended, wake]: [{ error?: unknown } | undefined, () => void] = [undefined, () => {}];
  const end = (how: { error?: unknown }) => {
    ended = how;
    wake();
  };
  const nobodyAsks = new AbortController();
  const signal = AbortSignal.any([nobodyAsks.signal, ...(given.signal ? [given.signal] : [])]);
  const work = doShards(shards, { ...given, signal }, (piece) => {
    came.push(piece);
    wake();
  }).then(
    () => end({}),
    (error) => end({ error }),
  );
  let left = shards.reduce((sum, { files }) => sum + files.length, 0); // recordings of which nothing is told yet
  try {
    for (let next = 0; ; ) {
      while (next < came.length) {
        const piece = came[next++]!;
        left -= piece.shard.files.length;
        yield piece;
      }
      if (ended) break;
      [came.length, next] = [0, 0];
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const { error } = ended as { error?: unknown };
    if (error) throw error;
  } finally {
    if (left) nobodyAsks.abort();
    await work;
  }
}

/** The same in the order of the shards, and within one that was divided of its parts. */
async function* inTurn(pieces: AsyncIterable<Piece>, shards: readonly Shard[]): AsyncGenerator<Piece> {
  const waiting = new Map<number, Piece[]>();
  let turn = 0;
  const isWhole = (its: readonly Piece[] | undefined): its is readonly Piece[] =>
    its?.reduce((sum, { shard }) => sum + shard.files.length, 0) === shards[turn]?.files.length;
  const from = ({ shard: { part } }: Piece) => part?.from ?? 0;
  for await (const piece of pieces) {
    const { number } = piece.shard;
    waiting.set(number, [...(waiting.get(number) ?? []), piece]);
    for (let its = waiting.get(turn); its && isWhole(its); its = waiting.get(++turn)) {
      yield* its.toSorted((a, b) => from(a) - from(b));
      waiting.delete(turn);
    }
  }
}

/** One by one, for all may be more than a string holds. */
function* answersIn<Result>(bytes: Buffer, count: number): Generator<Result | AttuneError> {
  let lines = 0;
  for (let [from, end] = [0, bytes.indexOf(10)]; end >= 0; from = end + 1, end = bytes.indexOf(10, from)) {
    const found = JSON.parse(bytes.toString('utf8', from, end)) as ShardLine<Result>;
    lines++;
    yield 'result' in found ? found.result : errorOf(found.failure, found.failure.text);
  }
  if (lines !== count) throw new AttuneError('run', `expected ${count} lines of a shard, got ${lines}`);
}

async function begin({ folder, checkpoint, work, recordings }: ArchiveWork, shards: readonly Shard[]): Promise<void> {
  await mkdir(join(folder, 'shards'), { recursive: true }).catch((cause) => {
    throw cannotWrite(folder, cause);
  });
  const weights = checkpoint === undefined ? undefined : await readWhole(checkpoint);
  const hash = createHash('sha256').update(JSON.stringify(work));
  if (weights) hash.update(weights);
  for (const { archive, files } of shards) hash.update(JSON.stringify([archive, files]));
  const now: Begun = { sha256: hash.digest('hex'), recordings: recordings.length };
  const path = join(folder, 'archive.json');
  const remedy = 'Delete its folder to begin anew.';
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const before = text === undefined ? undefined : parseJson(text, BEGUN, { name: path, code: 'run', remedy });
  if (before && before.sha256 !== now.sha256) {
    const counts = before.recordings === now.recordings ? '' : ` (${before.recordings}, now ${now.recordings})`;
    throw new AttuneError(
      'usage',
      `${folder} holds what was done of other recordings${counts}, or with other options: give the same again to go on, or delete it to begin anew`,
    );
  }
  if (weights) await writeFile(join(folder, WEIGHTS_FILE), weights);
  if (!before) await writeWhole(path, JSON.stringify(now));
}
