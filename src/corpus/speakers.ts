import type { Random } from '../random.ts';
import { SPREAD, STYLES, type Style, type SyntheticEmotion, styleOf } from './affect.ts';
import type { Syllable } from './trace.ts';
import type { VoiceOptions } from './voice.ts';
import { VOWELS, type Vowel } from './vowels.ts';

/** Who speaks: what stays the same from one utterance to the next. */
export interface Speaker {
  readonly name: string;
  readonly gender: 'female' | 'male';
  /** mean pitch of neutral speech in Hz */
  readonly pitchHz: number;
  readonly formantScale: number;
  readonly breath: number;
  /** how strongly emotions are shown: 1 as in {@link STYLES} */
  readonly expression: number;
  /** what this speaker's speech adds to any style, and the distance of the microphone to `levelDb` */
  readonly habit: Style;
  /** the room's noise in dB of full scale */
  readonly noiseDb: number;
}

/** Draws a speaker: women about 200 Hz and 1.16 times the formants of men, men about 115 Hz. */
export function drawSpeaker(name: string, gender: 'female' | 'male', random: Random): Speaker {
  const female = gender === 'female';
  return {
    name,
    gender,
    pitchHz: (female ? 200 : 115) * 2 ** ((1.3 * random.normal()) / 12),
    formantScale: (female ? 1.16 : 1) * (1 + 0.03 * random.normal()),
    breath: random.uniform(0.01, 0.04),
    expression: random.uniform(0.9, 1.2),
    habit: { ...styleOf((property) => 0.5 * SPREAD[property] * random.normal()), pitch: 0 },
    noiseDb: random.uniform(-68, -56),
  };
}

/** What is said, whoever says it in whatever emotion: the vowels and the consonant noise before each. */
export type Text = readonly Pick<Syllable, 'vowel' | 'onsetSeconds' | 'onsetHz'>[];

/** Draws a text of seven to nine syllables. */
export function drawText(random: Random): Text {
  const vowels = Object.keys(VOWELS) as Vowel[];
  return Array.from({ length: 7 + random.integer(3) }, () => ({
    vowel: vowels[random.integer(vowels.length)]!,
    onsetSeconds: random.uniform() < 0.25 ? 0 : random.uniform(0.03, 0.09),
    onsetHz: random.uniform(2000, 6000),
  }));
}

/** The style of one utterance: from the speaker's neutral towards the emotion, by a strength that varies. */
export function drawStyle(speaker: Speaker, emotion: SyntheticEmotion, random: Random): Style {
  const strength = speaker.expression * Math.max(0.2, 0.95 + 0.15 * random.normal());
  return styleOf((property) => {
    const { [property]: neutral } = STYLES.neutral;
    const shown = neutral + strength * (STYLES[emotion][property] - neutral);
    return shown + speaker.habit[property] + SPREAD[property] * random.normal();
  });
}

const SHORTEST_SECONDS = 1.2;
const LONGEST_SECONDS = 3;

/** Settles how `text` is said in `style`: between 1.2 and 3 seconds, each syllable's pitch, length and loudness drawn. */
export function planUtterance(speaker: Speaker, style: Style, text: Text, random: Random): VoiceOptions {
  const last = text.length - 1;
  const accent = Math.max(0.2, style.accent);
  const rate = Math.max(2.5, style.rate);
  const hertz = (semitones: number) => Math.min(700, Math.max(55, speaker.pitchHz * 2 ** (semitones / 12)));
  const drawn = text.map((part, i) => {
    const centre = style.pitch + style.slope * (i / last - 0.5) + accent * random.normal();
    const bend = (style.slope / 2 + accent * random.normal()) / 2;
    const length = (1 / rate) * Math.exp(0.18 * random.normal()) * (i === last ? 1.3 : 1);
    return {
      ...part,
      pitchHz: [hertz(centre - bend / 2), hertz(centre + bend / 2)] as const,
      seconds: Math.max(0.06, length - part.onsetSeconds),
      levelDb: 2 * random.normal() - (i === last ? 3 : 0),
      pauseSeconds: i < last && random.uniform() < style.pause ? random.uniform(0.1, 0.3) : 0,
    };
  });
  const total = drawn.reduce((sum, part) => sum + part.onsetSeconds + part.seconds + part.pauseSeconds, 0);
  const fit = Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, total)) / total;
  return {
    syllables: drawn.map((part) => ({
      ...part,
      onsetSeconds: fit * part.onsetSeconds,
      seconds: fit * part.seconds,
      pauseSeconds: fit * part.pauseSeconds,
    })),
    formantScale: speaker.formantScale,
    openQuotient: Math.min(0.85, Math.max(0.3, style.openQuotient)),
    closing: Math.min(0.6, Math.max(0.08, style.closing)),
    tiltDb: Math.max(0, style.tiltDb),
    breath: speaker.breath,
    jitter: Math.max(0.001, style.jitter),
    shimmer: 4 * Math.max(0.001, style.jitter),
    levelDb: -28 + style.levelDb,
    noiseDb: speaker.noiseDb,
  };
}
