import type { AttuneError } from '../errors.ts';
import type { Means, UnitKind } from './units.ts';

/** Files of a unit, relative to the folder of its execution, with forward slashes. */
export interface UnitFiles {
  /** what it leaves when it is done, in the order in which they are to appear: the last one tells that it is */
  readonly left: readonly string[];
  /** what it keeps while it works, and goes on from; absent: nothing */
  readonly states?: readonly string[];
}

/** Units to be done, and who is told of them. */
export interface Execution<Input, Event> {
  /** what they are units of */
  readonly kind: UnitKind<Input, Event>;
  /** the input of each; of many, what gives them as they are asked for */
  readonly units: Iterable<Input> | AsyncIterable<Input>;
  /** names a unit in errors */
  readonly nameOf: (unit: Input) => string;
  /** holds the files that units read, and takes those that they leave */
  readonly folder: string;
  /** files of the folder that every unit reads, relative to it */
  readonly shared: readonly string[];
  /** the files of a unit */
  readonly filesOf: (unit: Input) => UnitFiles;
  /** what this machine has of what units name; others have their own */
  readonly means: Means;
  /** told what a unit tells as it goes, in its order */
  readonly onEvent: (unit: Input, event: Event) => void;
  /** called when a unit has ended well and its files lie in the folder, and awaited before its place is taken by another */
  readonly onDone: (unit: Input) => Promise<void> | void;
  /** told where a unit was done that is done, before `onDone`, where it was done elsewhere: what its bytes depend on, such as a processor's name */
  readonly onSite?: (unit: Input, site: Readonly<Record<string, string>>) => void;
  /** told of a unit that failed for good; the others go on, but where this throws, which ends the work */
  readonly onFailed: (unit: Input, error: AttuneError) => void;
  /** told what the user should know of where units are done; a sentence */
  readonly onNote?: (text: string) => void;
  /** stops all units at once; what they have written whole stays */
  readonly signal?: AbortSignal | undefined;
}

/** Does units of work, somewhere. */
export interface Executor {
  /**
   * @throws AttuneError `run` where units cannot be done at all; what a listener throws; the signal's reason where that is aborted
   */
  execute<Input, Event>(execution: Execution<Input, Event>): Promise<void>;
}

/** Units one after another. */
export async function* unitsOf<Input>(units: Iterable<Input> | AsyncIterable<Input>): AsyncGenerator<Input, void> {
  yield* units;
}
