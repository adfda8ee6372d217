import { Worker } from 'bullmq';
import type { Connection } from '../../../src/jobs/queue/connect.ts';
import type { Payload } from '../../../src/jobs/queue/payload.ts';
import { redisExchange } from '../../../src/jobs/queue/pieces.ts';
import { openStore, PREFIX, queueName } from '../../../src/jobs/queue/store.ts';
import { lineOf, sealedLines } from '../../../src/recognize/archive/lines.ts';
import type { Shard } from '../../../src/recognize/archive/shard.ts';

/** What is said of a recording of some seconds, bytes of JSON. */
const LINE = 1_500;

/**
 * A worker that answers shards at once, without hearing anything: what comes and goes through Redis is that of a real one, and nothing else
 * takes time.
 */
export function standIn({ redis }: Connection, version: string, places: number) {
  const [store, exchange] = [openStore(redis), redisExchange(redis)];
  const work = async ({ id, data }: { id?: string; data: Payload }) => {
    const { files } = data.input as Shard;
    const lines = files.map(({ file }) => lineOf({ result: { file, text: ' '.repeat(LINE) } }));
    const stored = await exchange.put(`unit:${id}:stand-in`, sealedLines(lines));
    const came = [{ path: data.left[0]!, stored }];
    await store.commit(id!, { files: came, events: [], site: {}, worker: 'stand-in', milliseconds: 0 }, version);
  };
  const worker = new Worker(queueName(version), work as never, {
    ...{ connection: redis, prefix: PREFIX, concurrency: places },
  });
  worker.on('error', () => {});
  return worker;
}
