import { join, relative, sep } from 'node:path';
import { sizeOf } from '../../audio/file.ts';
import { folderName } from '../../corpus/own-folder.ts';
import { AttuneError } from '../../errors.ts';
import type { Listed } from '../recordings.ts';
import type { Turn } from '../turns.ts';
import type { Shard, ShardFile, ShardWork } from './shard.ts';

/** A recording, and what of it is answered; absent: the whole. */
export type ArchiveRecording = Listed & { readonly turns?: readonly Turn[] };

/** Of how many parts is that which ends its process, again and again: with 64 recordings the culprit is alone in the second round. */
const PARTS = 8;

/**
 * Recordings of one folder, so many a shard.
 *
 * @param size 1 or more
 */
export function shardsOf(recordings: readonly ArchiveRecording[], work: ShardWork, size: number): Shard[] {
  const shards: Shard[] = [];
  let files: ShardFile[] = [];
  for (const [i, { file, root, turns }] of recordings.entries()) {
    files.push({ path: pathIn(root, file), file, ...(turns && { turns }) });
    if (files.length < size && recordings[i + 1]?.root === root) continue;
    shards.push({ number: shards.length, archive: folderName(root), files, work });
    files = [];
  }
  return shards;
}

const pathIn = (root: string, file: string) => relative(root, file).split(sep).join('/');

/** A shard, or a part of one, in parts; one recording alone is no longer divided. */
export function partsOf(shard: Shard): Shard[] {
  const { files, part: { from: first } = { from: 0 } } = shard;
  const size = Math.ceil(files.length / PARTS);
  return Array.from({ length: Math.ceil(files.length / size) }, (_, i) => {
    const own = files.slice(i * size, (i + 1) * size);
    const from = first + i * size;
    return { ...shard, files: own, part: { from, to: from + own.length } };
  });
}

/** What errors and workers call a shard, of so many. */
export function nameOfShard({ number, part }: Shard, count: number): string {
  const name = `shard ${number + 1} of ${count}`;
  if (!part) return name;
  const { from, to } = part;
  return to - from > 1 ? `recordings ${from + 1} to ${to} in ${name}` : `recording ${to} in ${name}`;
}

/** The size of each file, asked when its shard is sent, or why that could not be told. */
export async function* withSizes(
  shards: readonly Shard[],
  recordings: readonly ArchiveRecording[],
): AsyncGenerator<Shard> {
  const keyOf = (file: string, path: string) => `${file}\0${path}`; // a file may be listed by two roots
  const roots = new Map(recordings.map(({ file, root }) => [keyOf(file, pathIn(root, file)), root]));
  for (const shard of shards) {
    const files: ShardFile[] = [];
    for (const one of shard.files) {
      const path = join(roots.get(keyOf(one.file, one.path))!, one.path);
      const { file } = one;
      files.push({ ...one, ...(await sizeOf(path).then((bytes) => ({ bytes }), absentAs(file, path))) });
    }
    yield { ...shard, files };
  }
}

const absentAs = (file: string, path: string) => (error: unknown) => {
  if (!(error instanceof AttuneError)) throw error;
  return { absent: error.message.replace(path, file) };
};
