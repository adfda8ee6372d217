import { SAMPLE_RATE } from '../../audio/waveform.ts';

/** Frames of 25 ms every 10 ms (Han et al., Interspeech 2014; Lee & Tashev, Interspeech 2015). */
export const FRAME_SAMPLES = 0.025 * SAMPLE_RATE;
export const HOP_SAMPLES = 0.01 * SAMPLE_RATE;

/** What is smaller counts as nothing: half a step of 16-bit samples. */
export const LEAST_AMPLITUDE = 2 ** -16;

/** Frame i covers samples [160 i, 160 i + 400). There are as many as fit; sound shorter than one has one, with zeros after it. */
export const frameCount = (samples: number): number =>
  Math.max(1, Math.floor((samples - FRAME_SAMPLES) / HOP_SAMPLES) + 1);

/**
 * Copies samples without their mean, and zeros where there are none.
 *
 * @param at the first of them, 0 or more
 */
export function copyCentred(samples: Float32Array, mean: number, at: number, target: Float64Array): void {
  const there = Math.min(target.length, samples.length - at);
  for (let i = 0; i < there; i++) target[i] = samples[at + i]! - mean;
  target.fill(0, there);
}

/** The mean of all samples. */
export function meanOf(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]!;
  return sum / samples.length;
}

/** The natural logarithm of the mean square of a frame's samples, -22.2 or more. */
export function logEnergy(frame: Float64Array): number {
  let energy = 0;
  for (let i = 0; i < frame.length; i++) energy += frame[i]! * frame[i]!;
  return Math.log(Math.max(energy / frame.length, LEAST_AMPLITUDE ** 2));
}

/** How often samples change their sign, a sample; 0 to 1. A sample of 0 has none. */
export function zeroCrossingRate(frame: Float64Array): number {
  let [crossings, sign] = [0, 0];
  for (let i = 0; i < frame.length; i++) {
    const now = Math.sign(frame[i]!);
    if (now * sign < 0) crossings++;
    if (now) sign = now;
  }
  return crossings / frame.length;
}
