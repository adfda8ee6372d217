import { registerUnits } from '../../jobs/units.ts';
import type { Shard } from './shard.ts';

/** Shards of an archive. */
export const SHARD = registerUnits<Shard, never>('shard', new URL('./shard.js', import.meta.url), {
  needs: ({ archive }) => archive,
});

/** The weights that shards share, in the folder of their work, where they are none of those that come with Attune. */
export const WEIGHTS_FILE = 'weights.safetensors';

/** What a shard leaves, in the folder of its work. */
export const shardFile = ({ number, part }: Pick<Shard, 'number' | 'part'>): string =>
  `shards/${number}${part ? `.${part.from}-${part.to}` : ''}.jsonl`;
