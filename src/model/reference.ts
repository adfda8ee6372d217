import { AttuneError } from '../errors.ts';
import { list, type Schema, within } from '../json.ts';

/**
 * What a network says of its own corpus: for each class, the mean logits of the utterances of that class, `[classes][classes]`, each by a
 * network that never heard the speaker. A source of recordings is compared with it.
 */
export type Reference = readonly (readonly number[])[];

/** Mean logits of networks are some tens at the most: a larger one is damage, and would drown what is compared with it. */
const LARGEST = 1000;

/** Its lengths are compared where the classes are known. */
export const REFERENCE: Schema<Reference> = list(list(within(-LARGEST, LARGEST)));

/** @throws AttuneError `checkpoint` where it has not a row and a column a class */
export function checkReference(reference: Reference, classes: readonly string[], name: string): void {
  const lengths = [reference, ...reference].map((row) => row.length);
  const wrong = lengths.find((length) => length !== classes.length);
  if (wrong !== undefined)
    throw new AttuneError(
      'checkpoint',
      `${name}: expected mean logits of ${classes.length} classes by ${classes.length} in its reference, got ${wrong} in a row or column. Give one that a run of Attune wrote.`,
    );
}

/** An utterance of the corpus that a network was trained on, as one that never heard its speaker scores it. */
interface ScoredOnce {
  /** what it truly is */
  readonly emotion: string;
  /** `[segments][classes]` */
  readonly logits: readonly (readonly number[])[];
}

/** Decimals that a reference keeps. */
const DECIMALS = 5;

/** @throws AttuneError `run` where a class has no utterance */
export function referenceOf(utterances: readonly ScoredOnce[], classes: readonly string[]): Reference {
  return classes.map((name) => {
    const own = utterances.filter(({ emotion }) => emotion === name);
    if (!own.length) throw new AttuneError('run', `a reference takes utterances of every class, got none of ${name}`);
    const mean = meanRow(own.map(({ logits }) => centredMean(logits)));
    return mean.map((logit) => Number(logit.toFixed(DECIMALS)));
  });
}

/** The mean of rows. */
export const meanRow = (rows: readonly (readonly number[])[]): number[] =>
  rows[0]!.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);

/** Less its own mean, so that a constant added to all classes, which says nothing, counts for nothing. */
export function centred(row: readonly number[]): number[] {
  const mean = row.reduce((a, b) => a + b, 0) / row.length;
  return row.map((value) => value - mean);
}

/** The mean logits of an utterance, centred. */
export const centredMean = (logits: readonly (readonly number[])[]): number[] => centred(meanRow(logits));
