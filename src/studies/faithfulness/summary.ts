import { drawSpeakers, FEWEST_SPEAKERS, type Interval, percentileInterval } from '../../statistics/bootstrap.ts';
import { mean, sum } from '../../statistics/confusion.ts';
import { permutationTest } from '../../statistics/permutation.ts';
import { areaUnder } from './curves.ts';
import { type CurvesByOrder, FILLS, type FillName, ORDERS, type OrderName } from './study.ts';

export const KINDS = ['deletion', 'insertion'] as const;
export type Kind = (typeof KINDS)[number];

/** What was measured of one utterance. */
export interface StudiedUtterance {
  readonly utterance: string;
  readonly speaker: string;
  readonly curves: Readonly<Record<FillName, CurvesByOrder>>;
}

/** The product map beside one rival, over utterances. */
export interface Contest {
  readonly fill: FillName;
  readonly kind: Kind;
  readonly rival: OrderName;
  /** mean area of the rival, logits */
  readonly area: number;
  /**
   * by how many logits the product map's area is the better one, a mean over utterances: the rival's less its own in deletion, where a
   * faithful order makes the logit fall early; its own less the rival's in insertion
   */
  readonly gain: number;
  /** 95 %, bootstrap over speakers; null below six of them */
  readonly interval: Interval | null;
  /** two-sided, paired permutation over speakers */
  readonly p: number;
  /** speakers whose mean gain is above 0 */
  readonly speakersWon: number;
  /** utterances whose gain is above 0 */
  readonly utterancesWon: number;
}

export interface FaithfulnessSummary {
  readonly utterances: number;
  readonly speakers: readonly string[];
  /** mean areas of the product map, logits */
  readonly product: readonly { readonly fill: FillName; readonly kind: Kind; readonly area: number }[];
  readonly contests: readonly Contest[];
  /** mean curves over utterances, `[steps + 1]` each */
  readonly curves: readonly {
    readonly fill: FillName;
    readonly kind: Kind;
    readonly order: OrderName;
    readonly logits: readonly number[];
  }[];
}

/**
 * Areas, and the product map against each rival: paired within utterances, resampled and swapped by whole speakers.
 *
 * @param studied at least one
 */
export function summarize(studied: readonly StudiedUtterance[], seed: number): FaithfulnessSummary {
  const speakers = [...new Set(studied.map(({ speaker }) => speaker))].sort();
  const settings = FILLS.flatMap((fill) => KINDS.map((kind) => ({ fill, kind })));
  const areas = (fill: FillName, kind: Kind, order: OrderName) =>
    studied.map(({ curves }) => areaUnder(curves[fill][order][kind]));
  return {
    utterances: studied.length,
    speakers,
    product: settings.map(({ fill, kind }) => ({ fill, kind, area: mean(areas(fill, kind, 'product')) })),
    contests: settings.flatMap(({ fill, kind }) =>
      ORDERS.slice(1).map((rival): Contest => {
        const [own, others] = [areas(fill, kind, 'product'), areas(fill, kind, rival)];
        const gains = own.map((area, i) => (kind === 'deletion' ? others[i]! - area : area - others[i]!));
        const bySpeaker = speakers.map((speaker) => gains.filter((_, i) => studied[i]!.speaker === speaker));
        return { fill, kind, rival, area: mean(others), ...contestOf(bySpeaker, seed) };
      }),
    ),
    curves: settings.flatMap((setting) => ORDERS.map((order) => meanCurve(studied, { ...setting, order }))),
  };
}

/** @param gains of the utterances of each speaker */
export function contestOf(gains: readonly (readonly number[])[], seed: number) {
  const counts = gains.map(({ length }) => length);
  const [sums, all] = [gains.map(sum), sum(counts)];
  const drawn =
    gains.length < FEWEST_SPEAKERS
      ? []
      : drawSpeakers(
          counts.map((count) => [count]),
          { seed },
        ).drawn;
  const pooled = (draw: readonly number[]) => sum(draw.map((i) => sums[i]!)) / sum(draw.map((i) => counts[i]!));
  return {
    gain: sum(sums) / all,
    interval: drawn.length ? percentileInterval(drawn.map(pooled)) : null,
    p: permutationTest(
      sums.map((total) => total / all),
      { seed },
    ).p,
    speakersWon: sums.filter((total) => total > 0).length,
    utterancesWon: gains.flat().filter((gain) => gain > 0).length,
  };
}

function meanCurve(
  studied: readonly StudiedUtterance[],
  place: { readonly fill: FillName; readonly kind: Kind; readonly order: OrderName },
) {
  const curves = studied.map((one) => one.curves[place.fill][place.order][place.kind]);
  return { ...place, logits: curves[0]!.map((_, step) => mean(curves.map((curve) => curve[step]!))) };
}

/**
 * Whether the product map may be called more faithful than a rival: with both fills, in deletion and in insertion, the whole interval
 * lies above 0 and p is below 0.05. All four must hold, so that none needs a correction for their number (intersection-union test:
 * Berger 1982, Multiparameter Hypothesis Testing and Acceptance Sampling, Technometrics 24).
 */
export const beats = (contests: readonly Contest[], rival: OrderName): boolean =>
  contests
    .filter((contest) => contest.rival === rival)
    .every(({ interval, p }) => interval && interval.low > 0 && p < 0.05);
