import * as v from 'valibot';
import { createLife, type Life } from '../abort.ts';
import { type Options, signal } from '../arguments.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument, whole } from '../json.ts';
import { joinSamples, SOUND_BYTES, type SoundBytes } from './bytes.ts';
import { type DecodedSound, openDecoded } from './decode.ts';
import { extendGaps, type Gap, gapsIn } from './gaps.ts';
import { heard } from './line.ts';
import type { Mixer } from './mix.ts';
import { createQualityCheck, type SoundWarning } from './quality.ts';
import { SAMPLE_RATE, type Waveform } from './waveform.ts';

/** How a recording is opened. */
export interface SoundOptions {
  /** bytes in all, where a stream's are known, for `bytesRead` */
  readonly size?: number;
  /**
   * the most seconds of sound that are taken, above 0; a longer recording is an error, told at once where a whole file declares its length,
   * else when it gets there; default: any
   */
  readonly maxSeconds?: number;
  /** stops all that is done with the recording: what waits for it throws the signal's reason, and its file is let go of */
  readonly signal?: AbortSignal;
}

/** A bound of seconds as an argument. */
export const seconds = v.custom<number>(
  (value) => typeof value === 'number' && value > 0,
  'a number of seconds above 0',
);

const SOUND_OPTIONS = v.strictObject({
  ...{ size: v.optional(whole(0)), maxSeconds: v.optional(seconds), signal: v.optional(signal) },
} satisfies Options<SoundOptions>);

/** A recording as it is heard: mono at {@link SAMPLE_RATE}, block by block. To be walked through once; leaving early frees all. */
export interface SoundStream extends AsyncIterable<Float32Array> {
  /**
   * when its first sample is heard, in seconds of the player's clock: above 0 where the sound of a WebM, MP4 or Ogg file starts
   * late, as beside a film. Sample n is heard at startSeconds + n / {@link SAMPLE_RATE}.
   */
  readonly startSeconds: number;
  /**
   * stretches that nobody recorded, as samples at {@link SAMPLE_RATE} up to the last block, in order: their blocks, which hold nothing
   * else, are silent and not scored; absent: none
   */
  readonly gaps?: readonly Gap[];
  /** the length that the file declares for its sound, in seconds; undefined where it does not, or not yet. It need not be true. */
  readonly declaredSeconds: number | undefined;
  /** share of the bytes that have been read, [0, 1]; undefined where their number is not known */
  readonly bytesRead: number | undefined;
  /** damage, and what else makes the sound unfit to be scored; complete when the last block has come */
  readonly warnings: readonly SoundWarning[];
  /** Lets go of the file and of all memory, however far it was walked through; who waits for a block gets an AttuneError `usage`. */
  close(): Promise<void>;
}

/**
 * Decodes a sound file, mixes it to one channel (the mean; the louder one where channels cancel each other) and resamples it to
 * {@link SAMPLE_RATE} as its bytes come. Runs in browsers too. A stream that is not walked through to its end must be closed, or its file
 * stays open; `recognize` does so.
 *
 * @param source the file in memory, as a `Blob`, or as a stream of bytes; formats as in `openDecoded`
 * @param name what messages call it, such as its path
 * @throws AttuneError `audio` as `openDecoded` does, here or where the blocks are taken, and where the file is too short for a sample or
 *   lasts too long; `usage` where an argument is none; the signal's reason where it is aborted
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
export async function openSound(source: SoundBytes, name: string, options: SoundOptions = {}): Promise<SoundStream> {
  checkArgument(source, SOUND_BYTES, 'the sound');
  checkArgument(name, v.string(), 'the name of the sound');
  checkArgument(options, SOUND_OPTIONS, 'the options');
  const { size, maxSeconds = Number.POSITIVE_INFINITY, signal } = options;
  const life = createLife(signal);
  const decoded = await openDecoded(source, name, { size, signal: life.signal }).catch((error) => {
    life.unlink();
    throw error;
  });
  const { isHeld, declaredSeconds = 0 } = decoded;
  if (isHeld && declaredSeconds > maxSeconds + ROUNDING) {
    life.unlink();
    await decoded.close();
    throw tooLong(name, maxSeconds, ` (it declares ${declaredSeconds.toFixed(2)} s)`);
  }
  return streamOfDecoded(decoded, name, { life, maxSeconds }).stream;
}

/** How decoded sound is heard. */
interface Hearing {
  /** ends the stream where it ends */
  readonly life: Life;
  readonly maxSeconds: number;
}

