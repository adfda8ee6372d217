import { AttuneError } from '../errors.ts';
import { formOf } from '../json.ts';
import { clipped } from '../text.ts';
import { byCodeUnits, type Labelled } from './adapter.ts';
import { CLASS, type ClassChoice, sameClasses } from './classes.ts';
import { EMOTIONS } from './emotions.ts';
import { IGNORED, keyOf, type LabelMap, type LabelOptions } from './labels.ts';
import { nameKey } from './spelling.ts';

/** One of the corpus's own labels as it was met. */
export interface MetLabel {
  /** as it was first written */
  readonly label: string;
  /** as it names a class: of its spellings the most frequent, of equally frequent ones the first by code units */
  readonly spelling: string;
  /** the class that the adapter or the user takes it for, `ignored`, or undefined where nobody has said */
  readonly meaning: string | undefined;
  readonly readings: readonly Labelled[];
}

/** Labels by their key. */
export type MetLabels = ReadonlyMap<string, MetLabel>;

/** Which classes are read, and the class of each label. */
export interface ChosenClasses {
  /** in order */
  readonly classes: readonly string[];
  /** by the label's key: its class, or why its recordings are left out */
  readonly of: (key: string) => { readonly emotion: string } | { readonly leftOut: string };
  /** what could be a class, but is left out since one speaker alone has it */
  readonly alone?: readonly string[];
}

/** What is to be chosen from. */
export interface Choosing {
  readonly met: MetLabels;
  readonly map: LabelMap;
  readonly wanted: LabelOptions;
}

/** A class with fewer speakers cannot be both trained on and tested with whole speakers apart. */
export const LEAST_SPEAKERS = 2;

/** What Attune answers beside classes. */
const RESERVED = ['uncertain', 'no speech', IGNORED];

/**
 * Chooses classes among the labels that a corpus bears.
 *
 * @param choice absent: the four, unless the user maps labels on other names, which then are the classes
 * @throws AttuneError `usage` where the corpus lacks a wanted class, one is named twice or is of one speaker alone, or fewer than two are left;
 *   `corpus` where nobody has said what a label means, or one cannot name a class
 */
export function chooseClasses(choosing: Choosing, choice?: ClassChoice): ChosenClasses {
  const named = Object.keys(choosing.wanted).filter((name) => name !== IGNORED);
  const isOfFour = (name: string) => (EMOTIONS as readonly string[]).includes(name);
  if (choice === 'all') return all(choosing);
  if (choice === undefined && !named.every(isOfFour)) return listed(choosing, named);
  if (typeof choice === 'object' && !sameClasses(choice, EMOTIONS)) return listed(choosing, choice);
  return four(choosing, named);
}

function four({ met }: Choosing, named: readonly string[]): ChosenClasses {
  refuseOtherNames(named, EMOTIONS);
  const unknown = [...met.values()].filter(({ meaning }) => meaning === undefined);
  if (unknown.length) throw withoutMeaning(unknown);
  return assigned(met, EMOTIONS, ({ meaning }) => meaning);
}

/** A label that nobody has given a meaning is a class of its own. */
const ownClass = ({ meaning, spelling }: MetLabel): string => meaning ?? spelling;

function all({ met }: Choosing): ChosenClasses {
  const found = [...new Set([...met.values()].map(ownClass))].filter((name) => name !== IGNORED);
  const enough = found.filter((name) => speakersOf(met, name, ownClass).size >= LEAST_SPEAKERS);
  const first = EMOTIONS.filter((name) => enough.includes(name));
  const others = enough.filter((name) => !(first as readonly string[]).includes(name)).sort(byCodeUnits);
  const chosen = assigned(met, checked([...first, ...others]), ownClass);
  const alone = found.filter((name) => !enough.includes(name)).sort(byCodeUnits);
  return {
    ...chosen,
    alone,
    of: (key) => (alone.includes(ownClass(met.get(key)!)) ? { leftOut: ', of one speaker alone' } : chosen.of(key)),
  };
}

function listed({ met, map, wanted }: Choosing, list: readonly string[]): ChosenClasses {
  const known = [...new Set([...met.values()].flatMap(({ meaning }) => meaning ?? []))];
  const single = new Map<string, string>(); // labels that are asked for by themselves
  const names = list.map((entry) => {
    const given = [...Object.keys(wanted), ...known].find((name) => keyOf(name) === keyOf(entry) && name !== IGNORED);
    if (given !== undefined) return given;
    const key = keyOf(map(entry).name);
    const own = met.get(key);
    if (own) {
      const alike = [...met.values()].filter(({ meaning }) => meaning !== undefined && meaning === own.meaning);
      const name = alike.length === 1 && own.meaning !== IGNORED ? own.meaning! : own.spelling;
      single.set(key, name);
      return name;
    }
    throw new AttuneError('usage', `no recording is of class ${clipped(entry)}; the corpus has ${countedClasses(met)}`);
  });
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new AttuneError('usage', `class ${twice} is named twice: name it once`);
  refuseOtherNames(
    Object.keys(wanted).filter((name) => name !== IGNORED),
    names,
  );
  const classOf = (label: MetLabel) => single.get(keyOf(label.label)) ?? label.meaning;
  for (const name of checked(names)) {
    const [only, ...more] = speakersOf(met, name, classOf);
    if (!more.length)
      throw new AttuneError(
        'usage',
        `class ${name} is of one speaker alone, ${only}, so that nothing could be trained on it and tested too: leave it out, or put its labels to another class`,
      );
  }
  return assigned(met, names, classOf);
}

