import type { Finding } from '../corpus/audit.ts';
import type { Emotion } from '../corpus/emotions.ts';
import type { ProtocolName } from '../corpus/protocols.ts';
import type { ReadOptions } from '../corpus/read.ts';
import type { Augmentation } from '../features/augment.ts';
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
  readonly protocol: ProtocolName;
  /** number of folds, for the protocols that take one */
  readonly folds?: number;
  /** corpus read with other than its own labels and turns; absent where they are its own */
  readonly reading?: ReadOptions;
  /** the same of the corpus to test on */
  readonly testReading?: ReadOptions;
  /** findings of the audit that the user let pass, sorted; absent where none */
  readonly accept?: readonly string[];
  /** also scores the test speakers after every epoch, which chooses nothing; absent: no */
  readonly scoreEveryEpoch?: boolean;
  readonly architecture: Architecture;
  readonly frontEnd: FrontEnd;
  readonly schedule: Schedule;
  readonly optimizer: Optimizer;
  /** what is trained on beside the recordings as they are; absent: nothing */
  readonly augmentation?: Augmentation;
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
  /** what the audit found before the run was started */
  readonly audit?: readonly Finding[];
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
  readonly session?: string;
  readonly script?: string;
  readonly emotion: Emotion;
  /** the fold that tests on it; absent where it is only trained on */
  readonly fold?: string;
}

/** A line of `log.jsonl`. */
export type LogEntry =
  | { readonly event: 'start'; readonly time: string; readonly environment: Environment }
  | ({ readonly event: 'epoch'; readonly time: string; readonly fold: string } & EpochReport)
  | { readonly event: 'fold'; readonly time: string; readonly fold: string; readonly wa: number; readonly ua: number }
  | { readonly event: 'end'; readonly time: string };
