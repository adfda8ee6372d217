import type { ShortInUse } from '../features/front-end.ts';
import { SEGMENT_SECONDS } from '../features/segments.ts';

/** How the default weights' recipe does on recordings that are cut to a length: percent, of speakers that its networks never heard. */
interface Measured {
  readonly seconds: number;
  /** unweighted accuracy */
  readonly ua: number;
  /** share of the answers that are `sad` */
  readonly calledSad: number;
}

/** Of the 260 recordings of EmoDB that fill a segment, uncut (results/short-recordings). */
export const UNCUT = { ua: 75.0, trulySad: 22 } as const;

/** Of the same, cut. */
export const CUT: Readonly<Record<ShortInUse, readonly Measured[]>> = {
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
};

const REMEDY: Readonly<Record<ShortInUse, string>> = { pad: 'silence was added', repeat: 'it was repeated' };

/** What is said of a recording that fills no segment, and what that does to the answer; undefined where it fills one. */
export function shortnessOf(seconds: number, fill: ShortInUse): string | undefined {
  if (seconds >= SEGMENT_SECONDS) return undefined;
  const near = CUT[fill].reduce((a, b) => (Math.abs(b.seconds - seconds) < Math.abs(a.seconds - seconds) ? b : a));
  return [
    `it lasts ${seconds.toFixed(2)} s, and the network hears ${SEGMENT_SECONDS} s at a time; ${REMEDY[fill]} to fill them.`,
    `With longer recordings of EmoDB cut to ${near.seconds} s, the UA of the default weights' recipe falls from ${UNCUT.ua.toFixed(1)} to ${near.ua.toFixed(1)} %,`,
    `and ${near.calledSad} % are called sad, where ${UNCUT.trulySad} % are.`,
  ].join(' ');
}
