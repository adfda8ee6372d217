import { joinSamples, type SoundBytes } from '../../src/audio/bytes.ts';
import { openDecoded } from '../../src/audio/decode.ts';
import { createResampler } from '../../src/audio/resample.ts';
import { openSound, waveformOf } from '../../src/audio/stream.ts';

/** Every sample of a file, channel by channel, and its warnings by name. */
export async function decodeWhole(source: SoundBytes, name: string) {
  const { blocks, sampleRate, warnings } = await openDecoded(source, name);
  const parts: (readonly Float32Array[])[] = [];
  for await (const block of blocks) parts.push(block.channels);
  const channels = parts[0]!.map((_, channel) => joinSamples(parts.map((part) => part[channel]!)));
  return { channels, sampleRate, warnings: warnings.map(({ message }) => `${name}: ${message}`) };
}

/** Resamples in blocks of `blockSamples`. */
export async function resampleWhole(samples: Float32Array, from: number, to: number, blockSamples = samples.length) {
  const resampler = await createResampler(from, to);
  const parts: Float32Array[] = [];
  for (let at = 0; at < samples.length; at += blockSamples)
    parts.push(resampler.push(samples.subarray(at, at + blockSamples)));
  parts.push(resampler.end());
  resampler.free();
  return joinSamples(parts);
}

/** All that is heard of a file, when it starts, and what is said of its container. */
export async function hear(source: SoundBytes) {
  const stream = await openSound(source, 'x');
  const { startSeconds, declaredSeconds } = stream;
  const { samples } = await waveformOf(stream);
  const told = stream.warnings.filter(({ code }) => ['incomplete', 'damaged', 'gap'].includes(code));
  return { samples, startSeconds, declaredSeconds, warnings: told.map(({ message }) => message) };
}
