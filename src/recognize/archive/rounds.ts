import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttuneError } from '../../errors.ts';
import { UnitDied } from '../../jobs/failure.ts';
import type { ArchiveWork } from './archive.ts';
import type { Shard } from './shard.ts';
import { lookingAt, nameOfShard, partsOf } from './shards.ts';
import { SHARD, shardFile, WEIGHTS_FILE } from './units.ts';

/** What came of a shard, or of a part of one: its file is there, or why it is not. */
export interface Piece {
  readonly shard: Shard;
  readonly error?: AttuneError;
}

/** Of more shards than this it is not one recording that is to blame. */
const MOST_DIVIDED = 100;

/**
 * Does shards. One that ends its process every time is divided, until the recording that does so is alone: the others are answered.
 *
 * @param onPiece told of each piece once; those of a shard may come in any order
 * @throws AttuneError as the executor does
 */
export async function doShards(
  shards: readonly Shard[],
  given: ArchiveWork,
  onPiece: (piece: Piece) => void,
): Promise<void> {
  const { folder, executor, means, onNote, onSite, signal, recordings, checkpoint, isAllOrNone } = given;
  const lookAt = lookingAt(recordings);
  async function* leftOf(round: readonly Shard[]): AsyncGenerator<Shard> {
    for (const one of round) {
      const shard = await lookAt(one);
      const isDone = await stat(join(folder, shardFile(shard))).catch(() => undefined);
      if (isDone) onPiece({ shard });
      else yield shard;
    }
  }
  let divided = 0;
  for (let round = shards; round.length; ) {
    const again: Shard[] = [];
    await executor.execute({
      ...{ kind: SHARD, folder, means, signal, onNote },
      units: leftOf(round),
      shared: checkpoint === undefined ? [] : [WEIGHTS_FILE],
      nameOf: (shard) => nameOfShard(shard, shards.length),
      filesOf: (shard) => ({ left: [shardFile(shard)] }),
      onEvent: () => {},
      onSite: (_, site) => onSite?.(site),
      onDone: (shard) => onPiece({ shard }),
      onFailed(shard, error) {
        if (isAllOrNone && !isWorthDividing(error)) throw error;
        const isWorth = shard.part !== undefined || divided < MOST_DIVIDED;
        if (!isWorth || !isWorthDividing(error) || shard.files.length < 2) return onPiece({ shard, error });
        if (!shard.part) divided++;
        again.push(shard);
      },
    });
    for (const shard of again)
      onNote(`${nameOfShard(shard, shards.length)} failed as a whole, and is done again in parts`);
    round = again.flatMap(partsOf);
  }
}

/** Of a process that one recording ended, or of a file that no machine has as it was listed, the others are not to suffer. */
const isWorthDividing = (error: AttuneError) => error instanceof UnitDied || error.code === 'corpus';