/**
 * What {@link openSound} makes of sound that is decoded.
 *
 * @returns the stream, and what is wrong with its sound so far
 */
export function streamOfDecoded(
  decoded: Omit<DecodedSound, 'channels' | 'sampleRate' | 'isHeld'>,
  name: string,
  { life, maxSeconds }: Hearing,
): { readonly stream: SoundStream; warningsSoFar(): SoundWarning[] } {
  const check = createQualityCheck();
  const [mixers, gaps]: [Mixer[], Gap[]] = [[], []];
  const warnings: SoundWarning[] = [];
  let begun = false;
  const refuse = (what: string) => new AttuneError('usage', `${name} was ${what}; open it again`);
  const blocks = async function* () {
    if (begun) throw refuse('read before: a stream is walked through once');
    if (life.signal.aborted) throw life.signal.reason;
    begun = true;
    try {
      for await (const block of bounded(heard(decoded, { mixers, gaps, check }, name), maxSeconds, name)) {
        yield block;
        if (life.signal.aborted) throw life.signal.reason;
      }
    } finally {
      life.unlink();
    }
    warnings.push(...decoded.warnings, ...mixers.flatMap((mixer) => mixer.warnings()), ...check.warnings());
  };
  const stream: SoundStream = {
    startSeconds: decoded.startSeconds,
    gaps,
    get declaredSeconds() {
      return decoded.declaredSeconds;
    },
    get bytesRead() {
      return decoded.bytesRead;
    },
    warnings,
    [Symbol.asyncIterator]: blocks,
    async close() {
      life.end(refuse('closed'));
      life.unlink();
      await decoded.close();
    },
  };
  return { stream, warningsSoFar: check.warnings };
}

/** Seconds by which what a file declares may exceed its sound: no more than the padding of a codec. */
const ROUNDING = 0.1;

/** @throws AttuneError `audio` where there is more */
export async function* bounded(blocks: AsyncIterable<Float32Array>, maxSeconds: number, name: string) {
  let samples = 0;
  for await (const block of blocks) {
    samples += block.length;
    if (samples / SAMPLE_RATE > maxSeconds) throw tooLong(name, maxSeconds);
    yield block;
  }
}

/** That a recording lasts longer than its caller allows. */
const tooLong = (name: string, maxSeconds: number, declared = '') =>
  new AttuneError(
    'audio',
    `${name}: it lasts longer than the ${maxSeconds} s that are allowed${declared}; cut it into shorter recordings, or allow more (\`maxSeconds\`).`,
  );

/**
 * A waveform as a stream of blocks of a second, with the same warnings as its file would give, but for damage.
 *
 * @throws AttuneError `usage` where its samples are taken away while they are walked through
 */
export function streamOf({ samples, startSeconds = 0, gaps: all = [] }: Waveform): SoundStream {
  const [warnings, gaps]: [SoundWarning[], Gap[]] = [[], []];
  const edges = all.flatMap(({ from, to }) => [from, to]);
  const { length } = samples;
  return {
    startSeconds,
    gaps,
    declaredSeconds: length / SAMPLE_RATE,
    bytesRead: undefined,
    warnings,
    async *[Symbol.asyncIterator]() {
      const check = createQualityCheck();
      for (let at = 0; at < length; ) {
        if (samples.length !== length)
          throw new AttuneError(
            'usage',
            "the waveform's samples were transferred or cut while they were heard; keep them until the answer, or give a copy",
          );
        const end = Math.min(at + SAMPLE_RATE, edges.find((edge) => edge > at) ?? length);
        const block = samples.subarray(at, end);
        if (gapsIn(all, at, end).length > 0) extendGaps(gaps, at, end);
        else {
          check.record([block]);
          check.hear(block);
        }
        at = end;
        yield block;
      }
      warnings.push(...check.warnings());
    },
    close: async () => {},
  };
}

/**
 * All that a stream gives, in one piece.
 *
 * @param walked its blocks, where they are watched
 */
export async function waveformOf(stream: SoundStream, walked: AsyncIterable<Float32Array> = stream): Promise<Waveform> {
  const blocks: Float32Array[] = [];
  for await (const block of walked) blocks.push(block);
  const { startSeconds, gaps = [] } = stream;
  return {
    ...{ samples: joinSamples(blocks), sampleRate: SAMPLE_RATE },
    ...(startSeconds > 0 && { startSeconds }),
    ...(gaps.length > 0 && { gaps: [...gaps] }),
  };
}
