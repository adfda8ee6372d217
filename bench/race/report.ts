import { BATCH, type Figures, figuresOf, median, round, TRAIN_BATCH } from '../figures.ts';
import { foldsPerHour } from '../folds.ts';
import type { Machine } from '../machine.ts';
import { COST } from '../suite/suite.ts';
import { type Discipline, EVENTS, type Event } from '../variants.ts';
import { type Lap, nameOf, rateOf, ratiosOf, type Tried } from './choice.ts';
import type { Measured, RaceOptions } from './race.ts';

/** One side of an event: medians over the pairs. */
interface Side {
  readonly segments_per_s: number;
  /** in `together` alone */
  readonly folds_per_hour?: number;
  /** of all processes */
  readonly peak_rss_mb: number;
  /** segments a second in each pair */
  readonly pairs: readonly number[];
}

interface OpponentSide extends Side {
  readonly variant: string;
  /** how many times as fast Attune is */
  readonly ratio: number;
  readonly ratio_min: number;
  readonly ratio_max: number;
  /** in each pair */
  readonly ratios: readonly number[];
}

export interface EventReport {
  readonly attune: Side;
  readonly opponents: Readonly<Record<string, OpponentSide>>;
  /** the fastest of the opponents: the one that counts */
  readonly strongest: string;
}

/** Segments a second, or `failed: ` and why. */
type TriedVariant = { readonly opponent: string; readonly variant: string } & {
  readonly [event in Event]?: number | string;
};

/** What `--peer --json` prints and `race.json` holds: Attune's figures as without a peer, then PyTorch's. */
export type Race = ReturnType<typeof raceOf>;

/** From what was measured. Attune's rates are medians over the pairs. */
export function raceOf(machine: Machine, command: string, options: RaceOptions, measured: Measured) {
  const { pairs, processes, windowSeconds, peer, opponents, missing } = options;
  const events = Object.fromEntries(EVENTS.map((event) => [event, eventOf(event, measured)])) as Record<
    Event,
    EventReport
  >;
  return {
    ...attuneFigures(machine, measured),
    command,
    pytorch: { ...peer.versions, ...headline(events) },
    race: {
      pairs,
      processes,
      window_s: windowSeconds,
      allocators: Object.fromEntries(
        Object.entries(opponents).map(([name, allocators]) => [name, allocators.map(({ name }) => name)]),
      ),
      missing_allocators: missing,
      events,
      variants: Object.entries(measured.opponents).flatMap(([opponent, { tried }]) => variantsOf(opponent, tried)),
    },
  };
}

/** A row for each variant, with what became of it in each event it was tried for. */
function variantsOf(opponent: string, tried: readonly Tried[]): TriedVariant[] {
  const rows = new Map<string, TriedVariant>();
  for (const { outcomes, ...contestant } of tried) {
    const variant = nameOf(contestant);
    const results = Object.entries(outcomes).map(([event, outcome]) => [
      event,
      'failed' in outcome ? `failed: ${withoutFolders(outcome.failed)}` : round(rateOf(event as Event, outcome)),
    ]);
    rows.set(variant, { opponent, variant, ...rows.get(variant), ...Object.fromEntries(results) });
  }
  return [...rows.values()];
}

/** Paths of this machine mean nothing elsewhere. */
const withoutFolders = (text: string) => text.replace(/\/(?:[^\s/'"]+\/)+/g, '');

function attuneFigures(machine: Machine, { laps, sgemmBefore, sgemmAfter, frontEnd }: Measured): Figures {
  const timing = (event: Discipline, segments: number) => ({
    seconds: laps[event].attune!.map(({ segmentsPerSecond }) => segments / segmentsPerSecond),
    peakRssMb: median(laps[event].attune!.map(({ peakRssMb }) => peakRssMb)),
  });
  const timings = {
    training: timing('train', TRAIN_BATCH),
    inference1: timing('infer1', 1),
    inference16: timing('infer16', BATCH),
  };
  return figuresOf(machine, { ...timings, sgemmBefore, sgemmAfter, frontEnd }, COST);
}

function eventOf(event: Event, { laps, opponents }: Measured): EventReport {
  const side = (of: readonly Lap[]): Side => {
    const rate = median(of.map(({ segmentsPerSecond }) => segmentsPerSecond));
    return {
      segments_per_s: round(rate),
      ...(event === 'together' && { folds_per_hour: round(foldsPerHour(rate)) }),
      peak_rss_mb: Math.round(median(of.map(({ peakRssMb }) => peakRssMb))),
      pairs: of.map(({ segmentsPerSecond }) => round(segmentsPerSecond)),
    };
  };
  const ours = laps[event].attune!;
  const sides = Object.entries(opponents).map(([name, { best }]) => {
    const theirs = laps[event][name]!;
    const ratios = ratiosOf(ours, theirs);
    return [
      name,
      {
        variant: nameOf(best[event]),
        ...side(theirs),
        ratio: round(ratios.median),
        ratio_min: round(ratios.min),
        ratio_max: round(ratios.max),
        ratios: ratios.each.map(round),
      },
    ] as const;
  });
  const strongest = sides.reduce((a, b) => (b[1].segments_per_s > a[1].segments_per_s ? b : a))[0];
  return { attune: side(ours), opponents: Object.fromEntries(sides), strongest };
}

/** The strongest opponent's figures in short. */
function headline(events: Readonly<Record<Event, EventReport>>) {
  const of = (event: Event) => events[event].opponents[events[event].strongest]!;
  return {
    train_segments_per_s: of('train').segments_per_s,
    train_ratio: of('train').ratio,
    infer_batch1_segments_per_s: of('infer1').segments_per_s,
    infer_batch1_ratio: of('infer1').ratio,
    infer_batch16_segments_per_s: of('infer16').segments_per_s,
    infer_batch16_ratio: of('infer16').ratio,
    folds_per_hour: of('together').folds_per_hour!,
    folds_per_hour_ratio: of('together').ratio,
    peak_rss_mb: of('train').peak_rss_mb,
  };
}
