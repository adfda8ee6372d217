import * as v from 'valibot';
import { list, type Properties, type Schema, whole } from '../json.ts';
import type { Random } from '../random.ts';
import { atSpeed, inNoise, inRoom, throughChannel } from './alterations.ts';
import { ENCODER_FRAMES } from './encoder/identity.ts';
import { BINS, FRAMES } from './spectrogram.ts';

/**
 * What a copy of a recording can be altered by, in the order in which sound meets it; how much is drawn evenly for each copy.
 *
 * - `speed`: 0.88 to 1.14 times as fast, pitch and formants with it.
 * - `room`: reverberation that takes 0.15 to 0.9 s to fall by 60 dB, the direct sound -3 to 15 dB over it.
 * - `noise`: steady, 3 to 30 dB below the recording, white to brown.
 * - `channel`: nothing below 20 to 350 Hz and above 2,800 to 6,000 Hz, tilted by -4 to 4 dB an octave.
 */
export const ALTERATIONS = ['speed', 'room', 'noise', 'channel'] as const;
/** One of {@link ALTERATIONS}. */
export type Alteration = (typeof ALTERATIONS)[number];

/** Training on more than the recordings as they are. */
export interface Augmentation {
  /** altered copies of each recording; a segment is drawn from one of them or from the recording itself, anew in each epoch */
  readonly copies: number;
  /** in the order of {@link ALTERATIONS}; each befalls a copy or not, as a coin falls */
  readonly alterations: readonly Alteration[];
  /** also hides stripes of each spectrogram (SpecAugment), or of an encoder's frames */
  readonly masks: boolean;
}

/** Of a recording. */
export const MOST_COPIES = 1000;

/** In the config of a run. */
export const AUGMENTATION: Schema<Augmentation> = v.strictObject({
  copies: whole(0, MOST_COPIES),
  alterations: list(v.picklist(ALTERATIONS), ALTERATIONS.length),
  masks: v.boolean(),
} satisfies Properties<Augmentation>);

/** What is drawn evenly for each copy; a copy depends on it. */
export const RANGES = {
  /** factor */
  speed: [0.88, 1.14],
  /** s until reverberation has fallen by 60 dB, and dB of direct sound over it: a bedroom to a hall, a hand's breadth to across the room */
  decay: [0.15, 0.9],
  direct: [-3, 15],
  /** dB of the recording over the noise, and the noise's colour from white to brown */
  ratio: [3, 30],
  slope: [0, 2],
  /** Hz: a line's limits, telephone's 300 and 3400 among them, up to all that the network hears */
  lowest: [20, 350],
  highest: [2800, 6000],
  /** dB an octave */
  tilt: [-4, 4],
} as const;

const heads = (random: Random) => random.uniform() < 0.5;

/**
 * An altered copy of a recording. The same random stream gives the same copy.
 *
 * @param samples `[samples]` at 16 kHz
 * @returns about as many samples: speed changes their number
 */
export async function alter(
  samples: Float32Array,
  alterations: readonly Alteration[],
  random: Random,
): Promise<Float32Array> {
  const draw = (name: keyof typeof RANGES) => random.uniform(...RANGES[name]);
  const has = (name: Alteration) => alterations.includes(name) && heads(random);
  let out = samples;
  if (has('speed')) out = await atSpeed(out, draw('speed'));
  if (has('room')) out = inRoom(out, draw('decay'), draw('direct'), random);
  if (has('noise')) out = inNoise(out, draw('ratio'), draw('slope'), random);
  if (has('channel'))
    out = throughChannel(out, { lowest: draw('lowest'), highest: draw('highest'), tiltDb: draw('tilt') });
  return out;
}

/** Stripes of each kind in a segment, and the widest: 600 Hz of 4 kHz, and 300 ms. */
const STRIPES = 2;
const WIDEST = { share: 0.15, frames: 30 };

/** Stripes of frames in a segment, and the widest: 400 ms. */
const FRAME_STRIPES = 3;
const WIDEST_FRAMES = 20;
/** So many frames stay heard. */
const LEAST_HEARD = 10;

/**
 * Lets stripes of an encoder's frames go unheard, in place, of random place and width.
 *
 * @param features `[100, width + 1]`, whose last column says what is heard
 */
export function maskFrames(features: Float32Array, random: Random): void {
  const columns = features.length / ENCODER_FRAMES;
  for (let i = 0; i < FRAME_STRIPES; i++) {
    const width = random.integer(WIDEST_FRAMES + 1);
    const first = random.integer(ENCODER_FRAMES - width + 1);
    const isHidden = (frame: number) => frame >= first && frame < first + width;
    const heardAt = (frame: number) => (frame + 1) * columns - 1;
    const frames = Array.from({ length: ENCODER_FRAMES }, (_, frame) => frame);
    const left = frames.filter((frame) => !isHidden(frame) && features[heardAt(frame)] === 1);
    if (left.length >= LEAST_HEARD) for (const frame of frames) if (isHidden(frame)) features[heardAt(frame)] = 0;
  }
}

/**
 * Hides stripes of a spectrogram in place, of random place and width: SpecAugment's frequency and time masks, filled with the
 * spectrogram's mean. Park et al., SpecAugment, Interspeech 2019, section 2 (https://doi.org/10.21437/Interspeech.2019-2680).
 *
 * @param spectrogram `[400, 200]`, or of another size
 */
export function mask(
  spectrogram: Float32Array,
  random: Random,
  [bins, frames]: readonly [number, number] = [BINS, FRAMES],
): void {
  const mean = spectrogram.reduce((sum, x) => sum + x, 0) / spectrogram.length;
  const stripe = (widest: number, all: number) => {
    const width = random.integer(widest + 1);
    const first = random.integer(all - width + 1);
    return [first, first + width] as const;
  };
  for (let i = 0; i < STRIPES; i++) {
    const [low, high] = stripe(Math.round(WIDEST.share * bins), bins);
    spectrogram.fill(mean, low * frames, high * frames);
    const [from, to] = stripe(WIDEST.frames, frames);
    for (let bin = 0; bin < bins; bin++) spectrogram.fill(mean, bin * frames + from, bin * frames + to);
  }
}
