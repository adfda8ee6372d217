import type { UnitKind } from './units.ts';

/** Units to be done, and who is told of them. */
export interface Execution<Input, Event> {
  /** what they are units of */
  readonly kind: UnitKind<Input, Event>;
  /** the input of each */
  readonly units: readonly Input[];
  /** names a unit in errors */
  readonly nameOf: (unit: Input) => string;
  /** told what a unit tells as it goes, in its order */
  readonly onEvent: (unit: Input, event: Event) => void;
  /** called when a unit has ended well, and awaited before its place is taken by another */
  readonly onDone: (unit: Input) => Promise<void> | void;
  /** stops all units at once; what they have written whole stays */
  readonly signal?: AbortSignal | undefined;
}

/** Does units of work, somewhere. */
export interface Executor {
  /**
   * @throws AttuneError the first failure of a unit, after the others were stopped; `run` where a process was killed; the signal's reason
   *   where that is aborted
   */
  execute<Input, Event>(execution: Execution<Input, Event>): Promise<void>;
}
