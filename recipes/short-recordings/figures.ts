import { EMOTIONS } from '../../src/corpus/emotions.ts';
import type { Interval } from '../../src/statistics/bootstrap.ts';
import { calibrationOf } from '../../src/statistics/calibration.ts';
import { confusionOf, mean, scoresOf } from '../../src/statistics/confusion.ts';
import { hitsOf } from '../../src/statistics/hits.ts';
import { jackknifeAccuracies } from '../../src/statistics/jackknife.ts';
import type { Prediction } from '../../src/statistics/prediction.ts';
import { predictionsAt, type ScoredUtterance } from '../../src/statistics/temperature.ts';
import { LENGTHS } from '../shared/cuts.ts';
import { FILLS, type Fill } from './fills.ts';
import { CUTS, type Cut, type ShortScore } from './scores.ts';

/** What comes of one way of filling recordings of one length. */
export interface ShortFigures {
  readonly utterances: number;
  /** pooled, [0, 1] */
  readonly wa: number;
  readonly ua: number;
  /** share of the answers that are `sad`, and of the recordings that are, [0, 1] */
  readonly calledSad: number;
  readonly trulySad: number;
  /** nats, at the temperature given */
  readonly nll: number;
}

/** A way for each length. */
export type ByCut = Readonly<Partial<Record<Cut, ShortFigures>>>;

/** Mean UA over the lengths that recordings were cut down to, by fill: what is chosen by. */
export type Criterion = Readonly<Partial<Record<Fill, number>>>;
type Scores = readonly ShortScore[];

/** What comes of the fills in the networks of one run, and which is chosen. */
export interface Choice {
  /** of all speakers, by fill and cut */
  readonly fills: Readonly<Partial<Record<Fill, ByCut>>>;
  /** of all recordings as they are, those under 2 s filled */
  readonly uncut: Readonly<Partial<Record<Fill, ShortFigures>>>;
  /** of the recordings of 2 s and more alone: as they are, and cut */
  readonly long: { readonly uncut: ShortFigures; readonly fills: Readonly<Partial<Record<Fill, ByCut>>> };
  readonly criterion: Criterion;
  /** the fill of the greatest criterion */
  readonly chosen: Fill;
  /** what the other speakers choose for each */
  readonly chosenFor: Readonly<Record<string, Fill>>;
  /** each speaker filled as the others choose */
  readonly nested: ByCut;
  /** the criterion of that less the one of zeros after it, with its 95 % jackknife-t interval over speakers */
  readonly gain: { readonly ua: number; readonly interval: Interval | null };
}

const lengths = LENGTHS.map((seconds) => `${seconds}` as const);

/**
 * Chooses a fill by all speakers, and for each speaker by the others, whom the figures of that choice are then of.
 *
 * @param recorded every recording as it is
 */
export function choose(scores: Scores, recorded: readonly ScoredUtterance[], temperature: number): Choice {
  const speakers = [...new Set(scores.map(({ speaker }) => speaker))].sort();
  const others = (own: string) => scores.filter(({ speaker }) => speaker !== own);
  const chosenFor = Object.fromEntries(speakers.map((own) => [own, best(criterionOf(others(own)))]));
  const nested = scores.filter(({ speaker, fill }) => fill === chosenFor[speaker]);
  const criterion = criterionOf(scores);
  const short = new Set(ofCut(scores, 'whole').map(({ utterance }) => utterance));
  const long = <T extends ScoredUtterance>(all: readonly T[]) => all.filter(({ utterance }) => !short.has(utterance));
  const byFill = (own: Scores) =>
    Object.fromEntries(fillsOf(own).map((fill) => [fill, byCut(withFill(own, fill), temperature)]));
  return {
    fills: byFill(scores),
    long: { uncut: figuresOf(predictionsAt(long(recorded), EMOTIONS, temperature)), fills: byFill(long(scores)) },
    uncut: Object.fromEntries(
      fillsOf(scores).map((fill) => [
        fill,
        uncutFigures(ofCut(withFill(scores, fill), 'whole'), recorded, temperature),
      ]),
    ),
    ...{ criterion, chosen: best(criterion), chosenFor, nested: byCut(nested, temperature) },
    gain: gainOf(nested, withFill(scores, 'pad')),
  };
}

const fillsOf = (scores: Scores) =>
  (Object.keys(FILLS) as Fill[]).filter((fill) => scores.some((score) => score.fill === fill));
const withFill = (scores: Scores, fill: Fill) => scores.filter((score) => score.fill === fill);
const ofCut = (scores: Scores, cut: Cut) => scores.filter((score) => score.cut === cut);

const criterionOf = (scores: Scores): Criterion =>
  Object.fromEntries(fillsOf(scores).map((fill) => [fill, meanUa(withFill(scores, fill))]));

/** Mean UA over the lengths. */
const meanUa = (scores: Scores) =>
  mean(lengths.map((cut) => scoresOf(confusionOf(predictionsAt(ofCut(scores, cut), EMOTIONS, 1), EMOTIONS)).ua));

/** Of equals the first, which is the simpler. */
const best = (criterion: Criterion): Fill =>
  (Object.entries(criterion) as [Fill, number][]).reduce((a, b) => (b[1] > a[1] ? b : a))[0];

/** Figures of each length at this temperature. */
export function byCut(scores: Scores, temperature: number): ByCut {
  const found = CUTS.flatMap((cut) => {
    const own = ofCut(scores, cut);
    return own.length ? [[cut, figuresOf(predictionsAt(own, EMOTIONS, temperature))] as const] : [];
  });
  return Object.fromEntries(found);
}

function uncutFigures(filled: Scores, recorded: readonly ScoredUtterance[], temperature: number): ShortFigures {
  const short = new Map(filled.map((score) => [score.utterance, score]));
  return figuresOf(
    predictionsAt(
      recorded.map((score) => short.get(score.utterance) ?? score),
      EMOTIONS,
      temperature,
    ),
  );
}

function figuresOf(predictions: readonly Prediction[]): ShortFigures {
  const { wa, ua } = scoresOf(confusionOf(predictions, EMOTIONS));
  const share = (key: 'predicted' | 'emotion') => mean(predictions.map((one) => Number(one[key] === 'sad')));
  const { nll } = calibrationOf(predictions);
  return { utterances: predictions.length, wa, ua, calledSad: share('predicted'), trulySad: share('emotion'), nll };
}

/** Mean over the lengths of the gain in UA; UA is linear in the hits of each length, so one interval can be of all. */
function gainOf(nested: Scores, padded: Scores): Choice['gain'] {
  const parts = lengths.map((cut) => {
    const [own, before] = [nested, padded].map((scores) =>
      hitsOf(predictionsAt(ofCut(scores, cut), EMOTIONS, 1), EMOTIONS),
    );
    return { supports: own!.supports, hits: own!.hits.map((row, s) => row.map((n, c) => n - before!.hits[s]![c]!)) };
  });
  const join = (key: 'supports' | 'hits') => parts[0]![key].map((_, s) => parts.flatMap((part) => part[key][s]!));
  const { ua: interval } = jackknifeAccuracies(join('hits'), join('supports'), -1);
  return { ua: meanUa(nested) - meanUa(padded), interval };
}
