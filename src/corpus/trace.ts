import { UPPER_FORMANTS, VOWELS, type Vowel } from './vowels.ts';

/** One vowel with the consonant noise before it and the pause after it. */
export interface Syllable {
  readonly vowel: Vowel;
  /** noise before the vowel, [0, 0.2] seconds; 0 joins the vowel to the one before */
  readonly onsetSeconds: number;
  /** Hz; where that noise is strongest, below 8000 */
  readonly onsetHz: number;
  /** the vowel's length in seconds */
  readonly seconds: number;
  /** Hz at the vowel's start and end, each in [40, 800] */
  readonly pitchHz: readonly [number, number];
  /** the vowel's loudness in dB, against the other syllables */
  readonly levelDb: number;
  /** silence after the vowel in seconds */
  readonly pauseSeconds: number;
}

/** Frames a second: what steers the voice changes once a millisecond. */
export const FRAME_RATE = 1000;

/** What steers the voice during one frame. */
export interface Frame {
  readonly pitchHz: number;
  /** amplitude of the voice, 0 while it is silent */
  readonly voicing: number;
  /** amplitude of consonant noise */
  readonly friction: number;
  /** Hz; where that noise is strongest */
  readonly frictionHz: number;
  /** `[5]`, F1 to F5 in Hz */
  readonly formantsHz: readonly number[];
}

const RISE_SECONDS = 0.02;
const FALL_SECONDS = 0.05;
/** time constant with which the tongue reaches the next vowel */
const GLIDE_SECONDS = 0.025;
/** amplitude of consonant noise, against glottal flow of 1 */
const FRICTION = 0.006;

/** Lays syllables end to end as frames: noise, then the vowel with its pitch, then the pause; formants glide from vowel to vowel. */
export function traceSyllables(syllables: readonly Syllable[], formantScale: number): Frame[] {
  const frames: Frame[] = [];
  const target = (syllable: Syllable) =>
    [...VOWELS[syllable.vowel], ...UPPER_FORMANTS].map((hertz) => hertz * formantScale);
  let formantsHz = target(syllables[0]!);
  const keep = Math.exp(-1 / (GLIDE_SECONDS * FRAME_RATE));

  for (const syllable of syllables) {
    const aim = target(syllable);
    const amplitude = 10 ** (syllable.levelDb / 20);
    const [from, to] = syllable.pitchHz;
    const onset = Math.round(syllable.onsetSeconds * FRAME_RATE);
    const vowel = Math.max(1, Math.round(syllable.seconds * FRAME_RATE));
    const pause = Math.round(syllable.pauseSeconds * FRAME_RATE);
    for (let i = 0; i < onset + vowel + pause; i++) {
      formantsHz = formantsHz.map((hertz, f) => aim[f]! + keep * (hertz - aim[f]!));
      const along = Math.min(1, Math.max(0, (i - onset) / vowel)); // of the vowel
      frames.push({
        pitchHz: from * (to / from) ** along,
        voicing: amplitude * swell(i - onset, vowel, RISE_SECONDS, FALL_SECONDS),
        friction: amplitude * FRICTION * swell(i, onset, onset / FRAME_RATE / 2, onset / FRAME_RATE / 2),
        frictionHz: syllable.onsetHz,
        formantsHz,
      });
    }
  }
  return frames;
}

/** A smooth rise from 0 and fall to 0 over `length` frames; 0 outside them. */
function swell(i: number, length: number, riseSeconds: number, fallSeconds: number): number {
  if (i < 0 || i >= length) return 0;
  const edge = (part: number) => 0.5 - 0.5 * Math.cos(Math.PI * Math.min(1, part));
  return edge((i + 0.5) / (riseSeconds * FRAME_RATE)) * edge((length - i - 0.5) / (fallSeconds * FRAME_RATE));
}
