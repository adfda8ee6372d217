import { type FrontEnd, filledInUse, hasHeard } from '../features/front-end.ts';
import type { ShortInUse } from '../features/segmentation.ts';
import { SEGMENT_SECONDS } from '../features/segments.ts';

/** How a recipe of weights does on recordings that are cut to a length: percent, of speakers that its networks never heard. */
interface Measured {
  readonly seconds: number;
  /** unweighted accuracy */
  readonly ua: number;
  /** share of the answers that are `sad` */
  readonly calledSad: number;
}

/** How a recording that fills no segment is heard: filled in one of two ways, or behind an encoder, which does not hear what fills it. */
export type Filled = ShortInUse | 'unheard';

/** How a front end hears them. */
export const filledBy = (frontEnd: FrontEnd): Filled => (hasHeard(frontEnd) ? 'unheard' : filledInUse(frontEnd));

/**
 * UA of the 260 recordings of EmoDB that fill a segment, uncut: of the paper's weights (results/short-recordings), and of those behind the
 * encoder (results/encoder/weights.json).
 */
export const UNCUT: Readonly<Record<Filled, number>> = { pad: 75.0, repeat: 75.0, unheard: 90.9 };
/** Percent of them. */
export const TRULY_SAD = 22;

/** Of the same, cut. */
export const CUT: Readonly<Record<Filled, readonly Measured[]>> = {
  pad: [
    { seconds: 0.5, ua: 58.5, calledSad: 37 },
    { seconds: 0.8, ua: 67.4, calledSad: 26 },
    { seconds: 1, ua: 70.1, calledSad: 25 },
    { seconds: 1.3, ua: 72.2, calledSad: 23 },
    { seconds: 1.6, ua: 73.4, calledSad: 21 },
  ],
  repeat: [
    { seconds: 0.5, ua: 61.4, calledSad: 13 },
    { seconds: 0.8, ua: 65.3, calledSad: 18 },
    { seconds: 1, ua: 74.2, calledSad: 18 },
    { seconds: 1.3, ua: 73.5, calledSad: 18 },
    { seconds: 1.6, ua: 72.6, calledSad: 19 },
  ],
  unheard: [
    { seconds: 0.5, ua: 66.1, calledSad: 7 },
    { seconds: 0.8, ua: 76.9, calledSad: 12 },
    { seconds: 1, ua: 77.6, calledSad: 13 },
    { seconds: 1.3, ua: 81.8, calledSad: 15 },
    { seconds: 1.6, ua: 84.9, calledSad: 18 },
  ],
};

const REMEDY: Readonly<Record<Filled, string>> = {
  pad: 'silence fills what is missing',
  repeat: 'it is repeated to fill what is missing',
  unheard: 'all of it is heard, and nothing in place of what is missing',
};

/** What is said of a recording that fills no segment, and what that does to the answer; undefined where it fills one. */
export function shortnessOf(seconds: number, fill: Filled, segmentSeconds = SEGMENT_SECONDS): string | undefined {
  if (seconds >= segmentSeconds) return undefined;
  const heard = `it lasts ${seconds.toFixed(2)} s, and the network hears ${segmentSeconds} s at a time: ${REMEDY[fill]}.`;
  if (segmentSeconds !== SEGMENT_SECONDS) return heard; // what that does was measured with 2 s
  const near = CUT[fill].reduce((a, b) => (Math.abs(b.seconds - seconds) < Math.abs(a.seconds - seconds) ? b : a));
  return `${heard} Answers for short recordings are less reliable: cut to ${near.seconds} s, recordings of EmoDB had a UA of ${near.ua.toFixed(1)} % in place of ${UNCUT[fill].toFixed(1)} %, and ${near.calledSad} % were called sad (${TRULY_SAD} % are).`;
}
