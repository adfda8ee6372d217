import type { Emotion } from '../corpus/emotions.ts';
import type { FrontEnd } from '../features/front-end.ts';
import type { Architecture } from '../model/architecture.ts';
import type { EpochReport, Schedule } from '../train/schedule.ts';
import type { Optimizer } from '../train/step.ts';

/** `config.json`: what a run was asked to do, and where it was done. A run goes on only with the same `options`. */
export interface RunConfig {
  /** name of the corpus, such as `emodb` */
  readonly corpus: string;
  readonly options: RunOptions;
  /** what else the bytes of the results depend on */
  readonly environment: Environment;
}

export interface RunOptions {
  readonly protocol: 'leave-one-speaker-out';
  readonly architecture: Architecture;
  readonly frontEnd: FrontEnd;
  readonly schedule: Schedule;
  readonly optimizer: Optimizer;
  readonly seed: number;
  /** threads within one operator, in each fold's process */
  readonly threads: number;
}

export interface Environment {
  /** versions of Attune, Node and the runtime */
  readonly attune: string;
  readonly node: string;
  readonly runtime: string;
  /** the processor's own name */
  readonly processor: string;
}

/** `manifest.json`: every recording of the run. */
export interface Manifest {
  readonly corpus: string;
  readonly leftOut: Readonly<Record<string, number>>;
  /** sorted by utterance */
  readonly recordings: readonly Recording[];
}

export interface Recording {
  readonly utterance: string;
  /** relative to the corpus folder */
  readonly file: string;
  /** of the file's bytes, hexadecimal */
  readonly sha256: string;
  readonly durationSeconds: number;
  readonly speaker: string;
  readonly gender?: 'female' | 'male';
  readonly emotion: Emotion;
  /** the fold that tests on it */
  readonly fold: string;
}

/** A line of `log.jsonl`. */
export type LogEntry =
  | { readonly event: 'start'; readonly time: string; readonly environment: Environment }
  | ({ readonly event: 'epoch'; readonly time: string; readonly fold: string } & EpochReport)
  | { readonly event: 'fold'; readonly time: string; readonly fold: string; readonly wa: number; readonly ua: number }
  | { readonly event: 'end'; readonly time: string };
