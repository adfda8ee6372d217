import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '../../errors.ts';
import type { Executor } from '../../jobs/executor.ts';
import { UnitDied } from '../../jobs/failure.ts';
import { type Kept, openKept } from './kept.ts';
import { unsealedLines } from './lines.ts';
import { doShards, type Piece } from './rounds.ts';
import type { Shard, ShardWork } from './shard.ts';
import { type ArchiveRecording, shardsOf } from './shards.ts';
import { shardFile } from './units.ts';

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
  /** whether a shard that fails as a whole, for want of space say, ends all; else its recordings fail, and the others go on */
  readonly isAllOrNone?: boolean;
  /** what this machine has; only a local executor asks */
  readonly means: { readonly corpora: readonly string[]; readonly cache: string; readonly encoder?: string };
  readonly onNote: (text: string) => void;
  /** told where shards were done, where that was elsewhere: what their bytes depend on */
  readonly onSite?: ((site: Readonly<Record<string, string>>) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

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
  let kept: Kept | undefined;
  async function* told(isOrdered: boolean): AsyncGenerator<Answered<Result>> {
    let left = given.recordings.length;
    kept = await openKept(given, shards);
    try {
      for await (const answered of answersOf<Result>(given, shards, isOrdered, failed)) {
        left--;
        yield answered;
      }
    } finally {
      if (left) await kept.close(); // else `end` is called
    }
  }
  return {
    answers: (async function* () {
      for await (const [, answer] of told(true)) yield answer;
    })(),
    asTheyCome: told(false),
    async end() {
      const worthAnother = failed.some(({ error }) => !(error instanceof UnitDied));
      await (worthAnother ? kept?.close() : kept?.remove());
    },
  };
}

async function* answersOf<Result>(
  given: ArchiveWork,
  shards: readonly Shard[],
  isOrdered: boolean,
  failed: Piece[],
): AsyncGenerator<Answered<Result>> {
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
      : await answersIn<Result>(join(given.folder, shardFile(shard)), files.length);
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

/** @throws AttuneError `run` where the file was damaged */
async function answersIn<Result>(path: string, count: number): Promise<(Result | AttuneError)[]> {
  try {
    const answers = [...unsealedLines<Result>(await readFile(path))];
    if (answers.length === count) return answers;
    throw new Error(`expected ${count} answers in it, got ${answers.length}`);
  } catch (cause) {
    const { message } = cause as Error;
    throw new AttuneError('run', `${path} is damaged: ${message}. Delete it, and start the same command again.`, {
      cause,
    });
  }
}
