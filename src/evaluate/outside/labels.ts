import { ENGLISH } from '../../corpus/english.ts';
import { IGNORED, keyOf, type LabelOptions, labelMap } from '../../corpus/labels.ts';
import { AttuneError } from '../../errors.ts';

/** What a class of the corpus each label of a system stands for; undefined where it is to be ignored. */
export type Meanings = ReadonlyMap<string, string | undefined>;

/**
 * What the labels of a system mean among the classes of a corpus: what the user says, else the class of the same name, else of the same
 * English word (`anger` for `angry`), whatever the case.
 *
 * @param labels of the system, as it writes them
 * @param wanted labels by class, and under `ignored` those that count for nothing
 * @param whose names the system in errors
 * @throws AttuneError `usage` where labels mean none of the classes, or what the user says names a class or a label that is not there
 */
export function meaningsOf(
  labels: readonly string[],
  classes: readonly string[],
  wanted: LabelOptions,
  whose: string,
): Meanings {
  const list = classes.join(', ');
  const strange = Object.keys(wanted).find((name) => name !== IGNORED && !classes.includes(name));
  if (strange !== undefined)
    throw new AttuneError(
      'usage',
      `\`predictedLabels\` names ${strange}, which is no class of the corpus: expected ${list}, or ${IGNORED}`,
    );
  const absent = Object.values(wanted)
    .flat()
    .find((name) => !labels.some((label) => keyOf(label) === keyOf(name)));
  if (absent !== undefined)
    throw new AttuneError(
      'usage',
      `\`predictedLabels\` names ${absent}, which ${whose} never says: expected some of ${labels.join(', ')}`,
    );
  const asked = labelMap({ emotions: {} }, wanted);
  const english = labelMap(ENGLISH);
  const meanings = new Map<string, string | undefined>();
  const strangers: string[] = [];
  for (const label of labels) {
    const meaning =
      asked(label).meaning ?? classes.find((name) => keyOf(name) === keyOf(label)) ?? english(label).meaning;
    if (meaning === IGNORED) meanings.set(label, undefined);
    else if (meaning !== undefined && classes.includes(meaning)) meanings.set(label, meaning);
    else strangers.push(label);
  }
  if (strangers.length)
    throw new AttuneError(
      'usage',
      `${whose} says ${strangers.join(', ')}, and the classes of the corpus are ${list}: say with \`predictedLabels\` which of them is meant (such as ${classes[0]}=${strangers[0]}), or ${IGNORED}=${strangers.join(',')}`,
    );
  return meanings;
}

/**
 * Probabilities of classes from those of a system's labels: added up by class, what is ignored left out, and scaled so that they sum to 1.
 *
 * @param shares one a label, in their order
 * @returns one a class; of a system that gives all of it to what is ignored, as many for each
 */
export function byClass(
  labels: readonly string[],
  shares: readonly number[],
  classes: readonly string[],
  meanings: Meanings,
): number[] {
  const sums = classes.map((name) =>
    labels.reduce((sum, label, k) => (meanings.get(label) === name ? sum + shares[k]! : sum), 0),
  );
  const total = sums.reduce((a, b) => a + b, 0);
  return sums.map((sum) => (total > 0 ? sum / total : 1 / classes.length));
}

/** The class of the greatest probability; of equals, the first. */
export const likeliest = (probabilities: readonly number[], classes: readonly string[]): string =>
  classes[probabilities.indexOf(Math.max(...probabilities))]!;
