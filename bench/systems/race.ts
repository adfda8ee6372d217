import { AttuneError } from '../../src/errors.ts';
import { median } from '../figures.ts';
import type { Task } from '../measurements.ts';
import { inOwnProcess } from '../own-process.ts';
import { type Contestant, fastest, nameOf, type Tried } from '../race/choice.ts';
import { findPeer, measurePeer, type Peer } from '../race/peer.ts';
import { AS_INSTALLED, DISCIPLINES, type Discipline, disciplinesOf, VARIANTS, type Variant } from '../variants.ts';

export interface RaceOptions {
  readonly python: string;
  readonly threads: number;
  /** how often each runs */
  readonly pairs: number;
  /** timed steps of training a process, inference in proportion */
  readonly steps: number;
  /** PyTorch's ways that are tried */
  readonly variants: readonly Variant[];
}

/** The network has no batch norm that could be folded. */
export const CNN_LSTM_VARIANTS = VARIANTS.filter(({ mode }) => mode !== 'folded');

/** Attune's CNN-LSTM and PyTorch's, in turn. */
export interface RaceResult {
  readonly torch: string;
  readonly python: string;
  readonly events: readonly RacedEvent[];
}

export interface RacedEvent {
  readonly event: Discipline;
  /** of PyTorch, the fastest of all when each was tried once */
  readonly variant: string;
  /** segments a second in each pair */
  readonly attune: readonly number[];
  readonly pytorch: readonly number[];
  /** of Attune's to PyTorch's, pair by pair */
  readonly ratio: { readonly median: number; readonly min: number; readonly max: number };
}

const NETWORK = 'cnn-lstm';
/** Segments a repetition, in training the system's own batch; the peer's script has the same. */
const SEGMENTS: Readonly<Record<Discipline, number>> = { train: 32, infer1: 1, infer16: 16 };

/**
 * Lets PyTorch try its variants once each, then Attune and its fastest one run in turn, event by event.
 *
 * @throws AttuneError `run` where there is no PyTorch, or a measurement fails
 */
export async function raceCnnLstm(options: RaceOptions): Promise<RaceResult> {
  const peer = await findPeer(options.python);
  const tried: Tried[] = [];
  for (const variant of options.variants) {
    const contestant = { variant, allocator: AS_INSTALLED };
    tried.push({ ...contestant, outcomes: await outcomesOf(peer, contestant, disciplinesOf(variant), options) });
    tell(`trial of PyTorch, ${nameOf(contestant)}`);
  }
  const events: RacedEvent[] = [];
  for (const event of DISCIPLINES) events.push(await raceFor(event, fastest(tried, event)[0], peer, options));
  return { ...peer.versions, events };
}

async function raceFor(
  event: Discipline,
  contestant: Contestant,
  peer: Peer,
  options: RaceOptions,
): Promise<RacedEvent> {
  const [attune, pytorch]: [number[], number[]] = [[], []];
  for (let pair = 1; pair <= options.pairs; pair++) {
    attune.push(SEGMENTS[event] / median((await inOwnProcess(taskOf(event, options))).seconds));
    const { [event]: outcome } = await outcomesOf(peer, contestant, [event], options);
    if (!outcome || 'failed' in outcome)
      throw new AttuneError('run', `PyTorch in ${nameOf(contestant)}: ${outcome?.failed ?? 'measured nothing'}`);
    pytorch.push(SEGMENTS[event] / median(outcome.seconds));
    tell(`${event}, pair ${pair} of ${options.pairs}: ${attune.at(-1)!.toFixed(2)} and ${pytorch.at(-1)!.toFixed(2)}`);
  }
  const each = attune.map((rate, i) => rate / pytorch[i]!);
  const ratio = { median: median(each), min: Math.min(...each), max: Math.max(...each) };
  return { event, variant: nameOf(contestant), attune, pytorch, ratio };
}

const outcomesOf = (
  peer: Peer,
  { variant, allocator }: Contestant,
  measure: readonly Discipline[],
  { threads, steps }: RaceOptions,
) => measurePeer(peer, variant, allocator, { measure, threads, steps, network: NETWORK });

/** As many repetitions as the peer's script makes. */
function taskOf(event: Discipline, { threads, steps }: RaceOptions): Task {
  const [what, times] = { train: ['training', 1], infer1: ['inference', 60], infer16: ['inference', 6] }[event] as [
    Task['what'],
    number,
  ];
  return { what, threads, repetitions: times * steps, batch: SEGMENTS[event], network: NETWORK };
}

const tell = (line: string) => process.stderr.write(`${line}\n`);
