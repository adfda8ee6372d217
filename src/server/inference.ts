import { setTimeout } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { RecordingReport } from '../recognize/report.ts';
import { type Admission, createAdmission } from './admission.ts';
import type { ExplainTask, LabelsTask, ListenTask, RecognizeTask, WorkerSettings } from './inference-worker.ts';
import { untold } from './problems.ts';
import type { ServerSettings } from './settings.ts';

/** What a recording resembles, the most first, and how long it lasts. */
export interface Labels {
  readonly labels: readonly { readonly label: string; readonly score: number }[];
  readonly durationSeconds: number;
}

/** The network in threads of its own, so that a server's own thread is always free. */
export interface Inference {
  readonly admission: Admission;
  /** what the network says of itself, once it is ready */
  ready(): Promise<About>;
  /** @param signal of this and of the next two: aborted where nobody wants the answer any more */
  recognize(task: RecognizeTask, signal?: AbortSignal): Promise<RecordingReport>;
  labels(task: LabelsTask, signal?: AbortSignal): Promise<Labels>;
  explain(task: ExplainTask, signal?: AbortSignal): Promise<{ readonly text: string } | { readonly bytes: Uint8Array }>;
  /** @returns by which sound goes and events come */
  listen(task: Omit<ListenTask, 'port'>): { readonly port: MessagePort; readonly ended: Promise<void> };
  /** ends the threads, whatever they do */
  close(): Promise<void>;
}

interface About {
  readonly classes: readonly string[];
  readonly temperature: number;
}
type Task = RecognizeTask | LabelsTask | ExplainTask;

/** How long threads may take to load, and between two looks whether they have, ms. */
const [LOADING, LOOK] = [60_000, 20];

export function createInference({ choice, workers, limits }: ServerSettings): Inference {
  const opened = new Int32Array(new SharedArrayBuffer(4));
  const pool = (threads: number, concurrentTasksPerWorker: number) =>
    new Piscina({
      ...{ filename: new URL('./inference-worker.js', import.meta.url).href, minThreads: threads, maxThreads: threads },
      ...{ concurrentTasksPerWorker, workerData: { choice, opened } satisfies WorkerSettings },
    });
  const recordings = pool(workers, 1);
  const streams = pool(1, limits.streams); // so that a long recording does not keep live sound waiting
  const admission = createAdmission(workers, limits.waiting);
  const ask = <Result extends object>(name: string, task: Task, signal?: AbortSignal): Promise<Result> =>
    admission.do(async () => {
      const transferList = [task.bytes.buffer as ArrayBuffer];
      return untold<Result>(await recordings.run(task, { name, transferList }));
    }, signal);
  let about: About | undefined;
  return {
    admission,
    async ready() {
      if (about) return about; // threads that are all at work would let whoever asks wait for them
      const all = [streams, recordings].map((threads) => threads.run(undefined, { name: 'ready' }));
      about = untold<About>((await Promise.all(all))[0]);
      return about;
    },
    recognize: (task, signal) => ask('recognize', task, signal),
    labels: (task, signal) => ask('labels', task, signal),
    explain: (task, signal) => ask('explain', task, signal),
    listen(task) {
      const { port1, port2 } = new MessageChannel();
      const ended = streams.run({ ...task, port: port2 }, { name: 'listen', transferList: [port2] });
      return { port: port1, ended };
    },
    async close() {
      // a thread that is ended while it loads the runtime takes the process with it
      for (let waited = 0; opened[0]! <= workers && waited < LOADING; waited += LOOK) await setTimeout(LOOK);
      await Promise.all([recordings.destroy(), streams.destroy()]);
    },
  };
}
