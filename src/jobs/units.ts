import { AttuneError } from '../errors.ts';
import { formOf, type Schema, told } from '../json.ts';

/**
 * What a machine has that units name but do not carry: it differs between machines, and what comes of a unit does not. Plain JSON.
 */
export interface Means {
  /** folders of recordings, or folders that hold these */
  readonly corpora: readonly string[];
  /** the folder of cached features */
  readonly cache: string;
  /** the file of an encoder of the user's own */
  readonly encoder?: string | undefined;
}

/** Where a unit works, how it tells what it does, and hears that it is to stop. */
export interface UnitContext<Event> {
  /** holds the files that units share, and takes those that this one leaves */
  readonly folder: string;
  /** what this machine has of what the unit names */
  readonly means: Means;
  /** the executor's caller is told, in this order */
  readonly tell: (event: Event) => void;
  /** aborted where nobody wants the unit any more; a process of its own may be killed instead */
  readonly signal?: AbortSignal;
}

/**
 * Does one unit, as its input and the files that it shares with others say: its own files are what it leaves behind. Done again after a
 * stop it goes on, and ends with the same files.
 */
export type Work<Input, Event> = (input: Input, context: UnitContext<Event>) => Promise<void>;

/** What a module of units exports. */
export interface UnitModule<Input, Event> {
  /** does one */
  readonly work: Work<Input, Event>;
  /**
   * Makes a machine ready for units that share files, which their caller has done on its own: it checks that what the machine has is what
   * they name. Where it fails, this machine can do none of them. Absent: nothing is needed.
   */
  readonly ready?: Work<Input, Event>;
}

/** Units of one kind, whose inputs and events are plain JSON, so that any executor can carry them: an input names no path of a machine. */
export interface UnitKind<Input, Event> {
  /** by which any executor knows it */
  readonly name: string;
  /** the module that does one, a {@link UnitModule} */
  readonly module: URL;
  /**
   * Checks an input that came from elsewhere before anything is done with it: whoever may write to a queue is not believed.
   *
   * @throws AttuneError `run`, final, where it is none, as where a path leads out of its folder
   */
  readonly check: (input: unknown) => Input;
  /**
   * names what an event takes the place of, such as the progress before it, so that an executor may leave that out; undefined: of nothing.
   * Absent: no event does
   */
  readonly replaces?: (event: Event) => string | undefined;
  /** names what a machine must have for a unit beside the files that it shares, for `ready` to be asked once for each; absent: nothing */
  readonly needs?: (input: Input) => string;
  /** whether a process that has done one does others, with what it keeps open for them; absent: each has a process of its own */
  readonly stays?: boolean;
  /** never there: it ties the kind to its types */
  readonly types?: (input: Input) => Event;
}

const KINDS = new Map<string, UnitKind<unknown, unknown>>();

/**
 * Makes a kind of units known by its name. Its owner does this once, in a module that loads nothing heavy.
 *
 * @param input what an input must be
 */
export function registerUnits<Input, Event>(
  name: string,
  module: URL,
  input: Schema<Input>,
  options: Pick<UnitKind<Input, Event>, 'replaces' | 'needs' | 'stays'> = {},
): UnitKind<Input, Event> {
  const check = (given: unknown) => {
    const found = formOf(given, input);
    if (!('fault' in found)) return found.value;
    throw new AttuneError('run', `what is asked for is no unit of kind ${name}: ${told(found.fault)}`, {
      isFinal: true,
    });
  };
  const kind: UnitKind<Input, Event> = { name, module, check, ...options };
  if (KINDS.has(name)) throw new Error(`two kinds of units are named ${name}`);
  KINDS.set(name, kind as UnitKind<unknown, unknown>);
  return kind;
}

/** The kind of a name that was made known; undefined where none was. */
export const unitKind = (name: string): UnitKind<unknown, unknown> | undefined => KINDS.get(name);

/** What does units of a kind, loaded now. */
export const loadUnits = async <Input, Event>(module: string): Promise<UnitModule<Input, Event>> =>
  (await import(module)) as UnitModule<Input, Event>;
