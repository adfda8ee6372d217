import { Queue, QueueEvents } from 'bullmq';
import type { Execution, Executor } from '../executor.ts';
import { type Connection, connect } from './connect.ts';
import { Desk } from './desk.ts';
import type { QueueOptions } from './options.ts';
import { refuseUnwritable } from './pieces.ts';
import { openStore, PREFIX, queueName } from './store.ts';

/** What is kept of what units told, in Redis. */
const MOST_EVENTS = 1_000;
/** How long is waited for Redis where the work is stopped, or ends with an error, ms. */
const FAREWELL = 3_000;

/**
 * Executes on a queue, by workers on any machines: nothing is lost where one of them, Redis or this process dies, and the first result of a
 * unit counts.
 *
 * @throws AttuneError as {@link connect} and {@link refuseUnwritable} do, and `run` where no worker can do a unit
 */
export const queueExecutor = (options: QueueOptions): Executor => ({
  async execute(execution) {
    const { onNote = () => {}, signal } = execution;
    signal?.throwIfAborted();
    if (options.exchange !== undefined) await refuseUnwritable(options.exchange);
    const connection = await connect(options, onNote);
    try {
      await run(execution, options, connection, onNote);
    } finally {
      connection.close();
    }
  },
});

async function run<Input, Event>(
  execution: Execution<Input, Event>,
  options: QueueOptions,
  connection: Connection,
  onNote: (text: string) => void,
): Promise<void> {
  const { redis } = connection;
  const name = queueName(options.version);
  const queue = new Queue(name, { connection: redis, prefix: PREFIX, streams: { events: { maxLen: MOST_EVENTS } } });
  const heard = new QueueEvents(name, { connection: connection.another(), prefix: PREFIX });
  queue.on('error', () => {}); // the connection tells of it
  heard.on('error', () => {});
  const desk = new Desk(execution, options, { queue, store: openStore(redis), connection, onNote });
  heard.on('progress', ({ jobId, data }) => desk.hear(jobId, data));
  heard.on('completed', ({ jobId }) => desk.wake(jobId));
  heard.on('failed', ({ jobId }) => desk.wake(jobId));
  try {
    await desk.work();
  } catch (error) {
    if (redis.status === 'ready')
      // else it would wait for one that is gone
      await Promise.race([desk.leave(), new Promise((done) => setTimeout(done, FAREWELL).unref())]);
    throw error;
  } finally {
    void heard.close().catch(() => {});
    void queue.close().catch(() => {});
  }
}
