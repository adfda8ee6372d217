import { AttuneError } from '../errors.ts';
import { joinSamples, type SoundBytes } from './bytes.ts';
import { type DecodedSound, openDecoded } from './decode.ts';
import { createMixer, type Mixer } from './mix.ts';
import { createQualityCheck, type QualityCheck, type SoundWarning } from './quality.ts';
import { createResampler } from './resample.ts';
import { SAMPLE_RATE, type Waveform } from './waveform.ts';

/** A recording as it is heard: mono at {@link SAMPLE_RATE}, block by block. To be walked through once; leaving early frees all. */
export interface SoundStream extends AsyncIterable<Float32Array> {
  /** the length that the file declares, in seconds; undefined where it does not, or not yet. It need not be true. */
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
  const mixer = createMixer(decoded.channels, decoded.sampleRate);
  const warnings: SoundWarning[] = [];
  let begun = false;
  const blocks = async function* () {
    if (begun)
      throw new AttuneError('usage', `${name} was read before: a stream is walked through once; open it again`);
    begun = true;
    yield* heard(decoded, mixer, check, name);
    warnings.push(...decoded.warnings, ...mixer.warnings(), ...check.warnings());
  };
  return {
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

async function* heard(
  decoded: DecodedSound,
  mixer: Mixer,
  check: QualityCheck,
  name: string,
): AsyncGenerator<Float32Array> {
  const resampler = await createResampler(decoded.sampleRate, SAMPLE_RATE);
  let samples = 0;
  const pass = (block: Float32Array) => {
    samples += block.length;
    check.hear(block);
    return block;
  };
  try {
    for await (const channels of decoded.blocks) {
      check.record(channels);
      const block = pass(resampler.push(mixer.push(channels)));
      if (block.length > 0) yield block;
    }
    for (const last of [resampler.push(mixer.end()), resampler.end()]) {
      const block = pass(last);
      if (block.length > 0) yield block;
    }
    if (samples === 0)
      throw new AttuneError('audio', `${name}: it is too short to hold one sample at ${SAMPLE_RATE} Hz.`);
  } finally {
    resampler.free();
  }
}

/** A waveform as a stream of blocks of a second, with the same warnings as its file would give, but for damage. */
export function streamOf({ samples }: Waveform): SoundStream {
  const warnings: SoundWarning[] = [];
  return {
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
  return { samples: joinSamples(blocks), sampleRate: SAMPLE_RATE };
}
