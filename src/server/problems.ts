import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as v from 'valibot';
import { AttuneError, type ErrorCode } from '../errors.ts';
import { visible } from '../text.ts';

/** What is said where something cannot be answered. */
export const PROBLEM = v.object({
  error: v.object({
    code: v.pipe(v.string(), v.description('for programs, such as `audio`, `too_long` or `busy`')),
    message: v.pipe(v.string(), v.description('what was expected, what came, and what to do')),
  }),
});

/** A refusal with a status of HTTP and a code of its own. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** By the code of an error of the library: what a client sent, or what the server has. */
const STATUS: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  ...{ usage: 400, audio: 422, turns: 422, corpus: 500, checkpoint: 500, run: 404, graph: 500 },
};

/** Sound that lasts longer than is allowed is too large, not damaged. */
const TOO_LONG = /lasts longer than the \S+ s that are allowed/;

/** The refusal that an error is; what nobody foresaw is told without its words, which may hold anything. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof AttuneError) {
    if (error.code === 'audio' && TOO_LONG.test(error.message)) return new Refusal(413, 'too_long', error.message);
    return new Refusal(STATUS[error.code], error.code, error.message);
  }
  if (error instanceof HTTPException)
    return new Refusal(error.status as ContentfulStatusCode, 'request', error.message || 'the request cannot be read');
  return new Refusal(500, 'internal', 'the server failed at this; its log says how');
}

/** An error as threads tell it: of its class nothing but the words would be left. */
export interface ToldError {
  readonly error: { readonly code: string; readonly message: string; readonly status?: ContentfulStatusCode };
}

/** @returns undefined for what nobody foresaw */
export function toTold(error: unknown): ToldError | undefined {
  if (error instanceof Refusal) return { error: { code: error.code, message: error.message, status: error.status } };
  if (error instanceof AttuneError) return { error: { code: error.code, message: error.message } };
  return undefined;
}

export const errorTold = ({ error: { code, message, status } }: ToldError): Error =>
  status === undefined ? new AttuneError(code as ErrorCode, message) : new Refusal(status, code, message);

/** In a thread: what it found, or why it did not, where that was foreseen. */
export async function told<Result>(work: () => Promise<Result>): Promise<Result | ToldError> {
  try {
    return await work();
  } catch (error) {
    const known = toTold(error);
    if (!known) throw error;
    return known;
  }
}

/**
 * What a thread found.
 *
 * @throws AttuneError or Refusal, what it told in its place
 */
export function untold<Result extends object>(answer: Result | ToldError): Result {
  if ('error' in answer) throw errorTold(answer);
  return answer;
}

export function answerProblem(context: Context, error: unknown): Response {
  const { status, code, message, headers } = refusalOf(error);
  return context.json({ error: { code, message: visible(message) } }, status, { ...headers });
}
