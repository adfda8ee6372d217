import { SEGMENT_SECONDS } from '../features/segments.ts';
import type { Explanation } from './explanation.ts';
import { overTime } from './grid.ts';
import { clockAt, endsEarly, soundSeconds } from './map-time.ts';
import type { PanelName } from './panel-names.ts';
import { fixed, shortened } from './words.ts';

/** A part of a picture, however it is drawn. */
export interface Part {
  readonly title: string;
  /** a line below the title */
  readonly meaning: string;
  /** `[rows x columns]` */
  readonly values: Float32Array;
  /** what the values are */
  readonly unit: string;
  /** whether values lie on both sides of 0, and their sign says something */
  readonly signed: boolean;
  /** seconds at the left and the right edge: of the recording's clock, as it would be without gaps in the segment */
  readonly seconds: readonly [number, number];
  /** where the recording ends, in those seconds; empty where it goes on */
  readonly ends: readonly number[];
  /** where gaps are left out, in those seconds */
  readonly gaps: readonly number[];
  /** what the recording's clock shows then; absent: the same */
  readonly clock?: (seconds: number) => string;
}

/** The part of each name. */
export function partOf(name: PanelName, explanation: Explanation): Part {
  const { maps } = explanation;
  const { start, gaps = [] } = maps;
  return {
    ...PARTS[name](explanation),
    seconds: [start, start + SEGMENT_SECONDS],
    ends: endsEarly(explanation) ? [start + soundSeconds(explanation)] : [],
    gaps: gaps.map(({ at }) => start + at),
    ...(gaps.length > 0 && { clock: (seconds: number) => clockAt(maps, seconds - start).toFixed(2) }),
  };
}

const PARTS: Record<PanelName, (explanation: Explanation) => Omit<Part, 'seconds' | 'ends' | 'gaps' | 'clock'>> = {
  spectrogram: ({ maps, grid }) => ({
    title: overTime(grid) ? 'The sound' : 'What the network hears',
    ...{ meaning: 'spectrogram: dark is loud', unit: 'loudness (mu-law)', signed: false },
    values: inSteps(maps.spectrogram),
  }),
  'bottom-up': ({ maps, grid, meaning }) => ({
    title: 'Where it attends',
    ...(meaning.softmax
      ? {
          ...{ values: maps.bottomUp.map((share) => 100 * share), unit: '% of all attention', signed: false },
          meaning: `bottom-up map, the same for every class; 90 % lies in ${cellsOf(maps.bottomUp, 0.9)} of ${countOf(maps)} ${nounOf(grid)}s`,
        }
      : {
          ...{ values: maps.bottomUp, unit: 'weight', signed: true },
          meaning: 'bottom-up map, the same for every class',
        }),
  }),
  'top-down': ({ maps, emotion, grid }) => ({
    title: `What it takes for ${shortened(emotion)}`,
    meaning: `top-down map: red speaks for ${shortened(emotion)}, blue against`,
    ...{ values: maps.topDown[emotion]!, unit: `score of the ${nounOf(grid)}`, signed: true },
  }),
  product: ({ maps, emotion, grid, meaning, recognition, segment }) => ({
    title: `Where the score for ${shortened(emotion)} comes from`,
    meaning: `attention times top-down map; ${nounOf(grid)}s ${meaning.score === 'sum' ? 'add up' : 'average'} to the logit, ${fixed(recognition.segments[segment]!.logits[emotion]!)}`,
    ...{ values: maps.product[emotion]!, unit: 'part of the logit', signed: true },
  }),
};

const nounOf = (grid: Explanation['grid']) => (overTime(grid) ? 'frame' : 'cell');

/** A spectrogram in steps of 1/32, which the eye does not tell apart: noise is what makes a picture's file large. */
const inSteps = (spectrogram: Float32Array) => spectrogram.map((value) => Math.round(32 * value) / 32);

/** How many of the greatest values it takes to make up a share of them all. */
function cellsOf(map: Float32Array, share: number): number {
  const sorted = map.slice().sort().reverse();
  let [cells, sum] = [0, 0];
  while (sum < share && cells < sorted.length) sum += sorted[cells++]!;
  return cells;
}

/** How many cells are heard, and said to be where some are not. */
function countOf({ bottomUp, heard }: Explanation['maps']): string {
  const count = heard ? heard.reduce((sum, value) => sum + value, 0) : bottomUp.length;
  return count < bottomUp.length ? `${count} heard` : `${count}`;
}
