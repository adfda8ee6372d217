import { resolve } from 'node:path';
import { commonFolder } from '../recordings.ts';
import type { ArchiveRecording } from './shards.ts';

/** The same recordings counted from the one folder that holds all, in which this machine finds them; so a shard may have any of them. */
export function underOneRoot(recordings: readonly ArchiveRecording[]): {
  readonly root: string;
  readonly recordings: readonly ArchiveRecording[];
} {
  const root = commonFolder(recordings.map(({ root }) => resolve(root)));
  return { root, recordings: recordings.map((one) => ({ ...one, root })) };
}