/** For a corpus that is only tested: it may lack classes, and have them of one speaker alone. */
export function classesToTest(choosing: Choosing, classes: readonly string[]): ChosenClasses {
  const { met, wanted } = choosing;
  const named = Object.keys(wanted).filter((name) => name !== IGNORED);
  if (sameClasses(classes, EMOTIONS)) return four(choosing, named);
  refuseOtherNames(named, classes);
  const same = (spelling: string) => classes.find((name) => keyOf(name) === keyOf(spelling));
  return assigned(met, classes, ({ meaning, spelling }) =>
    meaning === undefined || !classes.includes(meaning) ? (meaning === IGNORED ? meaning : same(spelling)) : meaning,
  );
}

/** Labels of other than these classes are left out. */
const assigned = (
  met: MetLabels,
  classes: readonly string[],
  classOf: (label: MetLabel) => string | undefined,
): ChosenClasses => ({
  classes,
  of(key) {
    const emotion = classOf(met.get(key)!);
    return emotion !== undefined && classes.includes(emotion) ? { emotion } : { leftOut: '' };
  },
});

/** Who speaks in a class; a recording that does not tell is somebody's own, and is refused later. */
function speakersOf(met: MetLabels, name: string, classOf: (label: MetLabel) => string | undefined): Set<string> {
  const own = [...met.values()].filter((label) => classOf(label) === name).flatMap(({ readings }) => readings);
  return new Set(own.map(({ speaker, file }) => (typeof speaker === 'string' ? nameKey(speaker) : file)));
}

function checked(names: readonly string[]): readonly string[] {
  for (const name of names)
    if ('fault' in formOf(name, CLASS) || RESERVED.includes(name))
      throw new AttuneError(
        'corpus',
        `label "${clipped(name)}" cannot name a class: expected 1 to 100 characters without control characters, and none of ${RESERVED.join(', ')}. Give it to a class of another name, or leave it out as ignored`,
      );
  if (names.length >= 2) return names;
  throw new AttuneError(
    'usage',
    `expected two classes or more, each of ${LEAST_SPEAKERS} speakers or more, got ${names.length ? `${names[0]} alone` : 'none'}`,
  );
}

function refuseOtherNames(named: readonly string[], classes: readonly string[]): void {
  const other = named.find((name) => !classes.includes(name));
  if (other !== undefined)
    throw new AttuneError(
      'usage',
      `labels are given to ${clipped(other)}, which is none of the classes ${classes.join(', ')}: name it among the classes, or leave it out`,
    );
}

const counted = (labels: Iterable<MetLabel>) =>
  [...labels].map(({ label, readings }) => `${label} (${readings.length})`).join(', ');

/** The classes that could be had, and from how many recordings. */
function countedClasses(met: MetLabels): string {
  const counts = new Map<string, number>();
  for (const label of met.values()) {
    const name = ownClass(label);
    if (name !== IGNORED) counts.set(name, (counts.get(name) ?? 0) + label.readings.length);
  }
  return [...counts].map(([name, count]) => `${name} (${count})`).join(', ') || 'none';
}

/** A wanted label that no recording bears is most likely misspelt. */
export function refuseAbsent({ wanted, map, met }: Choosing): void {
  for (const label of Object.values(wanted).flat())
    if (!met.has(keyOf(map(label).name)))
      throw new AttuneError(
        'usage',
        `no recording is labelled ${label}, which \`labels\` names; labels found: ${counted(met.values()) || 'none'}`,
      );
}

function withoutMeaning(unknown: readonly MetLabel[]): AttuneError {
  const [{ source, label }] = unknown[0]!.readings as [Labelled];
  return new AttuneError(
    'corpus',
    `${source}: nobody has said what label "${label}" means. Labels without a meaning: ${counted(unknown)}. ` +
      `Say which of neutral, happy, angry and sad one is, as in \`labels\` "happy=..."; leave the others out with \`labels\` "ignored=${unknown.map((use) => use.label).join(',')}"; or make each label a class of its own with \`classes\` all`,
  );
}
