import { AttuneError, type ErrorCode } from '../errors.ts';

/** An error on its way from one process to another. */
export interface Failure {
  readonly code?: ErrorCode;
  readonly text: string;
  readonly stack?: string;
  /** trying again is of no use */
  readonly isFinal?: boolean;
  /** the process ended before the unit did */
  readonly died?: boolean;
}

/** A unit's process ended before the unit did. */
export class UnitDied extends AttuneError {
  /** ended by a signal; undefined where that is not known any more */
  readonly ender: NodeJS.Signals | null | undefined;

  constructor(text: string, ender?: NodeJS.Signals | null) {
    super('run', text);
    this.ender = ender;
  }
}

export function failureOf(error: unknown): Failure {
  const known = error instanceof AttuneError ? error : undefined;
  const { message: text, stack } = error as Error;
  return {
    text,
    ...(known && { code: known.code }),
    ...(stack && { stack }),
    ...(known?.isFinal && { isFinal: true }),
    ...(known instanceof UnitDied && { died: true }),
  };
}

/** @param text the failure's own, perhaps with the name of what failed before it */
export function errorOf({ code, stack, isFinal = false, died }: Failure, text: string): AttuneError {
  const error = died ? new UnitDied(text) : new AttuneError(code ?? 'run', text, { isFinal });
  if (stack) error.stack = stack;
  return error;
}

/** How a process ended that should have gone on. */
export const endOf = (status: number | null, signal: NodeJS.Signals | null): string =>
  signal ? `was ended by ${signal}, perhaps for want of memory` : `ended with status ${status}`;
