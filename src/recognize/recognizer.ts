import { SAMPLE_RATE, type Waveform } from '../audio/waveform.ts';
import type { Emotion } from '../corpus/emotions.ts';
import { AttuneError } from '../errors.ts';
import { stack } from '../features/extractor.ts';
import { cutSegments, SEGMENT_SAMPLES, segmentStarts } from '../features/segments.ts';
import { spectrogram } from '../features/spectrogram.ts';
import * as f from '../graph/functions.ts';
import { Graph } from '../graph/graph.ts';
import { createSession, type Values } from '../graph/session.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import { inferenceNetwork } from '../model/network.ts';

/** One for each class, in [0, 1]; they sum to 1. */
export type Probabilities = Readonly<Record<Emotion, number>>;

/** What is said of one stretch of a recording. */
export interface SegmentResult {
  /** seconds from the start of the recording */
  readonly start: number;
  /** seconds; the recording's end at most */
  readonly end: number;
  /** calibrated: of the logits divided by the temperature; they sum to 1 */
  readonly probabilities: Probabilities;
  /** what the network says before calibration and softmax, by class */
  readonly logits: Readonly<Record<Emotion, number>>;
}

/** What is said of a recording. */
export interface Recognition {
  /** of the waveform, samples by sampling rate */
  readonly durationSeconds: number;
  /** the class of the greatest probability */
  readonly emotion: Emotion;
  /** mean over the segments (section 2.1 of the paper) */
  readonly probabilities: Probabilities;
  /** in order of time, at least one: every 0.4 s and a last one that ends with the recording */
  readonly segments: readonly SegmentResult[];
}

/** A network ready to listen. */
export interface Recognizer {
  /**
   * Scores a recording in segments of 2 s every 0.4 s.
   *
   * @param waveform mono at 16 kHz; `toWaveform` makes one from a file's bytes
   * @throws AttuneError `audio` where the waveform is empty, at another rate or not finite
   */
  recognize(waveform: Waveform): Promise<Recognition>;
  /** Frees the runtime's memory. Nothing can be recognised afterwards. */
  close(): Promise<void>;
}

/** What of a recognizer may be chosen; every default is the checkpoint's or the machine's. */
export interface RecognizerOptions {
  /** threads within one operator; default: as many as there are cores */
  readonly threads?: number;
  /** divides the logits before the softmax, above 0; default: the checkpoint's own; 1 gives raw probabilities */
  readonly temperature?: number;
}

/** Segments scored at a time. */
const BATCH = 16;

/**
 * Makes a checkpoint ready: front end, network and softmax in one graph.
 *
 * @throws AttuneError `usage` where the temperature is not above 0, or a page cannot have so many threads; `graph` where the runtime
 *   refuses the network
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { createRecognizer, readCheckpoint, toWaveform } from 'attune';
 *
 * const recognizer = await createRecognizer(readCheckpoint(await readFile('03.safetensors'), '03.safetensors'));
 * const { waveform } = await toWaveform(await readFile('call.wav'), 'call.wav');
 * const { emotion, probabilities, segments } = await recognizer.recognize(waveform);
 * console.log(emotion, probabilities[emotion]);
 * for (const { start, end, probabilities } of segments) console.log(`${start} s to ${end} s`, probabilities);
 * await recognizer.close();
 * ```
 */
export async function createRecognizer(checkpoint: Checkpoint, options: RecognizerOptions = {}): Promise<Recognizer> {
  const { architecture, frontEnd, tensors } = checkpoint;
  const temperature = options.temperature ?? checkpoint.temperature ?? 1;
  if (!(temperature > 0 && Number.isFinite(temperature)))
    throw new AttuneError('usage', `expected a temperature above 0, got ${temperature}`);
  const graph = new Graph();
  const samples = graph.input('samples', ['batch', SEGMENT_SAMPLES]);
  const logits = inferenceNetwork(spectrogram(samples, frontEnd.scaling), tensors, architecture);
  graph.output('logits', logits);
  graph.output('probabilities', f.softmax(f.div(logits, temperature), 1));
  const session = await createSession(graph, {
    ...(options.threads && { threads: options.threads }),
    optimization: 'all',
  }); // constant weights gain from blocked layouts
  const classes = checkpoint.classes as readonly Emotion[];
  const named = (values: readonly number[]) =>
    Object.fromEntries(classes.map((emotion, k) => [emotion, values[k]!])) as unknown as Probabilities;

  return {
    async recognize(waveform) {
      check(waveform);
      const { length } = waveform.samples;
      const short = frontEnd.shortUtterances === 'drop' ? 'pad' : frontEnd.shortUtterances; // every recording is answered
      const segments = cutSegments(waveform.samples, frontEnd.testHopSeconds, short);
      const [rows, logits]: [number[][], number[][]] = [[], []];
      for (let first = 0; first < segments.length; first += BATCH) {
        const out = await session.run({ samples: stack(segments.slice(first, first + BATCH)) });
        rows.push(...rowsOf(out.probabilities!));
        logits.push(...rowsOf(out.logits!));
      }
      const mean = classes.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);
      return {
        durationSeconds: length / SAMPLE_RATE,
        emotion: classes[mean.indexOf(Math.max(...mean))]!,
        probabilities: named(mean),
        segments: segmentStarts(length, frontEnd.testHopSeconds).map((start, i) => ({
          start: start / SAMPLE_RATE,
          end: Math.min(length, start + SEGMENT_SAMPLES) / SAMPLE_RATE,
          probabilities: named(rows[i]!),
          logits: named(logits[i]!),
        })),
      };
    },
    close: session.close,
  };
}

/** `[n, classes]` as n rows. */
function rowsOf({ data, shape }: Values): number[][] {
  const [rows, classes] = shape as [number, number];
  return Array.from({ length: rows }, (_, i) =>
    Array.from(data.subarray(i * classes, (i + 1) * classes) as Float32Array),
  );
}

function check({ samples, sampleRate }: Waveform): void {
  if (sampleRate !== SAMPLE_RATE)
    throw new AttuneError(
      'audio',
      `expected a waveform at ${SAMPLE_RATE} Hz, got ${sampleRate} Hz; toWaveform resamples a file`,
    );
  if (samples.length === 0)
    throw new AttuneError('audio', 'the waveform holds no samples; record or decode some sound first');
  if (!samples.every(Number.isFinite))
    throw new AttuneError('audio', 'the waveform holds samples that are not finite numbers; decode or record it again');
}
