import * as v from 'valibot';
import { AttuneError } from '../errors.ts';
import { byName, list, type Schema } from '../json.ts';

/** The user's own choice of labels: those of each class, by its name, and under `ignored` those to leave out. */
export type LabelOptions = Readonly<Record<string, readonly string[]>>;

/** In the config of a run. */
export const LABEL_OPTIONS: Schema<LabelOptions> = byName(list(v.string()));

/** A corpus's own labels and what they are taken for unless the user says otherwise. */
export interface LabelNames {
  /** its labels by the class that they name, in the spelling that holds over all corpora, such as `fearful` */
  readonly emotions: Readonly<Record<string, readonly string[]>>;
  /** labels that are known to name no emotion, such as IEMOCAP's `oth`: left out unless the user asks for them */
  readonly others?: readonly string[];
  /** labels by the codes that stand for them, such as the letters in EmoDB's names; both may be written in {@link LabelOptions} */
  readonly codes?: Readonly<Record<string, string>>;
}

/** Stands for a class in {@link LabelOptions}, and for the meaning of labels that are left out. */
export const IGNORED = 'ignored';

/** Labels are compared without regard to case, spaces around them and the way accents are coded. */
export const keyOf = (label: string): string => label.normalize('NFC').trim().toLowerCase();

/** From a label, or its code, to the spelling that messages show and the class that it names, or {@link IGNORED}: undefined where nobody has said. */
export type LabelMap = (label: string) => { readonly name: string; readonly meaning: string | undefined };

/**
 * The map of labels that holds for a corpus. What the user gives to a class replaces that class's own labels, which are then left out.
 *
 * @throws AttuneError `usage` where one label is given twice
 */
export function labelMap({ emotions, others = [], codes = {} }: LabelNames, wanted: LabelOptions = {}): LabelMap {
  const names = new Map(Object.entries(codes).map(([code, name]) => [keyOf(code), name]));
  const nameOf = (label: string) => names.get(keyOf(label)) ?? label.trim();
  const meanings = new Map<string, string>();
  for (const name of others) meanings.set(keyOf(name), IGNORED);
  for (const [emotion, own] of Object.entries(emotions))
    for (const name of own) meanings.set(keyOf(name), Object.hasOwn(wanted, emotion) ? IGNORED : emotion);

  const given = new Map<string, string>();
  for (const [meaning, labels] of Object.entries(wanted))
    for (const label of labels) {
      const key = keyOf(nameOf(label));
      const before = given.get(key);
      if (before)
        throw new AttuneError('usage', `label ${label} is given twice, as ${before} and as ${meaning}: give it once`);
      given.set(key, meaning);
      meanings.set(key, meaning);
    }
  return (label) => ({ name: nameOf(label), meaning: meanings.get(keyOf(nameOf(label))) });
}
