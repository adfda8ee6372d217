import { resample } from '../audio/resample.ts';
import { SAMPLE_RATE } from '../audio/waveform.ts';
import type { Random } from '../random.ts';
import { convolve, equalize } from './filtering.ts';

/** Root mean square; 0 for no samples. */
const levelOf = (samples: Float32Array) =>
  Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / Math.max(1, samples.length));

/**
 * Another speed: pitch, formants and tempo change together, as of a tape.
 *
 * @param factor above 1 is faster, higher and shorter
 */
export const atSpeed = (samples: Float32Array, factor: number): Promise<Float32Array> =>
  resample(samples, Math.round(SAMPLE_RATE * factor), SAMPLE_RATE);

/**
 * A room: the sound and its reverberation, white noise that decays exponentially (Polack 1988; Lebart et al., A New Method Based on
 * Spectral Subtraction for Speech Dereverberation, Acta Acustica 87, 2001, Eq. 1).
 *
 * @param decaySeconds until the reverberation has fallen by 60 dB
 * @param directDb energy of the direct sound over that of the reverberation, dB
 */
export function inRoom(samples: Float32Array, decaySeconds: number, directDb: number, random: Random): Float32Array {
  const rate = (3 * Math.LN10) / (decaySeconds * SAMPLE_RATE); // of amplitudes: 60 dB are a factor of 1000
  const response = Float32Array.from({ length: Math.ceil(decaySeconds * SAMPLE_RATE) }, (_, n) =>
    n === 0 ? 0 : random.normal() * Math.exp(-rate * n),
  );
  const energy = response.reduce((sum, x) => sum + x * x, 0);
  const scale = Math.sqrt(10 ** (-directDb / 10) / energy);
  for (let n = 1; n < response.length; n++) response[n]! *= scale;
  response[0] = 1;
  return convolve(samples, response);
}

/** Hz below which coloured noise does not rise any more. */
const FLAT_BELOW = 50;

/**
 * Steady noise beside the sound.
 *
 * @param ratioDb level of the whole recording over that of the noise, dB; silence stays silence
 * @param slope the noise's power falls with frequency to the power of this: 0 white, 1 pink, 2 brown
 */
export function inNoise(samples: Float32Array, ratioDb: number, slope: number, random: Random): Float32Array {
  const white = samples.map(() => random.normal());
  const noise = equalize(white, (hz) => Math.max(hz, FLAT_BELOW) ** (-slope / 2));
  const gain = (levelOf(samples) * 10 ** (-ratioDb / 20)) / levelOf(noise);
  return samples.map((x, n) => x + gain * noise[n]!);
}

/** A channel: what a microphone and a line let through. */
export interface Channel {
  /** Hz; frequencies below fall by 24 dB an octave; 0: none do */
  readonly lowest: number;
  /** Hz; frequencies above fall by 48 dB an octave */
  readonly highest: number;
  /** dB an octave, as a microphone may favour high (above 0) or low frequencies; none at 1 kHz */
  readonly tiltDb: number;
}

/** The sound through a {@link Channel}. */
export function throughChannel(samples: Float32Array, { lowest, highest, tiltDb }: Channel): Float32Array {
  const lowCut = (hz: number) => (lowest > 0 ? 1 / Math.sqrt(1 + (lowest / Math.max(hz, 1)) ** 8) : 1);
  const highCut = (hz: number) => 1 / Math.sqrt(1 + (hz / highest) ** 16);
  const tilt = (hz: number) => 10 ** ((tiltDb * Math.log2(Math.max(hz, FLAT_BELOW) / 1000)) / 20);
  return equalize(samples, (hz) => lowCut(hz) * highCut(hz) * tilt(hz));
}
