import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { AttuneError } from '../errors.ts';
import type { RecordingReport } from '../recognize/report.ts';
import { type Admission, createAdmission } from './admission.ts';
import type { ExplainTask, ListenTask, RecognizeTask, ToldError, WorkerSettings } from './inference-worker.ts';
import type { ServerSettings } from './settings.ts';

/** The network in threads of its own, so that a server's own thread is always free. */
export interface Inference {
  readonly admission: Admission;
  /** what the network says of itself, once it is ready */
  ready(): Promise<{ readonly classes: readonly string[]; readonly temperature: number }>;
  recognize(task: RecognizeTask): Promise<RecordingReport>;
  explain(task: ExplainTask): Promise<{ readonly text: string } | { readonly bytes: Uint8Array }>;
  /** @returns by which sound goes and events come */
  listen(task: Omit<ListenTask, 'port'>): { readonly port: MessagePort; readonly ended: Promise<void> };
  close(): Promise<void>;
}

export function createInference({ choice, workers, limits }: ServerSettings): Inference {
  const pool = (threads: number, concurrentTasksPerWorker: number) =>
    new Piscina({
      ...{ filename: new URL('./inference-worker.js', import.meta.url).href, minThreads: threads, maxThreads: threads },
      ...{ concurrentTasksPerWorker, workerData: { choice } satisfies WorkerSettings },
    });
  const recordings = pool(workers, 1);
  const streams = pool(1, limits.streams); // so that a long recording does not keep live sound waiting
  const admission = createAdmission(workers, limits.waiting);
  const ask = <Result>(name: string, task: RecognizeTask | ExplainTask): Promise<Result> =>
    admission.do(async () => {
      const { bytes } = task;
      const answer: Result | ToldError = await recordings.run(task, {
        name,
        transferList: [bytes.buffer as ArrayBuffer],
      });
      if (answer && typeof answer === 'object' && 'error' in answer)
        throw new AttuneError(answer.error.code, answer.error.message);
      return answer;
    });
  return {
    admission,
    ready: async () => {
      const [about] = await Promise.all([
        streams.run(undefined, { name: 'ready' }),
        recordings.run(undefined, { name: 'ready' }),
      ]);
      return about;
    },
    recognize: (task) => ask('recognize', task),
    explain: (task) => ask('explain', task),
    listen(task) {
      const { port1, port2 } = new MessageChannel();
      const ended = streams.run({ ...task, port: port2 }, { name: 'listen', transferList: [port2] });
      return { port: port1, ended };
    },
    async close() {
      await admission.idle();
      await Promise.all([recordings.destroy(), streams.destroy()]);
    },
  };
}
