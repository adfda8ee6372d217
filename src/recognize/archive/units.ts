import * as v from 'valibot';
import { folderOf, inside } from '../../inside.ts';
import { registerUnits } from '../../jobs/units.ts';
import { list, type Properties, type Schema, sha256, whole, within } from '../../json.ts';
import { WEIGHTS } from '../default-weights.ts';
import type { ReportOptions, Work } from '../report.ts';
import { TIMELINE } from '../timeline.ts';
import { TURN } from '../turns.ts';
import type { Shard, ShardFile, ShardWork } from './shard.ts';

const maxSeconds = v.exactOptional(within(0, Number.MAX_VALUE));
const WORK: Schema<ShardWork> = v.variant('what', [
  v.object({
    what: v.picklist(['report', 'listen'] satisfies Work[]),
    weights: v.picklist([...WEIGHTS, 'own']),
    report: v.object({ timeline: TIMELINE, maxSeconds } satisfies Properties<ReportOptions>),
  }),
  v.object({ what: v.literal('embed'), frames: v.boolean(), encoder: v.exactOptional(sha256), maxSeconds }),
]);

const FILE = v.object({
  path: inside('the archive'),
  file: v.string(),
  bytes: v.exactOptional(whole(0)),
  absent: v.exactOptional(v.string()),
  turns: v.exactOptional(list(TURN)),
} satisfies Properties<ShardFile>);

const UNIT = v.object({
  number: whole(0),
  part: v.exactOptional(v.object({ from: whole(0), to: whole(0) })),
  archive: folderOf,
  stamp: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/))),
  files: list(FILE),
  work: WORK,
} satisfies Properties<Shard>);

/** Shards of an archive. */
export const SHARD = registerUnits<Shard, never>('shard', new URL('./shard.js', import.meta.url), UNIT, {
  needs: ({ archive }) => archive,
  stays: true, // opening the network takes as long as some ten recordings
});

/** The weights that shards share, in the folder of their work, where they are none of those that come with Attune. */
export const WEIGHTS_FILE = 'weights.safetensors';

/** What a shard leaves, in the folder of its work. */
export const shardFile = ({ number, part, stamp }: Pick<Shard, 'number' | 'part' | 'stamp'>): string =>
  `shards/${[number, ...(part ? [`${part.from}-${part.to}`] : []), ...(stamp ? [stamp] : [])].join('.')}.jsonl`;
