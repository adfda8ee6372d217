import { createHash } from 'node:crypto';
import { join, relative, sep } from 'node:path';
import { fileStamp } from '../../audio/file.ts';
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

/** Looks at the recordings of a shard where they were listed: it is given their sizes, or why these could not be told, and a stamp. */
export function lookingAt(recordings: readonly ArchiveRecording[]): (shard: Shard) => Promise<Shard> {
  const keyOf = (file: string, path: string) => `${file}\0${path}`; // a file may be listed by two roots
  const roots = new Map(recordings.map(({ file, root }) => [keyOf(file, pathIn(root, file)), root]));
  return async (shard) => {
    const stamps: unknown[] = [];
    const files = shard.files.map(async ({ path, file, turns }, i): Promise<ShardFile> => {
      const found = join(roots.get(keyOf(file, path))!, path);
      const stamp = await fileStamp(found).catch(absentAs(file, found));
      stamps[i] = stamp;
      const seen = 'absent' in stamp ? stamp : { bytes: stamp.bytes };
      return { path, file, ...seen, ...(turns && { turns }) };
    });
    const listed = { ...shard, files: await Promise.all(files) };
    const stamp = createHash('sha256').update(JSON.stringify(stamps)).digest('hex').slice(0, STAMP);
    return { ...listed, stamp };
  };
}

/** Characters of a stamp. */
const STAMP = 16;

const absentAs = (file: string, path: string) => (error: unknown) => {
  if (!(error instanceof AttuneError)) throw error;
  return { absent: error.message.replace(path, file) };
};
