import { stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { folderName } from '../../corpus/own-folder.ts';
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

/** The size of each file, asked when its shard is sent. */
export async function* withSizes(
  shards: readonly Shard[],
  recordings: readonly ArchiveRecording[],
): AsyncGenerator<Shard> {
  const roots = new Map(recordings.map(({ file, root }) => [file, root]));
  const there = new Map<string, Promise<string | undefined>>(); // by root
  const besides = (root: string) => {
    if (!there.has(root)) there.set(root, firstThere(recordings.filter((recording) => recording.root === root)));
    return there.get(root)!;
  };
  for (const shard of shards) {
    const files: ShardFile[] = [];
    for (const one of shard.files) {
      const found = await stat(join(roots.get(one.file)!, one.path)).catch(() => undefined);
      files.push({ ...one, ...(found && { bytes: found.size }) });
    }
    const isAbsent = files.every(({ bytes }) => bytes === undefined);
    const beside = isAbsent ? await besides(roots.get(files[0]!.file)!) : undefined;
    yield { ...shard, files, ...(beside !== undefined && { beside }) };
  }
}

/** The path of the first recording that is there, relative to its root. */
async function firstThere(recordings: readonly ArchiveRecording[]): Promise<string | undefined> {
  for (const { file, root } of recordings) if (await stat(file).catch(() => undefined)) return pathIn(root, file);
  return undefined;
}
