import { TRAIN_BATCH } from '../figures.ts';
import { runTogether } from '../together.ts';
import { DISCIPLINES, type Discipline, disciplinesOf, EVENTS, type Event, VARIANTS } from '../variants.ts';
import { type Contestant, fastest, nameOf, rateOf, type Tried, triedAgain } from './choice.ts';
import type { Notes } from './notes.ts';
import { measurePeer, peerTogether } from './peer.ts';
import type { RaceOptions } from './race.ts';

/** An opponent's best variants. */
export interface Opponent {
  readonly tried: readonly Tried[];
  readonly best: Readonly<Record<Event, Contestant>>;
}

/** The fastest variants of an event are tried again so often before one of them is chosen: a machine's speed comes and goes. */
const FINALISTS = 2;
const RUN_OFFS = 2;

/** How many trials an opponent with so many allocators takes. */
export const trialsOf = (allocators: number) =>
  VARIANTS.length + EVENTS.length * (FINALISTS * RUN_OFFS + allocators - 1);

/**
 * Tries all variants with the first allocator, the two fastest of each event again, and the faster of these with the other
 * allocators. To train together, the two fastest trainers on all threads are tried together: on one thread each, another may be faster.
 */
export async function tryVariants(opponent: string, options: RaceOptions, notes: Notes): Promise<Opponent> {
  const [first, ...others] = options.opponents[opponent]!;
  const tryOne = async (contestant: Contestant, events: readonly Event[], which = 'trial'): Promise<Tried> => {
    const outcomes = await notes.once(
      `${which} of PyTorch ${opponent}, ${nameOf(contestant)}: ${events.join(', ')}`,
      () => measure(contestant, events, options),
      tellOutcomes,
    );
    return { ...contestant, outcomes };
  };
  let tried: Tried[] = [];
  for (const variant of VARIANTS) tried.push(await tryOne({ variant, allocator: first! }, disciplinesOf(variant)));
  const best = {} as Record<Event, Contestant>;
  for (const event of [...DISCIPLINES, 'together'] as const) {
    const withFirst = () => tried.filter(({ allocator }) => allocator === first);
    const finalists = fastest(withFirst(), event === 'together' ? 'train' : event).slice(0, FINALISTS);
    for (let round = 1; round <= RUN_OFFS; round++)
      for (const { variant, allocator } of finalists) {
        const { outcomes } = await tryOne({ variant, allocator }, [event], `run-off ${round}`);
        tried = tried.map((one) =>
          one.variant === variant && one.allocator === allocator ? triedAgain(one, event, outcomes[event]!) : one,
        );
      }
    const finals = withFirst().filter(({ variant }) => finalists.some((finalist) => finalist.variant === variant));
    const [{ variant }] = fastest(finals, event);
    for (const allocator of others) tried.push(await tryOne({ variant, allocator }, [event]));
    const [{ allocator }] = fastest(
      tried.filter((one) => one.variant === variant),
      event,
    );
    best[event] = { variant, allocator };
  }
  return { tried, best };
}

async function measure(
  { variant, allocator }: Contestant,
  events: readonly Event[],
  { peer, threads, processes, windowSeconds }: RaceOptions,
): Promise<Tried['outcomes']> {
  const disciplines = events.filter((event): event is Discipline => event !== 'together');
  if (disciplines.length) return measurePeer(peer, variant, allocator, { measure: disciplines, threads, steps: 2 });
  const together = await runTogether(peerTogether(peer, variant, allocator, windowSeconds), processes).then(
    ({ segmentsPerSecond, peakRssMb }) => ({ seconds: [TRAIN_BATCH / segmentsPerSecond], peakRssMb }),
    (error: Error) => ({ failed: error.message }),
  );
  return { together };
}

const tellOutcomes = (outcomes: Tried['outcomes']) =>
  Object.entries(outcomes)
    .map(([event, outcome]) =>
      'failed' in outcome ? `failed: ${outcome.failed}` : rateOf(event as Event, outcome).toFixed(1),
    )
    .join(', ');
