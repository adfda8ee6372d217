/** How a unit at work tells what it does, and hears that it is to stop. */
export interface UnitContext<Event> {
  /** the executor's caller is told, in this order */
  readonly tell: (event: Event) => void;
  /** aborted where nobody wants the unit any more; a process of its own may be killed instead */
  readonly signal?: AbortSignal;
}

/** What does one unit: files are what it leaves behind. Done again after a stop it goes on, and ends with the same files. */
export type Work<Input, Event> = (input: Input, context: UnitContext<Event>) => Promise<void>;

/** Units of one kind, whose inputs and events are plain JSON, so that any executor can carry them. */
export interface UnitKind<Input, Event> {
  /** by which any executor knows it */
  readonly name: string;
  /** the module that does one; it exports `work` */
  readonly module: URL;
  /** never there: it ties the kind to its types */
  readonly types?: (input: Input) => Event;
}

const KINDS = new Map<string, UnitKind<never, unknown>>();

/** Makes a kind of units known by its name. Its owner does this once, in a module that loads nothing heavy. */
export function registerUnits<Input, Event>(name: string, module: URL): UnitKind<Input, Event> {
  const kind: UnitKind<Input, Event> = { name, module };
  if (KINDS.has(name)) throw new Error(`two kinds of units are named ${name}`);
  KINDS.set(name, kind as UnitKind<never, unknown>);
  return kind;
}

/** What does units of a kind, loaded now. */
export async function loadWork<Input, Event>(module: string): Promise<Work<Input, Event>> {
  const { work } = (await import(module)) as { readonly work: Work<Input, Event> };
  return work;
}
