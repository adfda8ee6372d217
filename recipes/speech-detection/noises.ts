// Sounds that are no speech, for the comparison in speech-detection.ts.
import { SAMPLE_RATE } from '../../src/audio/waveform.ts';
import type { Random } from '../../src/random.ts';

const amplitude = (dB: number) => 10 ** (dB / 20);

/**
 * @param colour `pink` (Paul Kellet's filter, 3 dB an octave) or else white
 * @param level root mean square, dB of full scale
 * @returns `[length]`, Gaussian
 */
export function noise(colour: string, length: number, level: number, random: Random): Float32Array {
  const gauss = () => Math.sqrt(-2 * Math.log(random.uniform(1e-12, 1))) * Math.cos(2 * Math.PI * random.uniform());
  const state = [0, 0, 0] as [number, number, number];
  const samples = Float32Array.from({ length }, () => {
    const white = gauss();
    if (colour !== 'pink') return white;
    state[0] = 0.99765 * state[0] + 0.099046 * white;
    state[1] = 0.963 * state[1] + 0.2965164 * white;
    state[2] = 0.57 * state[2] + 1.0526913 * white;
    return state[0] + state[1] + state[2] + 0.1848 * white;
  });
  const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / length);
  return samples.map((sample) => (sample * amplitude(level)) / rms);
}

const sine = (length: number, level: number, hz: number) =>
  Float32Array.from(
    { length },
    (_, i) => amplitude(level) * Math.SQRT2 * Math.sin((2 * Math.PI * hz * i) / SAMPLE_RATE),
  );

/** By name, each `[length]`. */
export const NOISES: Readonly<Record<string, (length: number, random: Random) => Float32Array>> = {
  'digital silence': (length) => new Float32Array(length),
  ...Object.fromEntries(
    ['white', 'pink'].flatMap((colour) =>
      [-70, -50, -30, -20].map((level) => [
        `${colour} noise, ${level} dBFS`,
        (length: number, random: Random) => noise(colour, length, level, random),
      ]),
    ),
  ),
  'hum of 50 Hz, -30 dBFS': (length) => sine(length, -30, 50),
  'tone of 440 Hz, -20 dBFS': (length) => sine(length, -20, 440),
  'a click a second over white noise, -70 dBFS': (length, random) => {
    const samples = noise('white', length, -70, random);
    for (let at = SAMPLE_RATE / 2; at < length; at += SAMPLE_RATE)
      for (let i = 0; i < 100; i++) samples[at + i] = random.uniform(-1, 1) * Math.exp(-i / 20);
    return samples;
  },
  'pink noise that steps from -60 to -40 dBFS': (length, random) =>
    noise('pink', length, -60, random).map((sample, i) => (i < length / 2 ? sample : 10 * sample)),
  'pink noise that swells from -50 to -30 dBFS in 5 s': (length, random) =>
    noise('pink', length, -40, random).map(
      (sample, i) => sample * amplitude(10 * Math.sin((2 * Math.PI * i) / (5 * SAMPLE_RATE))),
    ),
};
