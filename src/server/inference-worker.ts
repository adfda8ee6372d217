import type { MessagePort } from 'node:worker_threads';
import { workerData } from 'piscina';
import { toWaveform } from '../audio/load.ts';
import { createExplainer } from '../explain/explainer.ts';
import { explainRecording } from '../explain/explanation.ts';
import { explanationJson } from '../explain/explanation-json.ts';
import type { PanelName } from '../explain/panel-names.ts';
import { encoderOf } from '../recognize/encoder-file.ts';
import type { Listener } from '../recognize/live/listener.ts';
import { type CheckpointChoice, openCheckpoint } from '../recognize/open-checkpoint.ts';
import { recognizerBehind } from '../recognize/open-recognizer.ts';
import { type RecordingReport, WORKS } from '../recognize/report.ts';
import { DEFAULT_TIMELINE, type TimelineOptions } from '../recognize/timeline.ts';
import type { Labels } from './inference.ts';
import { parseLabelsRequest } from './labels-request.ts';
import { type ToldError, told, toTold } from './problems.ts';

/** What a thread is given when it starts. */
export interface WorkerSettings {
  readonly choice: CheckpointChoice;
  /** its first number counts the threads that are ready, or have failed */
  readonly opened: Int32Array;
}

/** What a thread may be asked. Bytes are given away. */
export interface RecognizeTask {
  readonly bytes: Uint8Array;
  readonly maxSeconds: number;
  readonly timeline: TimelineOptions;
}
export interface LabelsTask {
  /** a recording, or JSON that holds one */
  readonly bytes: Uint8Array;
  readonly isJson: boolean;
  readonly maxSeconds: number;
}
export interface ExplainTask {
  readonly bytes: Uint8Array;
  readonly maxSeconds: number;
  readonly emotion?: string;
  readonly segment?: number;
  readonly at?: number;
  readonly map?: readonly PanelName[];
  readonly kind: 'json' | 'png' | 'svg';
}
export interface ListenTask extends TimelineOptions {
  /** {@link ToWorker} comes by it, and {@link FromWorker} goes */
  readonly port: MessagePort;
  readonly sampleRate: number;
  readonly maxSeconds: number;
}

/** What comes to a thread that listens. */
export type ToWorker = { readonly samples: Float32Array } | { readonly end: true } | { readonly stop: true };
/** What goes from it: events as JSON, how much it has taken, its failure, and that nothing follows. */
export type FromWorker = { readonly event: string } | { readonly taken: number } | { readonly over: true } | ToldError;

const { choice, opened: count } = workerData as WorkerSettings;

const opened = (async () => {
  const checkpoint = await openCheckpoint(choice);
  return { checkpoint, recognizer: await recognizerBehind(checkpoint, choice.encoder, { threads: 1 }) };
})();
opened.catch(() => {}).finally(() => Atomics.add(count, 0, 1)); // who asks is told

/** What is known once the thread is ready. */
export const ready = () =>
  told(async () => {
    const { classes, temperature } = (await opened).recognizer;
    return { classes, temperature };
  });

async function report({ bytes, maxSeconds, timeline }: RecognizeTask): Promise<RecordingReport> {
  const { recognizer } = await opened;
  return (await WORKS.report({ file: NAME, bytes }, recognizer, { timeline, maxSeconds })) as RecordingReport;
}

export const recognize = (task: RecognizeTask) => told(() => report(task));

export const labels = ({ bytes, isJson, maxSeconds }: LabelsTask) =>
  told(async (): Promise<Labels> => {
    const asked = isJson ? parseLabelsRequest(bytes) : { bytes };
    const { probabilities, durationSeconds } = await report({
      ...{ bytes: asked.bytes, maxSeconds, timeline: DEFAULT_TIMELINE },
    });
    const labels = Object.entries(probabilities).map(([label, score]) => ({ label, score }));
    return { labels: labels.sort((a, b) => b.score - a.score).slice(0, asked.most), durationSeconds };
  });

/** What messages call the sound: whatever a client calls it is nobody's business. */
const NAME = 'the recording';

let explaining: ReturnType<typeof openExplainer> | undefined;
async function openExplainer() {
  const { checkpoint } = await opened;
  const encoder = await encoderOf(checkpoint.frontEnd, choice.encoder, 1);
  return createExplainer(checkpoint, { threads: 1, ...(encoder && { encoder }) });
}

export const explain = ({ bytes, maxSeconds, kind, map, ...chosen }: ExplainTask) =>
  told(async () => {
    const { recognizer } = await opened;
    explaining ??= openExplainer();
    const explainer = await explaining;
    const { waveform } = await toWaveform(bytes, NAME, { maxSeconds });
    const explanation = await explainRecording({ recognizer, explainer }, waveform, { name: NAME, ...chosen });
    if (kind === 'json') return { text: JSON.stringify(explanationJson(explanation)) };
    const { pictureOf } = await import('../explain/picture.ts');
    const svg = pictureOf(explanation, map);
    if (kind === 'svg') return { text: svg };
    const { rasterize } = await import('../explain/rasterize.ts');
    return { bytes: await rasterize(svg) };
  });

/** Seconds of sound that wait, beyond which a stream does not come as it is spoken. */
const AHEAD = 2;

let turn: Promise<unknown> = Promise.resolve();
/** Streams that bring more than is spoken have one turn between them, so that the others are heard in time. */
function inTurn(hear: () => Promise<void>): Promise<void> {
  const heard = turn.then(hear);
  turn = heard.catch(() => {});
  return heard;
}

/** Listens until the sound ends. */
export const listen = ({ port, ...options }: ListenTask): Promise<void> =>
  opened.then(
    ({ recognizer }) =>
      new Promise((resolve) => {
        const send = (message: FromWorker) => port.postMessage(message);
        const controller = new AbortController();
        const fail = (error: unknown) => {
          const known = toTold(error);
          if (known) send(known);
          else if (!controller.signal.aborted) send({ error: { code: 'graph', message: 'the server failed at this' } });
          done();
        };
        const done = () => {
          send({ over: true });
          port.close();
          resolve();
        };
        let listener: Listener;
        try {
          listener = recognizer.listen({
            ...options,
            signal: controller.signal,
            onEvent: (event) => send({ event: JSON.stringify(event) }),
          });
        } catch (error) {
          return fail(error);
        }
        let last: Promise<void> = Promise.resolve();
        let waiting = 0;
        port.on('message', (message: ToWorker) => {
          if ('samples' in message) {
            const { samples } = message;
            waiting += samples.length;
            last = last
              .then(() => {
                const hear = () => listener.push(samples);
                return waiting > AHEAD * options.sampleRate ? inTurn(hear) : hear();
              })
              .then(() => {
                waiting -= samples.length;
                send({ taken: samples.length });
              });
            last.catch(fail);
          } else if ('end' in message) last.then(() => listener.end()).then(done, fail);
          else {
            controller.abort(new Error('the client is gone'));
            listener.end().then(done, done);
          }
        });
        port.on('close', () => controller.abort(new Error('the client is gone')));
      }),
  );
