import * as v from 'valibot';
import { abortable } from '../abort.ts';
import { numeric, type Options, signal } from '../arguments.ts';
import { withoutGaps } from '../audio/gaps.ts';
import { checkedWaveform, type Waveform } from '../audio/waveform.ts';
import { createExtractor, type Extractor } from '../features/extractor.ts';
import { formOf } from '../features/features.ts';
import { DEFAULT_ENCODER_FRONT_END } from '../features/front-end.ts';
import { SEGMENT_SAMPLES, SEGMENT_SECONDS } from '../features/segments.ts';
import { checkArgument } from '../json.ts';

/** What a speech encoder hears in a recording. */
export interface Embedding {
  /** `[frames x width]`, frame by frame, in order of time; each is computed once, within 2 s of sound around it */
  readonly frames: Float32Array;
  /** one a frame: whether it is loud enough to tell of a voice, within 30 dB of the loudest of its 2 s */
  readonly heard: readonly boolean[];
  /** `[3 x width]`: mean, deviation and maximum of each number over the frames that are heard */
  readonly vector: Float32Array;
}

/** A speech encoder ready to listen. */
export interface Embedder {
  /** numbers of a frame */
  readonly width: number;
  /** of a frame: 0.02 */
  readonly frameSeconds: number;
  /**
   * @param waveform mono at 16 kHz, at least one sample; the sound of gaps is left out
   * @throws AttuneError `audio` where it is empty, at another rate or not finite; `usage` where it is none or the embedder was closed; the
   *   signal's reason where it is aborted
   */
  embed(waveform: Waveform, options?: { readonly signal?: AbortSignal }): Promise<Embedding>;
  /** Frees the runtime's memory. */
  close(): Promise<void>;
}

/** What of an embedder may be chosen. */
export interface EmbedderOptions {
  /** threads within one operator; default: as many as there are cores */
  readonly threads?: number;
}

export const EMBEDDER_OPTIONS = v.strictObject({ threads: v.optional(numeric) } satisfies Options<EmbedderOptions>);
const EMBED_OPTIONS = v.strictObject({ signal: v.optional(signal) });

/**
 * Makes the speech encoder that comes with Attune ready (docs/decisions/encoder.md): its frames, and vectors of whole recordings for a
 * classifier or a search of your own.
 *
 * @throws AttuneError `checkpoint` where its numbers cannot be read; `usage` where the threads are none
 *
 * @example
 * ```ts
 * import { createEmbedder } from 'attune';
 * import { readAudioFile } from 'attune/node';
 *
 * const embedder = await createEmbedder();
 * const { waveform } = await readAudioFile('call.wav');
 * const { frames, vector } = await embedder.embed(waveform);
 * console.log(vector.length); // 2304
 * console.log(frames.length % embedder.width); // 0
 * await embedder.close();
 * ```
 */
export async function createEmbedder(options: EmbedderOptions = {}): Promise<Embedder> {
  checkArgument(options, EMBEDDER_OPTIONS, 'the options');
  const frontEnd = DEFAULT_ENCODER_FRONT_END;
  return embedderOf(await createExtractor(frontEnd, options.threads), formOf(frontEnd).shape);
}

/**
 * Makes whatever hears segments hear recordings.
 *
 * @param shape of what it extracts of one: `[frames, width + 1]`, whether a frame is heard in the last column
 */
export function embedderOf(extractor: Extractor, shape: readonly number[]): Embedder {
  const [inSegment, columns] = shape as readonly [number, number];
  const width = columns - 1;
  const frameSamples = SEGMENT_SAMPLES / inSegment;
  return {
    ...{ width, frameSeconds: SEGMENT_SECONDS / inSegment },
    async embed(waveform, options = {}) {
      checkArgument(options, EMBED_OPTIONS, 'the options');
      const { samples, gaps } = checkedWaveform(waveform);
      const recorded = withoutGaps(samples, gaps);
      const pieces = piecesOf(recorded.length ? recorded : samples, frameSamples);
      const count = pieces.reduce((sum, { to, from }) => sum + to - from, 0);
      const frames = new Float32Array(count * width);
      const heard: boolean[] = [];
      for (const { segment, from, to } of pieces) {
        const out = await abortable(extractor.extract([segment]), options.signal);
        for (let i = from; i < to; i++) {
          frames.set(out.subarray(i * columns, i * columns + width), heard.length * width);
          heard.push(out[i * columns + width] === 1);
        }
      }
      return { frames, heard, vector: vectorOf(frames, heard, width) };
    },
    close: extractor.close,
  };
}

/** Segments that lie side by side, of 2 s each, and which of their frames count: the last ends with the sound, and its first were heard before. */
function piecesOf(samples: Float32Array, frameSamples: number) {
  const inSegment = SEGMENT_SAMPLES / frameSamples;
  const count = Math.ceil(samples.length / frameSamples);
  const filled = (start: number) => {
    const segment = new Float32Array(SEGMENT_SAMPLES);
    segment.set(samples.subarray(start, start + SEGMENT_SAMPLES));
    return segment;
  };
  const whole = Math.floor(count / inSegment);
  const pieces = Array.from({ length: whole }, (_, i) => ({
    ...{ segment: filled(i * SEGMENT_SAMPLES), from: 0, to: inSegment },
  }));
  const rest = count - whole * inSegment;
  if (rest && !whole) pieces.push({ segment: filled(0), from: 0, to: rest });
  else if (rest)
    pieces.push({ segment: filled((count - inSegment) * frameSamples), from: inSegment - rest, to: inSegment });
  return pieces;
}

/** Mean, deviation and maximum over the frames that are heard. At least one is, in each segment. */
function vectorOf(frames: Float32Array, heard: readonly boolean[], width: number): Float32Array {
  const rows = heard.flatMap((is, i) => (is ? [frames.subarray(i * width, (i + 1) * width)] : []));
  const vector = new Float32Array(3 * width);
  for (let k = 0; k < width; k++) {
    const values = rows.map((row) => row[k]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    vector[k] = mean;
    vector[width + k] = Math.sqrt(variance);
    vector[2 * width + k] = values.reduce((a, b) => Math.max(a, b));
  }
  return vector;
}
