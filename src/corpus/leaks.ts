import { speakersOnBothSides, type Tested } from './both-sides.ts';
import type { Finding } from './findings.ts';
import type { ProtocolName } from './protocols.ts';

/** What stands on both sides of a run's folds: speakers, or, where no speaker does, utterances, copies or parts of recordings. */
export type Leak = 'speakers' | 'recordings';

/** What tells whether a run leaks. */
export interface Division {
  /** undefined where it is not known */
  readonly protocol?: ProtocolName | undefined;
  /** of the manifest; without one, the predictions stand for them */
  readonly recordings: readonly Tested[];
  /** of the manifest: what the audit found and let pass, since the run went on */
  readonly audit?: readonly Finding[] | undefined;
}

/** What a run leaks, whoever let it: by its protocol, by the folds themselves, or by what its audit found; undefined where nothing. */
export function leakOf({ protocol, recordings, audit = [] }: Division): Leak | undefined {
  const found = (...codes: Finding['code'][]) => audit.some(({ code }) => codes.includes(code));
  const speakers = protocol === 'random-leaking' || speakersOnBothSides(recordings).size > 0;
  if (speakers || found('speaker-on-both-sides', 'speaker-heard')) return 'speakers';
  const shared = ['utterance-on-both-sides', 'same-audio-on-both-sides', 'overlap-on-both-sides'] as const;
  return found(...shared, 'recording-heard') ? 'recordings' : undefined;
}

/**
 * The sentence that stands with figures that leak.
 *
 * @param folds whose, such as `folds of B`
 * @param figures such as `its figures`
 */
export const leakNote = (leak: Leak, folds = 'folds', figures = 'these figures'): string =>
  leak === 'speakers'
    ? `LEAKS: speakers stand on both sides of ${folds}, so ${figures} say nothing about new speakers.`
    : `LEAKS: recordings or copies of them stand on both sides of ${folds}, so ${figures} promise too much.`;

/** What is not known of a run: whether the weights that it starts from, or its speech encoder, have heard whom it tests. */
export type Contamination = 'unknown';

/** What must be said with every figure of a run. */
export interface Marks {
  /** what stands on both sides of its folds; absent: nothing */
  readonly leaks?: Leak;
  /** `unknown` where the weights that it starts from, or its speech encoder, do not say what they were trained on; absent: they do, or there are none */
  readonly contamination?: Contamination;
}

/** Marks as they stand beside a figure. */
export const markNames = ({ leaks, contamination }: Marks): string[] => [
  ...(leaks ? ['LEAKS'] : []),
  ...(contamination ? ['contamination unknown'] : []),
];

/** The sentence that stands with figures of a system that was made elsewhere; as {@link leakNote}. */
export const outsideNote = (system = 'this system', figures = 'these figures'): string =>
  `Contamination unknown: nothing says all that ${system} was made with, so ${figures} may be of speakers, or of the very recordings, that it has heard.`;

/** The sentences that stand with marked figures; as {@link leakNote}. */
export const markNotes = ({ leaks, contamination }: Marks, folds = 'folds', figures = 'these figures'): string[] => [
  ...(leaks ? [leakNote(leaks, folds, figures)] : []),
  ...(contamination
    ? [
        `Contamination unknown: the weights or the speech encoder that ${folds} start from do not say all that they were trained on, so ${figures} may be of speakers, or of the very recordings, that these have heard.`,
      ]
    : []),
];

/** Whether a sentence is one of those that stand with marked figures. */
export const isMarkNote = (note: string): boolean => /^(LEAKS|Contamination unknown): /.test(note);
