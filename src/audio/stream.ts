import { AttuneError } from '../errors.ts';
import { joinSamples, type SoundBytes } from './bytes.ts';
import { type DecodedSound, openDecoded, type SoundBlock } from './decode.ts';
import { createMixer, type Mixer } from './mix.ts';
import { createQualityCheck, type QualityCheck, type SoundWarning } from './quality.ts';
import { createResampler, type Resampler } from './resample.ts';
import { SAMPLE_RATE, type Waveform } from './waveform.ts';

/** A recording as it is heard: mono at {@link SAMPLE_RATE}, block by block. To be walked through once; leaving early frees all. */
export interface SoundStream extends AsyncIterable<Float32Array> {
  /**
   * when its first sample is heard, in seconds of the player's clock: above 0 where the sound of a WebM, MP4 or Ogg file starts
   * late, as beside a film. Sample n is heard at startSeconds + n / {@link SAMPLE_RATE}.
   */
  readonly startSeconds: number;
  /** the length that the file declares for its sound, in seconds; undefined where it does not, or not yet. It need not be true. */
  readonly declaredSeconds: number | undefined;
  /** share of the bytes that have been read, [0, 1]; undefined where their number is not known */
  readonly bytesRead: number | undefined;
  /** damage, and what else makes the sound unfit to be scored; complete when the last block has come */
  readonly warnings: readonly SoundWarning[];
}

/**
 * Decodes a sound file, mixes it to one channel (the mean; the louder one where channels cancel each other) and resamples it to {@link SAMPLE_RATE} as its bytes come. Runs in
 * browsers too.
 *
 * @param source the file in memory, as a `Blob`, or as a stream of bytes; formats as in `openDecoded`
 * @param name what messages call it, such as its path
 * @param size bytes in all, where a stream's are known, for `bytesRead`
 * @throws AttuneError `audio` as `openDecoded` does, here or where the blocks are taken, and where the file is too short for a sample
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { loadRecognizer, openSound } from 'attune';
 *
 * const recognizer = await loadRecognizer();
 * // in a page: openSound(file, file.name), with a file of an <input type="file">
 * const stream = await openSound(await readFile('call.wav'), 'call.wav');
 * const { emotion, warnings } = await recognizer.recognize(stream);
 * for (const { code, message } of warnings) console.warn(code, message);
 * console.log(emotion);
 * await recognizer.close();
 * ```
 */
export async function openSound(source: SoundBytes, name: string, size?: number): Promise<SoundStream> {
  const decoded = await openDecoded(source, name, size);
  const check = createQualityCheck();
  const mixers: Mixer[] = [];
  const warnings: SoundWarning[] = [];
  let begun = false;
  const blocks = async function* () {
    if (begun)
      throw new AttuneError('usage', `${name} was read before: a stream is walked through once; open it again`);
    begun = true;
    yield* heard(decoded, mixers, check, name);
    warnings.push(...decoded.warnings, ...mixers.flatMap((mixer) => mixer.warnings()), ...check.warnings());
  };
  return {
    startSeconds: decoded.startSeconds,
    get declaredSeconds() {
      return decoded.declaredSeconds;
    },
    get bytesRead() {
      return decoded.bytesRead;
    },
    warnings,
    [Symbol.asyncIterator]: blocks,
  };
}

/** The way of sound of one form to mono at {@link SAMPLE_RATE}. */
interface Line {
  readonly channels: number;
  readonly fromHz: number;
  readonly mixer: Mixer;
  readonly resampler: Resampler;
}

async function openLine({ channels: { length: channels }, sampleRate: fromHz }: SoundBlock): Promise<Line> {
  const resampler = await createResampler(fromHz, SAMPLE_RATE);
  return { channels, fromHz, resampler, mixer: createMixer(channels, fromHz) };
}

/** @param mixers to which each mixer that was needed is added: a file's channels and rate may change */
async function* heard(
  decoded: DecodedSound,
  mixers: Mixer[],
  check: QualityCheck,
  name: string,
): AsyncGenerator<Float32Array> {
  let line: Line | undefined;
  let samples = 0;
  function* pass(block: Float32Array) {
    samples += block.length;
    check.hear(block);
    if (block.length > 0) yield block;
  }
  function* close({ mixer, resampler }: Line) {
    yield* pass(resampler.push(mixer.end()));
    yield* pass(resampler.end());
    resampler.free();
    line = undefined;
  }
  try {
    for await (const block of decoded.blocks) {
      if (line && (line.fromHz !== block.sampleRate || line.channels !== block.channels.length)) yield* close(line);
      if (!line) {
        line = await openLine(block);
        mixers.push(line.mixer);
      }
      check.record(block.channels);
      yield* pass(line.resampler.push(line.mixer.push(block.channels)));
    }
    if (line) yield* close(line);
    if (samples === 0)
      throw new AttuneError('audio', `${name}: it is too short to hold one sample at ${SAMPLE_RATE} Hz.`);
  } finally {
    line?.resampler.free();
  }
}

/** A waveform as a stream of blocks of a second, with the same warnings as its file would give, but for damage. */
export function streamOf({ samples, startSeconds = 0 }: Waveform): SoundStream {
  const warnings: SoundWarning[] = [];
  return {
    startSeconds,
    declaredSeconds: samples.length / SAMPLE_RATE,
    bytesRead: undefined,
    warnings,
    async *[Symbol.asyncIterator]() {
      const check = createQualityCheck();
      for (let at = 0; at < samples.length; at += SAMPLE_RATE) {
        const block = samples.subarray(at, at + SAMPLE_RATE);
        check.record([block]);
        check.hear(block);
        yield block;
      }
      warnings.push(...check.warnings());
    },
  };
}

/** All that a stream gives, in one piece. */
export async function waveformOf(stream: SoundStream): Promise<Waveform> {
  const blocks: Float32Array[] = [];
  for await (const block of stream) blocks.push(block);
  const { startSeconds } = stream;
  return { samples: joinSamples(blocks), sampleRate: SAMPLE_RATE, ...(startSeconds > 0 && { startSeconds }) };
}
