import type { Provenance } from '../corpus/provenance.ts';
import type { Recording } from '../run/run-files.ts';
import type { ChosenThreshold } from '../run/tuning.ts';
import type { Prediction } from '../statistics/prediction.ts';
import type { Chosen } from '../train/learners/elm-settings.ts';
import type { EpochReport } from '../train/schedule.ts';

/** What learning tells: how far it is, after every epoch, of all its epochs, and what is wrong with recordings. Plain JSON. */
export type FitEvent =
  | { readonly warning: string }
  | { readonly segmentsSeen: number; readonly segmentsInAll: number }
  | { readonly history: readonly EpochReport[] };

/** How a system learns. */
export interface FitOptions {
  /** where it keeps its state as it goes, and goes on from where there is one; whoever no longer needs it removes it */
  readonly resume: string;
  /** the same of what it learns on the way to that, counted from 1; absent: it may learn nothing of the kind */
  readonly inner?: ((stage: number) => string) | undefined;
  /** the file of weights that it starts from, where the run's options say so; absent: it starts from nothing */
  readonly init?: string;
  /** of the recordings, to be kept with what is learned */
  readonly provenance: Provenance;
  /** names what is learned, in the state and in what comes of it: another's state is refused */
  readonly fold: string;
  /** aborted, learning stops with its last whole epoch kept, and its reason is thrown */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: (event: FitEvent) => void;
  /** given what was learned so far after each epoch, counted from 1, and awaited before its state is kept */
  readonly onEpoch?: ((epoch: number, fitted: Uint8Array) => Promise<void>) | undefined;
}

/** What a run trains and scores, from labelled recordings to probabilities: a fold knows no more of it. */
export interface System {
  /**
   * Learns from labelled recordings.
   *
   * @returns the bytes of what was learned, for use
   * @throws AttuneError `run` where the state or the features of a recording are damaged, or learning diverges; the signal's reason
   */
  fit(recordings: readonly Recording[], options: FitOptions): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Scores recordings, the way users will.
   *
   * @param fitted what {@link System.fit} returned
   * @param name what errors call it
   * @throws AttuneError `corpus` where a recording has changed since the manifest was written; the signal's reason
   */
  score(
    fitted: Uint8Array,
    name: string,
    recordings: readonly Recording[],
    signal?: AbortSignal,
  ): Promise<Prediction[]>;
  /** What {@link System.fit} chose by the recordings alone; absent: it chooses nothing. */
  chosen?(fitted: Uint8Array, name: string): Chosen | ChosenThreshold;
}

/** Where a system finds what it learns from. */
export interface Place {
  /** the corpus folder */
  readonly directory: string;
  /** the folder of cached features */
  readonly cache: string;
  /** the file of an encoder of the user's own, where the front end is one */
  readonly encoder?: string | undefined;
}
