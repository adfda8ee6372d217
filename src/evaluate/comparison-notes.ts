import { type Leak, leakOf, type Marks, markNotes, outsideNote } from '../corpus/leaks.ts';
import { contaminationOf } from '../run/marks.ts';
import { FEWEST_SPEAKERS, intervalNote } from '../statistics/bootstrap.ts';
import { groupBy } from '../statistics/group.ts';
import { jackknifeNote } from '../statistics/jackknife.ts';
import type { Prediction } from '../statistics/prediction.ts';
import type { ComparedRun } from './compared-runs.ts';
import type { Comparison } from './comparison.ts';
import { nameOf } from './primary.ts';
import { sameFolds } from './same-utterances.ts';
import { ALPHA } from './verdict.ts';

/** What a reader must know of a comparison, a sentence or two each; warnings first. */
export function notesOf(
  systems: readonly (readonly ComparedRun[])[],
  comparison: Omit<Comparison, 'notes'>,
  { asked, names }: { readonly asked: boolean; readonly names: readonly string[] },
): string[] {
  const { systems: figures, speakers, redrawn } = comparison;
  const named = systems.flatMap((seeds, i) => seeds.map((run) => ({ ...run, system: names[i]! })));
  const unknown = named.flatMap(({ run, options }) => (options ? [] : [run]));
  const tested = comparison.pairs.some(({ wa, ua }) => wa.test || ua.test);
  const drawn = figures.some(({ wa }) => wa.interval);
  const several = figures.some(({ runs }) => runs.length > 1);
  return [
    ...markNotesOf(named),
    ...divisionNotes(named),
    unknown.length > 0 && `No config.json tells the protocol and seed of ${unknown.join(', ')}.`,
    ...sharedModelNotes(named),
    ...primaryNotes(comparison),
    !asked &&
      figures.length > 2 &&
      'Before you look, name one or a few comparisons as primary, such as A:B for UA of B - A.',
    several &&
      'Figures of several seeds are means of their pooled figures; all seeds of a speaker are drawn, left out and swapped together.',
    new Set(systems.map((seeds) => seeds.length)).size > 1 &&
      `The systems differ in their number of seeds. A mean of more seeds varies less${tested ? ', so a swap changes more than the system, and p is approximate' : ''}.`,
    `${capital(intervalNote(speakers, drawn))}.`,
    speakers >= FEWEST_SPEAKERS && `${capital(jackknifeNote(speakers))}. Neither interval ranks anything.`,
    figures.some(({ wa, ua }) => wa.jackknife && !ua.jackknife) &&
      'One speaker alone has a class, so there is no jackknife-t interval of UA.',
    drawn && redrawn > 0 && `${redrawn} draws of speakers lacked a class and were drawn again.`,
  ].filter((note) => note !== false);
}

/** What is said where nothing is tested. */
export const NOTHING_PRIMARY =
  'No comparison of this table is primary: all are descriptive, none is tested, none ranks.';

/** What is tested, what is not, and how. */
function primaryNotes({ primary, pairs }: Omit<Comparison, 'notes'>): string[] {
  const [test] = pairs.flatMap(({ wa, ua }) => [wa, ua].flatMap(({ test }) => test ?? []));
  if (!test) return [NOTHING_PRIMARY];
  const { swaps, exact, smallestP } = test;
  const swapped = `${exact ? 'all ' : ''}${swaps.toLocaleString('en')}${exact ? '' : ' drawn'} swaps`;
  const least = Math.min(1, primary.length * smallestP);
  const remedy = smallestP < ALPHA ? 'name fewer' : 'it takes more speakers';
  const beyond = least < ALPHA ? '' : `, so that the least of them cannot be called better: ${remedy}`;
  return [
    `Primary: ${primary.map(nameOf).join(', ')}. All other comparisons are descriptive, and rank nothing.`,
    `p: paired permutation test over speakers, two-sided, ${swapped}; the smallest possible p is ${shown(smallestP)}.`,
    `Corrected p: Holm's method over ${primary.length === 1 ? 'the primary comparison' : `the ${primary.length} primary comparisons`}; the smallest possible one is ${shown(least)}${beyond}. "Better" takes one below ${ALPHA}.`,
  ];
}

/** What a run leaks, by all that is known of it. */
export const leakOfRun = ({ options, manifest, predictions }: ComparedRun): Leak | undefined =>
  leakOf({
    protocol: options?.protocol,
    recordings: manifest?.recordings ?? predictions,
    audit: manifest?.audit,
  });

/** What is not known of what a run's system has heard. */
export const contaminationOfRun = ({ options, contamination }: ComparedRun): Pick<Marks, 'contamination'> =>
  contamination ? { contamination } : options ? contaminationOf(options) : {};

const markNotesOf = (runs: readonly NamedRun[]) => {
  const notes = runs.flatMap((run) => {
    const leaks = leakOfRun(run);
    const marks = { ...(leaks && { leaks }), ...(!run.contamination && contaminationOfRun(run)) };
    const outside = run.contamination ? [outsideNote(run.system, 'its figures')] : [];
    return [...markNotes(marks, `folds of ${run.system}`, 'its figures'), ...outside];
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
