import { AttuneError } from '../errors.ts';
import type { DecodedSound, SoundBlock } from './decode.ts';
import { isAlike } from './decoder.ts';
import { extendGaps, type Gap } from './gaps.ts';
import { createMixer, type Mixer } from './mix.ts';
import type { QualityCheck } from './quality.ts';
import { createResampler, type Resampler } from './resample.ts';
import { SAMPLE_RATE } from './waveform.ts';

/** The way of sound of one form to mono at {@link SAMPLE_RATE}, until it pauses. */
interface Line {
  readonly form: SoundBlock;
  readonly mixer: Mixer;
  readonly resampler: Resampler;
}

async function openLine(form: SoundBlock, before: Line | undefined): Promise<Line> {
  const resampler = await createResampler(form.sampleRate, SAMPLE_RATE);
  const mixer =
    before && isAlike(before.form, form) ? before.mixer : createMixer(form.channels.length, form.sampleRate);
  return { form, resampler, mixer };
}

/** Who hears along. */
interface Listeners {
  /** gets each mixer that was needed: a file's channels and rate may change */
  readonly mixers: Mixer[];
  /** gets what nobody recorded, before its block is given */
  readonly gaps: Gap[];
  /** hears what was recorded */
  readonly check: QualityCheck;
}

/**
 * What a decoded recording sounds like at {@link SAMPLE_RATE}, mixed to one channel and resampled.
 *
 * @param name what messages call the recording
 * @throws AttuneError `audio` where there is not one sample
 */
export async function* heard(
  decoded: Pick<DecodedSound, 'blocks'>,
  { mixers, gaps, check }: Listeners,
  name: string,
): AsyncGenerator<Float32Array> {
  let [line, last]: (Line | undefined)[] = [undefined, undefined];
  let samples = 0;
  function* pass(block: Float32Array) {
    samples += block.length;
    check.hear(block);
    if (block.length > 0) yield block;
  }
  function* pause(length: number) {
    extendGaps(gaps, samples, samples + length);
    samples += length;
    if (length > 0) yield new Float32Array(length);
  }
  function* close({ mixer, resampler }: Line) {
    yield* pass(resampler.push(mixer.end()));
    yield* pass(resampler.end());
    resampler.free();
    line = undefined;
  }
  try {
    for await (const block of decoded.blocks) {
      if (line && (block.isSilence || !isAlike(line.form, block))) yield* close(line);
      if (block.isSilence) {
        yield* pause(Math.round((block.channels[0]!.length / block.sampleRate) * SAMPLE_RATE));
        continue;
      }
      if (!line) {
        line = await openLine(block, last);
        if (line.mixer !== last?.mixer) mixers.push(line.mixer);
        last = line;
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
