import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Option } from 'commander';
import { connect } from '../../src/jobs/queue/connect.ts';
import { queueExecutor } from '../../src/jobs/queue/coordinator.ts';
import { archiveOf } from '../../src/recognize/archive/archive.ts';
import { type Machine, machine } from '../machine.ts';
import { type CommonFlags, type Mode, OUT, QUICK } from '../mode.ts';
import { inTemporaryFolder } from '../temporary.ts';
import { startRedis } from './redis.ts';
import { standIn } from './stand-in.ts';

interface Flags extends CommonFlags {
  readonly quick?: true;
  readonly out?: string;
}

/** How an archive of so many recordings went. */
export interface ArchiveFigures {
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

const ENTRIES = [1_000, 10_000, 100_000, 1_000_000];
const SHARD = 64;
const EVERY = 50;

/** `npm run bench -- --scale`: archives on a queue, answered by a stand-in at once. */
export const scaleCommand: Mode = {
  asked: new Option('--scale', 'what archives of 1,000 to 1,000,000 recordings hold in Redis, answered by a stand-in'),
  options: [QUICK, OUT],
  async run({ threads, quick, out }: Flags) {
    const archives: ArchiveFigures[] = [];
    const json = { machine: machine(threads), shard: SHARD, archives };
    for (const entries of quick ? ENTRIES.slice(0, 1) : ENTRIES) {
      archives.push(await archive(entries));
      if (out === undefined) continue;
      await mkdir(out, { recursive: true });
      await writeFile(join(out, 'scale.json'), `${JSON.stringify(json, null, 2)}\n`);
    }
    return { json, text: textOf(json.machine, archives) };
  },
};

const version = 'bench';

const archive = (entries: number): Promise<ArchiveFigures> =>
  inTemporaryFolder('scale', async (folder) => {
    const redis = await startRedis(['--appendfsync', 'everysec']);
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

function textOf({ processor, cores, date, commit }: Machine, archives: readonly ArchiveFigures[]): string {
  const rows = archives.map(
    (one) =>
      `${String(one.entries).padStart(9)}  ${String(one.entries_per_s).padStart(9)}  ${String(one.redis_peak_mb).padStart(13)}  ${String(one.redis_after_mb).padStart(14)}  ${String(one.rss_peak_mb).padStart(11)}`,
  );
  return [
    `${processor}, ${cores} cores, ${date}, ${commit}`,
    '  entries  entries/s  Redis peak MB  Redis after MB  RSS peak MB',
    ...rows,
  ].join('\n');
}
