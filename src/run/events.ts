import type { LogEntry } from './run-files.ts';

/** So many recordings are done: read and their features kept, compared with each other by the audit, or scored again. */
export interface ProgressEvent {
  /** tells this kind of event from the others */
  readonly event: 'read' | 'compared' | 'scored';
  /** recordings so far */
  readonly done: number;
  /** recordings in all */
  readonly inAll: number;
}

/** Something the user should know: a recording decodes with a warning, the environment has changed, folds leak. The run goes on. */
export interface WarningEvent {
  /** tells this kind of event from the others */
  readonly event: 'warning';
  /** a sentence */
  readonly text: string;
}

/** Training starts or goes on. */
export interface FoldsEvent {
  /** tells this kind of event from the others */
  readonly event: 'folds';
  /** names of all folds */
  readonly folds: readonly string[];
  /** names of those of which nothing is left to do */
  readonly finished: readonly string[];
}

/** A fold has made a step of training. */
export interface StepEvent {
  /** tells this kind of event from the others */
  readonly event: 'step';
  /** its name */
  readonly fold: string;
  /** segments of all its epochs that it has learned from so far */
  readonly segmentsSeen: number;
  /** segments of all its epochs */
  readonly segmentsInAll: number;
}

/** A study begins or goes on with one of its runs, whose events follow. */
export interface StudyEvent {
  /** tells this kind of event from the others */
  readonly event: 'run';
  /** names the run's folder */
  readonly run: string;
  /** what is told of it, such as `baseline` or `20 Hz by 80 ms` */
  readonly text: string;
  /** counted from 1 */
  readonly number: number;
  /** runs of the study */
  readonly inAll: number;
}

/** All that a run tells as it goes: plain JSON. Lines of `log.jsonl` are told when they are written. */
export type RunEvent = LogEntry | ProgressEvent | WarningEvent | FoldsEvent | StepEvent | StudyEvent;

/** Is told of a run as it goes. It must not throw, and not take long. */
export type RunListener = (event: RunEvent) => void;

/** Who is told of work, and what stops it. */
export interface Listening {
  readonly onEvent?: RunListener | undefined;
  readonly signal?: AbortSignal | undefined;
}
