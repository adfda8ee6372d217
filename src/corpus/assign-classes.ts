import { byCodeUnits, type Labelled } from './adapter.ts';
import { chooseClasses, classesToTest, type MetLabel, refuseAbsent } from './class-choice.ts';
import type { ClassChoice } from './classes.ts';
import { keyOf, type LabelMap, type LabelNames, type LabelOptions, labelMap } from './labels.ts';

/** How often one of the corpus's own labels was met, and what it was taken for: nothing where it is left out. */
export interface LabelUse {
  readonly label: string;
  /** the class */
  readonly emotion?: string;
  readonly recordings: number;
}

/** What of labels the user says, or the run that a corpus is to test. */
export interface Wanted {
  readonly labels?: LabelOptions;
  readonly classes?: ClassChoice;
  /** those that were learned, in order, where the corpus is only tested */
  readonly learned?: readonly string[];
}

/**
 * Gives every reading its class. A label that nobody has given a meaning is an error where the classes are the four of the paper: it may be
 * a slip of the pen, or the corpus's word for one of them.
 *
 * @returns the classes in order; the readings of them; the others counted by reason; how often each label was met, in the order of the
 *   classes; and what could be a class but is of one speaker alone
 * @throws AttuneError as `chooseClasses` does; `usage` for a wanted label that no reading bears
 */
export function assignClasses<Reading extends Labelled>(
  readings: readonly Reading[],
  names: LabelNames,
  { labels: wanted = {}, classes: choice, learned }: Wanted = {},
) {
  const map = labelMap(names, wanted);
  const met = metLabels(readings, map);
  const choosing = { met, map, wanted };
  refuseAbsent(choosing);
  const { classes, of, alone } = learned ? classesToTest(choosing, learned) : chooseClasses(choosing, choice);
  const used: { reading: Reading; emotion: string }[] = [];
  const leftOut: Record<string, number> = {};
  for (const reading of readings) {
    const { name } = map(reading.label);
    const found = of(keyOf(name));
    if ('emotion' in found) used.push({ reading, emotion: found.emotion });
    else {
      const reason = `emotion is ${name}${found.leftOut}`;
      leftOut[reason] = (leftOut[reason] ?? 0) + 1;
    }
  }
  const labels = [...met].map(([key, { label, readings }]): LabelUse => {
    const found = of(key);
    return { label, ...('emotion' in found && { emotion: found.emotion }), recordings: readings.length };
  });
  const order = ({ emotion }: LabelUse) => (emotion === undefined ? classes.length : classes.indexOf(emotion));
  labels.sort((a, b) => order(a) - order(b) || byCodeUnits(a.label, b.label));
  return { classes, used, leftOut, labels, ...(alone?.length && { alone }) };
}

function metLabels(readings: readonly Labelled[], map: LabelMap): Map<string, MetLabel> {
  const met = new Map<string, MetLabel & { readings: Labelled[]; spellings: Map<string, number> }>();
  for (const reading of readings) {
    const { name, meaning } = map(reading.label);
    const key = keyOf(name);
    const own = met.get(key) ?? {
      label: name,
      spelling: name,
      meaning,
      readings: [] as Labelled[],
      spellings: new Map<string, number>(),
    };
    const spelling = name.normalize('NFC');
    own.readings.push(reading);
    own.spellings.set(spelling, (own.spellings.get(spelling) ?? 0) + 1);
    met.set(key, own);
  }
  return new Map([...met].map(([key, own]) => [key, { ...own, spelling: mostFrequent(own.spellings) }]));
}

/** Of equally frequent ones the first by code units. */
const mostFrequent = (counts: ReadonlyMap<string, number>): string =>
  [...counts].sort(([a, ofA], [b, ofB]) => ofB - ofA || byCodeUnits(a, b))[0]![0];
