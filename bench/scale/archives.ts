import { join } from 'node:path';
import { connect } from '../../src/jobs/queue/connect.ts';
import { queueExecutor } from '../../src/jobs/queue/coordinator.ts';
import { archiveOf } from '../../src/recognize/archive/archive.ts';
import { inTemporaryFolder } from '../temporary.ts';
import { OFTEN, startRedis } from './redis.ts';
import { standIn } from './stand-ins/shards.ts';
import type { Measuring } from './store.ts';

/** How an archive of so many recordings went. */
export interface ArchiveRow {
  readonly entries: number;
  readonly seconds: number;
  readonly entries_per_s: number;
  /** the most that Redis held beyond what it holds empty */
  readonly redis_peak_mb: number;
  /** when all was fetched */
  readonly redis_after_mb: number;
  /** of this process: coordinator and stand-in */
  readonly rss_peak_mb: number;
}

export interface ArchivesFigures {
  /** recordings a shard */
  readonly shard: number;
  readonly rows: readonly ArchiveRow[];
}

const ENTRIES = [1_000, 10_000, 100_000, 1_000_000];
const SHARD = 64;
/** Between two looks at the memory, ms. */
const EVERY = 50;

/** What archives hold in Redis, answered by a stand-in at once. */
export async function measureArchives({ quick, say, keep }: Measuring<ArchivesFigures>): Promise<void> {
  const rows: ArchiveRow[] = [];
  for (const entries of quick ? ENTRIES.slice(0, 1) : ENTRIES) {
    rows.push(await archive(entries));
    say(`${entries} recordings by a stand-in: ${rows.at(-1)!.seconds} s`);
    await keep({ shard: SHARD, rows });
  }
}

const version = 'bench';

const archive = (entries: number): Promise<ArchiveRow> =>
  inTemporaryFolder('scale', async (folder) => {
    const redis = await startRedis(OFTEN);
    const connection = await connect({ url: redis.url });
    const worker = standIn(connection, version, 8);
    const used = async () => Number(/^used_memory:(\d+)/m.exec(await redis.client.info('memory'))![1]) / 1e6;
    const empty = await used();
    let [peak, rss] = [0, 0];
    const look = setInterval(() => {
      rss = Math.max(rss, process.memoryUsage().rss / 1e6);
      used().then(
        (now) => {
          peak = Math.max(peak, now - empty);
        },
        () => {},
      );
    }, EVERY);
    try {
      const began = performance.now();
      const told = await tell(entries, redis.url, join(folder, 'shards'));
      const seconds = (performance.now() - began) / 1000;
      if (told !== entries) throw new Error(`expected ${entries} answers, got ${told}`);
      const rounded = (value: number) => Number(value.toFixed(1));
      return {
        ...{ entries, seconds: rounded(seconds), entries_per_s: Math.round(entries / seconds) },
        ...{
          redis_peak_mb: rounded(peak),
          redis_after_mb: rounded((await used()) - empty),
          rss_peak_mb: Math.round(rss),
        },
      };
    } finally {
      clearInterval(look);
      await worker.close(true);
      connection.close();
      await redis.stop();
    }
  });

async function tell(entries: number, url: string, folder: string): Promise<number> {
  const recordings = Array.from({ length: entries }, (_, i) => {
    const path = `${Math.floor(i / 1000)}/${i}.wav`;
    return { file: `/archive/${path}`, root: '/archive', path };
  });
  const { answers, end } = archiveOf<{ file: string }>({
    ...{ recordings, shard: SHARD, folder, means: { corpora: [], cache: '' }, onNote: () => {} },
    work: { what: 'report', weights: 'encoder', report: { timeline: { smoothSeconds: 1, abstainBelow: 0 } } },
    executor: queueExecutor({ url, version, site: {} }),
  });
  let told = 0;
  for await (const answer of answers) {
    if (answer instanceof Error) throw answer;
    if (answer.file !== recordings[told++]!.file) throw new Error(`${answer.file} came out of turn`);
  }
  await end();
  return told;
}
