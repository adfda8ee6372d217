import { SEGMENT_SAMPLES } from '../../src/features/segments.ts';

/** How the rest of a segment is filled that a recording is too short for. Each takes `[samples]`, one to 32000, and gives `[32000]`. */
export const FILLS = {
  pad: (samples) => at((i) => samples[i] ?? 0),
  centre: (samples) => {
    const before = Math.floor((SEGMENT_SAMPLES - samples.length) / 2);
    return at((i) => samples[i - before] ?? 0);
  },
  repeat: (samples) => at((i) => samples[i % samples.length]!),
  fade: repeatedWithFade,
  mirror: (samples) => {
    const { length } = samples;
    return at((i) => {
      const turn = i % (2 * length);
      return samples[turn < length ? turn : 2 * length - 1 - turn]!;
    });
  },
} as const satisfies Record<string, (samples: Float32Array) => Float32Array>;
export type Fill = keyof typeof FILLS;

/** In words, for the page. */
export const IN_WORDS: Readonly<Record<Fill, string>> = {
  pad: 'zeros after it',
  centre: 'zeros on both sides',
  repeat: 'again and again',
  fade: 'again and again, 20 ms of the end fading into the start',
  mirror: 'forwards and backwards in turn',
};

const at = (value: (i: number) => number) => Float32Array.from({ length: SEGMENT_SAMPLES }, (_, i) => value(i));

/** 20 ms at 16 kHz. */
const FADE = 320;

/** Every turn but the first starts while the one before it fades, for 20 ms or a quarter of the recording. */
function repeatedWithFade(samples: Float32Array): Float32Array {
  const fade = Math.min(FADE, Math.floor(samples.length / 4));
  const period = samples.length - fade;
  return at((i) => {
    const [turn, within] = [Math.floor(i / period), i % period];
    if (turn === 0 || within >= fade) return samples[within]!;
    const share = (within + 0.5) / fade;
    return share * samples[within]! + (1 - share) * samples[within + period]!;
  });
}
