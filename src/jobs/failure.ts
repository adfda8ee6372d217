import { AttuneError, type ErrorCode } from '../errors.ts';

/** An error on its way from one process to another. */
export interface Failure {
  readonly code?: ErrorCode;
  readonly text: string;
  readonly stack?: string;
}

export function failureOf(error: unknown): Failure {
  const code = error instanceof AttuneError ? error.code : undefined;
  const { message: text, stack } = error as Error;
  return { text, ...(code && { code }), ...(stack && { stack }) };
}

/** @param text the failure's own, perhaps with the name of what failed before it */
export function errorOf({ code, stack }: Failure, text: string): AttuneError {
  const error = new AttuneError(code ?? 'run', text);
  if (stack) error.stack = stack;
  return error;
}

/** How a process ended that should have gone on. */
export const endOf = (status: number | null, signal: NodeJS.Signals | null): string =>
  signal ? `was ended by ${signal}, perhaps for want of memory` : `ended with status ${status}`;
