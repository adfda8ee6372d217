import { intervalNote } from './bootstrap.ts';
import type { ComparedRun } from './compared-runs.ts';
import type { PairFigures, SystemFigures } from './comparison.ts';
import { groupBy } from './group.ts';
import { type Leak, leakNote, leakOf } from './leaks.ts';
import type { Prediction } from './prediction.ts';
import { sameFolds } from './same-utterances.ts';

/** What a reader must know of a comparison, a sentence or two each; warnings first. */
export function notesOf(
  systems: readonly (readonly ComparedRun[])[],
  figures: readonly SystemFigures[],
  pairs: readonly PairFigures[],
  { speakers, redrawn }: { speakers: number; redrawn: number },
): string[] {
  const { swaps, exact, smallestP } = pairs[0]!.wa;
  const swapped = `${exact ? 'all ' : ''}${swaps.toLocaleString('en')}${exact ? '' : ' drawn'} swaps`;
  const named = systems.flatMap((seeds, i) => seeds.map((run) => ({ ...run, system: figures[i]!.name })));
  const unknown = named.flatMap(({ run, options }) => (options ? [] : [run]));
  const tests = 2 * pairs.length;
  const several = figures.some(({ runs }) => runs.length > 1);
  return [
    ...leakNotes(named),
    ...divisionNotes(named),
    unknown.length > 0 && `No config.json tells the protocol and seed of ${unknown.join(', ')}.`,
    ...sharedModelNotes(named),
    `p: paired permutation test over speakers, two-sided, ${swapped}; the smallest possible p is ${shown(smallestP)}.`,
    `Corrected p: Holm's method over all ${tests} tests of this table, one for WA and one for UA of each pair; the smallest possible one is ${shown(Math.min(1, tests * smallestP))}. Intervals are not corrected.`,
    several &&
      'Figures of several seeds are means of their pooled figures; all seeds of a speaker are drawn and swapped together.',
    new Set(systems.map((seeds) => seeds.length)).size > 1 &&
      'The systems differ in their number of seeds. A mean of more seeds varies less, so a swap changes more than the system, and p is approximate.',
    `${capital(intervalNote(speakers))}.`,
    redrawn > 0 && `${redrawn} draws of speakers lacked a class and were drawn again.`,
  ].filter((note) => note !== false);
}

/** What a run leaks, by all that is known of it. */
export const leakOfRun = ({ options, manifest, predictions }: ComparedRun): Leak | undefined =>
  leakOf({
    protocol: options?.protocol,
    recordings: manifest?.recordings ?? predictions,
    audit: manifest?.audit,
  });

const leakNotes = (runs: readonly NamedRun[]) => {
  const notes = runs.flatMap((run) => {
    const leak = leakOfRun(run);
    return leak ? [leakNote(leak, `folds of ${run.system}`, 'its figures')] : [];
  });
  return [...new Set(notes)]; // one for all seeds of a system
};

interface NamedRun extends ComparedRun {
  readonly system: string;
}

/** Where runs were divided otherwise than the first one. */
function divisionNotes(runs: readonly NamedRun[]): string[] {
  const [first, ...others] = runs;
  const protocols = new Set(runs.flatMap(({ options }) => (options ? [options.protocol] : [])));
  const divided = others.filter(({ predictions }) => !sameFolds(first!.predictions, predictions));
  return [
    protocols.size > 1 &&
      `Protocols differ (${[...protocols].join(', ')}): part of a difference may come from what was trained on.`,
    divided.length > 0 &&
      `Folds differ from those of ${first!.run} in ${divided.map(({ run }) => run).join(', ')}: part of a difference may come from what was trained on.`,
  ].filter((note) => note !== false);
}

function sharedModelNotes(runs: readonly NamedRun[]): string[] {
  const shared = runs.map(({ predictions }) => mostSpeakers(predictions));
  const most = Math.max(...shared);
  if (most < 2) return [];
  const systems = [...new Set(runs.flatMap(({ system }, i) => (shared[i]! > 1 ? [system] : [])))].join(', ');
  return [
    `Folds of ${systems} test up to ${most} speakers with one model, so these speakers are not independent: p and the intervals hold for the models as they were trained, and say too little of how another training would differ.`,
  ];
}

/** The greatest number of speakers whom one fold tests. */
const mostSpeakers = (predictions: readonly Prediction[]): number =>
  Math.max(
    ...[...groupBy(predictions, ({ fold }) => fold).values()].map(
      (own) => new Set(own.map(({ speaker }) => speaker)).size,
    ),
  );

const shown = (p: number) => p.toPrecision(2);

const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1);
