import * as v from 'valibot';
import { byName, list, type Properties, type Schema, whole } from '../json.ts';
import { CLASS, CLASSES, type Classified } from './classes.ts';
import type { Part } from './parts.ts';

/** One labelled recording of one speaker, or a part of one. */
export interface Utterance {
  /** unique within the corpus; the file's path without its extension, and of a part of the file its times, such as `a/call@1.25-3.5` */
  readonly id: string;
  /** path relative to the corpus folder, with forward slashes */
  readonly file: string;
  /** seconds; where the utterance begins in its file; absent: with the file */
  readonly start?: number;
  /** seconds, above `start`; where the utterance ends in its file; absent: with the file */
  readonly end?: number;
  /** the true class, from the corpus's own label */
  readonly emotion: string;
  /** names the person who speaks, as the corpus does, in one spelling; protocols divide by it */
  readonly speaker: string;
  /** of the speaker; absent where the corpus does not say */
  readonly gender?: 'female' | 'male';
  /** the recording session, where the corpus was recorded in several */
  readonly session?: string;
  /** names what was said, where the corpus says so: utterances of one script share their words */
  readonly script?: string;
  /** where its labels stand, for messages, such as `/corpus/labels.csv, line 3`; only of parts of files, whose times may be wrong */
  readonly source?: string;
}

/** A folder of recordings, read by one of the adapters in this folder. */
export interface Corpus extends Classified {
  /** the adapter's name, such as `emodb` */
  readonly name: string;
  /** absolute path of the folder */
  readonly directory: string;
  /** sorted by id */
  readonly utterances: readonly Utterance[];
  /** recordings, or parts of them, found but not used, counted by reason, such as `emotion is fear` */
  readonly leftOut: Readonly<Record<string, number>>;
  /** the spellings of each speaker who is written in several ways, first the one that stands for them; absent where nobody is */
  readonly spellings?: readonly (readonly string[])[];
  /** what of its labels was passed over, such as columns of a table that are not known: plain sentences; absent: nothing */
  readonly warnings?: readonly string[];
  /** the corpora that it was put together from, as each was read; absent where it is one */
  readonly parts?: readonly Part[];
}

/** One turn of a cross-validation: `train` and `test` share no speaker, unless the protocol is there to show what that is worth. */
export interface Fold {
  /** names the fold in files and figures; the test speaker or session where one is left out */
  readonly name: string;
  /** what the network learns from */
  readonly train: readonly Utterance[];
  /** what it is scored on; a class may be missing, and under `train-on-all` everything is */
  readonly test: readonly Utterance[];
}

const UTTERANCE = v.looseObject({
  ...{ id: v.string(), file: v.string(), emotion: CLASS, speaker: v.string() },
});

const utterances = list(UTTERANCE) as Schema<unknown> as Schema<readonly Utterance[]>;

/** A corpus as far as protocols ask: what else an utterance has depends on its adapter. */
export const UTTERANCES = v.looseObject({ utterances, classes: v.optional(CLASSES) });

/** A corpus as runs and audits take it. */
export const CORPUS = v.looseObject({
  ...{ name: v.string(), directory: v.string(), utterances, leftOut: byName(whole(0)) },
  classes: v.optional(CLASSES),
});

export const FOLDS: Schema<readonly Fold[]> = list(
  v.object({ name: v.string(), train: utterances, test: utterances } satisfies Properties<Fold>),
);
