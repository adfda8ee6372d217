import type { Emotion } from './emotions.ts';

/** How an emotion, or one utterance of it, is spoken. */
export interface Style {
  /** mean pitch in semitones against the speaker's own */
  readonly pitch: number;
  /** deviation of pitch from syllable to syllable, in semitones */
  readonly accent: number;
  /** semitones by which pitch moves from the first syllable to the last */
  readonly slope: number;
  /** syllables a second, pauses aside */
  readonly rate: number;
  /** chance of a pause after a syllable */
  readonly pause: number;
  /** dB against the speaker's neutral speech */
  readonly levelDb: number;
  /** dB taken from the source at 3 kHz: less is brighter */
  readonly tiltDb: number;
  /** as in VoiceOptions */
  readonly openQuotient: number;
  /** as in VoiceOptions */
  readonly closing: number;
  readonly jitter: number;
}

/**
 * The emotions that voices know, at full strength. Directions are those on which reviews of vocal affect agree; the sizes are ours.
 *
 * - anger: mean pitch and its range rise, faster, louder, more energy at high frequencies, tense and somewhat rough voice;
 * - happiness: mean pitch and its range rise, contours rise, somewhat faster and louder, brighter, regular voice;
 * - sadness: pitch a little lower and flatter, contours fall, slower, with pauses, softer, little energy at high frequencies;
 * - fear: mean pitch rises most, with little variability, contours rise, fastest, rather soft, irregular voice (Juslin and Laukka).
 *
 * Scherer (1986), "Vocal affect expression", Psychological Bulletin 99, and (2003), "Vocal communication of emotion",
 * Speech Communication 40; Murray and Arnott (1993), "Toward the simulation of emotion in synthetic speech", JASA 93
 * (direction of pitch, range, rate, intensity, voice quality); Banse and Scherer (1996), "Acoustic profiles in vocal
 * emotion expression", J. Personality and Social Psychology 70 (energy by frequency; anger and elation share high pitch
 * and energy, hence their confusion); Juslin and Laukka (2003), "Communication of emotions in vocal expression and music
 * performance", Psychological Bulletin 129 (contours, pauses, regularity of the voice).
 */
export const STYLES = {
  neutral: {
    pitch: 0,
    accent: 1.4,
    slope: -2,
    rate: 4.6,
    pause: 0.05,
    levelDb: 0,
    tiltDb: 8,
    openQuotient: 0.6,
    closing: 0.33,
    jitter: 0.006,
  },
  happy: {
    pitch: 8,
    accent: 3.6,
    slope: 1.5,
    rate: 5.1,
    pause: 0.04,
    levelDb: 4,
    tiltDb: 3,
    openQuotient: 0.6,
    closing: 0.22,
    jitter: 0.005,
  },
  angry: {
    pitch: 7,
    accent: 2.8,
    slope: -1,
    rate: 5.4,
    pause: 0.03,
    levelDb: 7,
    tiltDb: 0,
    openQuotient: 0.4,
    closing: 0.12,
    jitter: 0.022,
  },
  sad: {
    pitch: -1,
    accent: 0.8,
    slope: -3,
    rate: 3.6,
    pause: 0.2,
    levelDb: -6,
    tiltDb: 16,
    openQuotient: 0.72,
    closing: 0.45,
    jitter: 0.01,
  },
  fearful: {
    pitch: 9.5,
    accent: 1,
    slope: 3,
    rate: 6,
    pause: 0.12,
    levelDb: -3,
    tiltDb: 6,
    openQuotient: 0.68,
    closing: 0.28,
    jitter: 0.03,
  },
} satisfies Record<Emotion | 'fearful', Style>;

/** One of {@link STYLES}. */
export type SyntheticEmotion = keyof typeof STYLES;

/** All that voices know: the default four, and fear. */
export const SYNTHETIC_EMOTIONS = Object.keys(STYLES) as readonly SyntheticEmotion[];

/** How much one utterance differs from the next of the same speaker and emotion: a standard deviation for each property. */
export const SPREAD: Style = {
  pitch: 1,
  accent: 0.3,
  slope: 1,
  rate: 0.3,
  pause: 0.03,
  levelDb: 2,
  tiltDb: 1.2,
  openQuotient: 0.03,
  closing: 0.03,
  jitter: 0.002,
};

const PROPERTIES = Object.keys(SPREAD) as (keyof Style)[];

/** A style from a value for each property. */
export const styleOf = (value: (property: keyof Style) => number): Style =>
  Object.fromEntries(PROPERTIES.map((property) => [property, value(property)])) as unknown as Style;
