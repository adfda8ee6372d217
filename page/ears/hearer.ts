// The network, in a thread of the page: it decodes, recognises, explains and listens, and the page stays free.
import { expose, proxy } from 'comlink';
import { openSound, waveformOf } from '../../src/audio/stream.ts';
import type { Waveform } from '../../src/audio/waveform.ts';
import type { Emotion } from '../../src/corpus/emotions.ts';
import { createExplainer, type Explainer } from '../../src/explain/explainer.ts';
import { loadDefaultCheckpoint, type WeightsName } from '../../src/recognize/default-weights.ts';
import type { LiveEvent } from '../../src/recognize/live/events.ts';
import { normalizeSource } from '../../src/recognize/normalize-source.ts';
import { createRecognizer, type Recognition, type Recognizer } from '../../src/recognize/recognizer.ts';
import { findSpeech } from '../../src/recognize/speech.ts';
import { answerOf, DEFAULT_TIMELINE, timelineOf } from '../../src/recognize/timeline.ts';
import type { Shown, Told } from './told.ts';

const THREADS = globalThis.crossOriginIsolated ? Math.min(4, navigator.hardwareConcurrency || 1) : 1;

interface Loaded {
  readonly recognizer: Recognizer<Emotion>;
  explainer?: Promise<Explainer<Emotion>>;
  readonly weights: WeightsName;
}
const loaded = new Map<WeightsName, Promise<Loaded>>();

function load(weights: WeightsName): Promise<Loaded> {
  const known = loaded.get(weights);
  if (known) return known;
  const opening = loadDefaultCheckpoint(weights).then(async (checkpoint) => ({
    recognizer: await createRecognizer(checkpoint, { threads: THREADS }),
    weights,
  }));
  loaded.set(weights, opening);
  opening.catch(() => loaded.delete(weights));
  return opening;
}

/** The recordings that were heard, for their maps. */
const heard = new Map<number, Waveform>();

const hearer = {
  /** Loads the network, if it is not there yet. */
  async ready(weights: WeightsName): Promise<void> {
    await load(weights);
  },

  /** Decodes what the browser has not, and answers. */
  async recognize(id: number, sound: Blob | Waveform, name: string, weights: WeightsName): Promise<Told> {
    const { recognizer } = await load(weights);
    const begun = performance.now();
    const stream = 'samples' in sound ? undefined : await openSound(sound, name);
    const waveform = stream ? await waveformOf(stream) : (sound as Waveform);
    heard.set(id, waveform);
    const recognition = await recognizer.recognize(waveform);
    const speech = findSpeech(waveform.samples);
    const damage = stream?.warnings ?? [];
    const known = new Set(recognition.warnings.map(({ message }) => message));
    const warnings = [...damage.filter(({ message }) => !known.has(message)), ...recognition.warnings];
    const ms = performance.now() - begun;
    return told({ ...recognition, warnings }, speech, ms);
  },

  /** The answers of one source against its own mean. */
  async normalize(all: readonly Told[], weights: WeightsName, mixed: boolean): Promise<Told[]> {
    const { recognizer } = await load(weights);
    const { recognitions } = normalizeSource(
      all.map(({ recognition }) => recognition as Recognition<Emotion>), // this thread's own, with logits
      recognizer,
      { mixed },
    );
    return recognitions.map((recognition, i) => told(recognition, all[i]!.speech, all[i]!.ms));
  },

  async explain(id: number, segment: number, weights: WeightsName): Promise<Shown> {
    const one = await load(weights);
    one.explainer ??= loadDefaultCheckpoint(weights).then((checkpoint) =>
      createExplainer(checkpoint, { threads: THREADS }),
    );
    const explainer = await one.explainer;
    const [maps] = await explainer.explain(heard.get(id)!, { segments: [segment] });
    return { maps: maps!, rows: explainer.grid.rows, columns: explainer.grid.columns };
  },

  forget(id: number): void {
    heard.delete(id);
  },

  /** that this thread has loaded, as they lie on the server */
  bytes(): number {
    const loaded = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    return loaded.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
  },

  async listen(sampleRate: number, onEvent: (event: LiveEvent) => void, weights: WeightsName) {
    const { recognizer } = await load(weights);
    const listener = recognizer.listen({ sampleRate, onEvent });
    return proxy({
      push: (samples: Float32Array[]) => listener.push(samples),
      skip: (seconds: number) => listener.skip(seconds),
      waiting: () => listener.waitingSeconds,
      end: () => listener.end().then(() => undefined),
    });
  },
};

const told = (recognition: Recognition, speech: Told['speech'], ms: number): Told => ({
  ...{ recognition, speech, ms, spans: timelineOf(recognition, speech, DEFAULT_TIMELINE) },
  answer: answerOf(recognition, speech, 0),
});

export type Hearer = typeof hearer;
expose(hearer);
postMessage('ready'); // what came before is lost
