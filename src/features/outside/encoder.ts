import { joinSamples } from '../../audio/bytes.ts';
import { AttuneError } from '../../errors.ts';
import * as f from '../../graph/functions.ts';
import { Graph, type Tensor } from '../../graph/graph.ts';
import { createSession, type OnnxModel, openOnnx, type Values } from '../../graph/session.ts';
import { hearing } from '../encoder/frames.ts';
import { ENCODER_FRAMES } from '../encoder/identity.ts';
import { logMel } from '../encoder/log-mel.ts';
import { type Extractor, stack } from '../extractor.ts';
import { SEGMENT_SAMPLES } from '../segments.ts';
import { type EncoderSettings, type StatedEncoder, settingsOf } from './settings.ts';

/** An encoder of the user's own, ready to hear segments. */
export interface OutsideEncoder extends Extractor {
  /** of one segment: `[100, width + 1]`, as the encoder that comes with Attune gives them */
  readonly shape: readonly [frames: number, columns: number];
  /** how it is fed */
  readonly settings: EncoderSettings;
}

export interface OutsideEncoderOptions {
  /** the whole file; absent: it is read at its path, and what of its numbers lies in files beside it */
  readonly bytes?: Uint8Array;
  /** how it is fed, beyond what its file tells */
  readonly stated: StatedEncoder;
  /** a frame that lies further below the loudest of its segment is not heard */
  readonly heardDecibels: number;
  readonly threads?: number | undefined;
}

/**
 * Opens an encoder in an ONNX file (Node only): it takes samples `[batch, samples]` at 16 kHz, or a log-mel spectrogram `[batch, 80, frames]`
 * as Whisper defines it, and gives frames `[batch, frames, width]`.
 *
 * A segment of 2 s gets 100 frames whatever the encoder's own rate: the mean of those that lie in 20 ms, or the one that lies there.
 *
 * @throws AttuneError `checkpoint` where it is no such file, or gives no finite frames; `usage` as {@link openOnnx}
 */
export async function openOutsideEncoder(
  path: string,
  { bytes, stated, heardDecibels, threads }: OutsideEncoderOptions,
): Promise<OutsideEncoder> {
  const own = threads === undefined ? {} : { threads };
  const model = await openOnnx(bytes ?? path, own).catch((cause) => {
    if (cause instanceof AttuneError && cause.code === 'graph')
      throw new AttuneError('checkpoint', `${path} cannot be used as an encoder: ${cause.message}`, { cause });
    throw cause;
  });
  try {
    const settings = settingsOf(model, stated, path);
    const graph = new Graph();
    const samples = graph.input('samples', ['batch', SEGMENT_SAMPLES]);
    const { normal, heard } = hearing(samples, heardDecibels);
    graph.output('x', inputOf(settings.normalize ? normal : samples, settings));
    graph.output('heard', heard);
    const before = await createSession(graph, own);
    const extract = async (segments: readonly Float32Array[]) => {
      const all: Float32Array[] = [];
      for (const segment of segments) {
        const { x, heard } = await before.run({ samples: stack([segment]) });
        all.push(withMarks(await framesOf(model, x!, settings, path), heard!.data as Float32Array));
      }
      return joinSamples(all);
    };
    const first = await extract([new Float32Array(SEGMENT_SAMPLES)]); // how wide its frames are, it may say only so
    return {
      shape: [ENCODER_FRAMES, first.length / ENCODER_FRAMES],
      ...{ settings, extract },
      async close() {
        await before.close();
        await model.close();
      },
    };
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** `[n, 32000]` as the encoder takes it, silence behind. */
function inputOf(samples: Tensor, { input, samples: count }: EncoderSettings): Tensor {
  const more = count - SEGMENT_SAMPLES;
  const long = more ? f.padAll(samples, [0, 0], [0, more]) : samples;
  return input === 'log-mel' ? logMel(long) : long;
}

/** What the encoder says of one segment: 100 frames, one after another, and their width. */
async function framesOf(
  model: OnnxModel,
  x: Values,
  { port, output, mask, samples }: EncoderSettings,
  path: string,
): Promise<{ readonly frames: Float32Array; readonly width: number }> {
  const out = (
    await model.run({
      [port]: x,
      ...(mask && { attention_mask: { data: new BigInt64Array(x.data.length).fill(1n), shape: x.shape } }),
    })
  )[output]!;
  const [, count, width] = out.shape as [number, number, number];
  const own = Math.round((count * SEGMENT_SAMPLES) / samples); // those of the segment, not of the silence behind it
  const data = out.data as Float32Array;
  if (!own || !width || !data.every(Number.isFinite))
    throw new AttuneError(
      'checkpoint',
      `${path}: expected finite frames [1, frames, width] of 2 s of sound, got ${own && width ? 'numbers that are not finite' : `[${out.shape}]`}; give another encoder`,
    );
  const frames = new Float32Array(ENCODER_FRAMES * width);
  for (let i = 0; i < ENCODER_FRAMES; i++) {
    const from = Math.floor((i * own) / ENCODER_FRAMES);
    const to = Math.max(from + 1, Math.floor(((i + 1) * own) / ENCODER_FRAMES));
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (let j = from; j < to; j++) sum += data[j * width + k]!;
      frames[i * width + k] = sum / (to - from);
    }
  }
  return { frames, width };
}

function withMarks({ frames, width }: { frames: Float32Array; width: number }, heard: Float32Array): Float32Array {
  const out = new Float32Array(ENCODER_FRAMES * (width + 1));
  for (let i = 0; i < ENCODER_FRAMES; i++) {
    out.set(frames.subarray(i * width, (i + 1) * width), i * (width + 1));
    out[i * (width + 1) + width] = heard[i]!;
  }
  return out;
}
