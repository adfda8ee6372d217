import * as v from 'valibot';
import { faultAt, list, type Schema } from '../json.ts';
import { EMOTIONS } from './emotions.ts';

/** Names of classes are shown everywhere, and are keys of results. */
export const CLASS: Schema<string> = v.custom<string>(
  (name) =>
    typeof name === 'string' &&
    /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,100}$/u.test(name) &&
    name.trim() === name &&
    name !== '__proto__',
  'a name of 1 to 100 characters without control characters',
);

/** An ordered list of classes, each another. */
export const CLASSES: Schema<string[]> = v.pipe(
  list(CLASS, 1000),
  v.minLength(2, 'two classes or more'),
  v.rawCheck(({ dataset, addIssue }) => {
    const names = dataset.typed ? dataset.value : [];
    const twice = names.findIndex((name, i) => names.indexOf(name) < i);
    if (twice > 0) addIssue(faultAt(names, twice, 'a name that no class before it has'));
  }),
);

/** What has classes: a corpus, or the options of a run. */
export interface Classified {
  /** in order; absent: {@link EMOTIONS} */
  readonly classes?: readonly string[];
}

/** The classes of a corpus or a run, in order. */
export const classesOf = ({ classes = EMOTIONS }: Classified): readonly string[] => classes;

/** Whether two lists name the same classes in the same order. */
export const sameClasses = (first: readonly string[], other: readonly string[]): boolean =>
  first.length === other.length && first.every((name, i) => name === other[i]);

/** To be kept beside other settings: nothing where the classes are the default four. */
export const stated = (classes: readonly string[]): Classified => (sameClasses(classes, EMOTIONS) ? {} : { classes });

/** Which classes to read of a corpus: the four of the paper, all that enough speakers show, or these in this order. */
export type ClassChoice = 'four' | 'all' | readonly string[];

/** In the config of a run. */
export const CLASS_CHOICE: Schema<ClassChoice> = v.custom<ClassChoice>(
  (choice) =>
    choice === 'four' ||
    choice === 'all' ||
    (Array.isArray(choice) && choice.every((name) => typeof name === 'string')),
  'four, all or a list of names',
);
