import * as v from 'valibot';
import { AttuneError } from '../errors.ts';
import { list, type Properties, type Schema } from '../json.ts';
import { byCodeUnits, type Labelled } from './adapter.ts';
import { EMOTIONS, type Emotion } from './emotions.ts';

/** The user's own choice of labels: those of each emotion, and under `ignored` those to leave out. */
export type LabelOptions = Readonly<Partial<Record<Emotion | 'ignored', readonly string[]>>>;

const labels = v.exactOptional(list(v.string()));

/** In the config of a run. */
export const LABEL_OPTIONS: Schema<LabelOptions> = v.strictObject({
  ...{ neutral: labels, happy: labels, angry: labels, sad: labels, ignored: labels },
} satisfies Properties<LabelOptions>);

/** A corpus's own labels and what they are taken for unless the user says otherwise. */
export interface LabelNames {
  readonly emotions: Readonly<Record<Emotion, readonly string[]>>;
  /** labels that are known and left out */
  readonly others: readonly string[];
  /** labels by the codes that stand for them, such as the letters in EmoDB's names; both may be written in {@link LabelOptions} */
  readonly codes?: Readonly<Record<string, string>>;
}

/** How often one of the corpus's own labels was met, and what it was taken for: nothing where it is left out. */
export interface LabelUse {
  readonly label: string;
  readonly emotion?: Emotion;
  readonly recordings: number;
}

/** Labels are compared without regard to case, spaces around them and the way accents are coded. */
const keyOf = (label: string): string => label.normalize('NFC').trim().toLowerCase();

/** From a label, or its code, to the spelling that messages show and what it is taken for: undefined where nobody has said. */
export type LabelMap = (label: string) => { readonly name: string; readonly meaning: Emotion | 'ignored' | undefined };

/**
 * The map of labels that holds for a corpus. What the user gives to an emotion replaces that emotion's own labels, which are then left out.
 *
 * @throws AttuneError `usage` where one label is given twice
 */
export function labelMap({ emotions, others, codes = {} }: LabelNames, wanted: LabelOptions = {}): LabelMap {
  const names = new Map(Object.entries(codes).map(([code, name]) => [keyOf(code), name]));
  const nameOf = (label: string) => names.get(keyOf(label)) ?? label.trim();
  const meanings = new Map<string, Emotion | 'ignored'>();
  for (const name of others) meanings.set(keyOf(name), 'ignored');
  for (const emotion of EMOTIONS)
    for (const name of emotions[emotion]) meanings.set(keyOf(name), wanted[emotion] ? 'ignored' : emotion);

  const given = new Map<string, string>();
  for (const meaning of [...EMOTIONS, 'ignored'] as const)
    for (const label of wanted[meaning] ?? []) {
      const key = keyOf(nameOf(label));
      const before = given.get(key);
      if (before)
        throw new AttuneError('usage', `label ${label} is given twice, as ${before} and as ${meaning}: give it once`);
      given.set(key, meaning);
      meanings.set(key, meaning);
    }
  return (label) => ({ name: nameOf(label), meaning: meanings.get(keyOf(nameOf(label))) });
}

/**
 * Gives every reading its emotion. A label that nobody has given a meaning is an error, never passed over: it may be a slip of the pen, or the
 * corpus's word for one of the four.
 *
 * @returns the readings of the four emotions; the others counted by reason; and how often each label was met, in the order of the emotions
 * @throws AttuneError `corpus`, naming the place, for a label without a meaning; `usage` for a wanted label that no reading bears
 */
export function assignEmotions<Reading extends Labelled>(
  readings: readonly Reading[],
  labels: LabelNames,
  wanted: LabelOptions = {},
): { used: { reading: Reading; emotion: Emotion }[]; leftOut: Record<string, number>; labels: LabelUse[] } {
  const map = labelMap(labels, wanted);
  const used: { reading: Reading; emotion: Emotion }[] = [];
  const leftOut: Record<string, number> = {};
  const uses = new Map<string, LabelUse>();
  const unknown: Reading[] = [];
  for (const reading of readings) {
    const { name, meaning } = map(reading.label);
    const emotion = meaning === 'ignored' ? undefined : meaning;
    if (emotion) used.push({ reading, emotion });
    else if (meaning) leftOut[`emotion is ${name}`] = (leftOut[`emotion is ${name}`] ?? 0) + 1;
    else unknown.push(reading);
    const before = uses.get(keyOf(name));
    uses.set(keyOf(name), {
      label: name,
      ...(emotion && { emotion }),
      ...before,
      recordings: (before?.recordings ?? 0) + 1,
    });
  }
  refuseAbsent(wanted, map, uses);
  if (unknown.length) throw withoutMeaning(unknown, uses);
  const order = ({ emotion }: LabelUse) => (emotion ? EMOTIONS.indexOf(emotion) : EMOTIONS.length);
  return {
    used,
    leftOut,
    labels: [...uses.values()].sort((a, b) => order(a) - order(b) || byCodeUnits(a.label, b.label)),
  };
}

const counted = (uses: Iterable<LabelUse>) =>
  [...uses].map(({ label, recordings }) => `${label} (${recordings})`).join(', ');

/** A wanted label that no recording bears is most likely misspelt. */
function refuseAbsent(wanted: LabelOptions, map: LabelMap, uses: ReadonlyMap<string, LabelUse>): void {
  for (const label of Object.values(wanted).flat())
    if (!uses.has(keyOf(map(label).name)))
      throw new AttuneError(
        'usage',
        `no recording is labelled ${label}, which \`labels\` names; labels found: ${counted(uses.values()) || 'none'}`,
      );
}

function withoutMeaning(unknown: readonly Labelled[], uses: ReadonlyMap<string, LabelUse>): AttuneError {
  const { source, label } = unknown[0]!;
  const keys = new Set(unknown.map((reading) => keyOf(reading.label)));
  const open = [...keys].map((key) => uses.get(key)!);
  return new AttuneError(
    'corpus',
    `${source}: nobody has said what label "${label}" means. Labels without a meaning: ${counted(open)}. ` +
      `Say which of neutral, happy, angry and sad one is, as in \`labels\` "happy=..."; leave the others out with \`labels\` "ignored=${open.map((use) => use.label).join(',')}"`,
  );
}
