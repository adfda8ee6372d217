import { AttuneError } from '../errors.ts';
import type { DecodedSound, SoundBlock } from './decode.ts';
import { createMixer, type Mixer } from './mix.ts';
import type { QualityCheck } from './quality.ts';
import { createResampler, type Resampler } from './resample.ts';
import { SAMPLE_RATE } from './waveform.ts';

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

/**
 * What a decoded recording sounds like at {@link SAMPLE_RATE}, mixed to one channel and resampled.
 *
 * @param mixers to which each mixer that was needed is added: a file's channels and rate may change
 * @param check that hears along
 * @param name what messages call the recording
 * @throws AttuneError `audio` where there is not one sample
 */
export async function* heard(
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
