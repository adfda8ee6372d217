import type { Context, Hono } from 'hono';
import { type describeRoute, generateSpecs, resolver } from 'hono-openapi';
import { VERSION } from '../version.ts';
import { PROBLEM, Refusal } from './problems.ts';

type RouteOptions = Parameters<typeof describeRoute>[0];

const binary = { schema: { type: 'string', format: 'binary' } } as const;

/** A recording as a request brings it. */
export const RECORDING_BODY: NonNullable<RouteOptions['requestBody']> = {
  description: 'a recording: wav, flac, mp3, m4a, mp4, aac, ogg, opus, webm, mka, aiff; its content tells which',
  required: true,
  content: {
    'audio/*': binary,
    'application/octet-stream': binary,
    'multipart/form-data': {
      schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
    },
  },
};

const WHY: Readonly<Record<number, string>> = {
  400: 'the request is wrong',
  401: 'the token is missing or another',
  404: 'there is none of that name',
  413: 'too many bytes, or too long a recording',
  415: 'no recording and no form',
  422: 'the recording cannot be decoded, or holds nothing',
  426: 'it asks for no WebSocket',
  503: 'too much is asked at a time, or it is not ready yet; Retry-After says when to try again',
};

/** Responses of a route that fails in these ways. */
export const failures = (...statuses: readonly number[]): NonNullable<RouteOptions['responses']> =>
  Object.fromEntries(
    [...statuses, 401].map((status) => [
      status,
      { description: WHY[status]!, content: { 'application/json': { schema: resolver(PROBLEM) } } },
    ]),
  );

/** A part of a route's address. */
export const inPath = (name: string, description: string, values?: readonly string[]) =>
  ({
    ...{ in: 'path', name, required: true, description },
    schema: { type: 'string', ...(values && { enum: [...values] }) },
  }) as const;

/** What is done with what a schema found, for `validator`. */
export function checked(
  found: {
    readonly success: boolean;
    readonly error?: readonly { readonly message: string; readonly path?: unknown }[];
  },
  _: Context,
): void {
  if (found.success) return;
  const lines = (found.error ?? []).map(({ message, path }) => {
    const where = ((path ?? []) as readonly (PropertyKey | { readonly key: PropertyKey })[])
      .map((step) => String(typeof step === 'object' ? step.key : step))
      .join('.');
    return where ? `${where}: ${message}` : message;
  });
  throw new Refusal(400, 'request', lines.join('; '));
}

/** OpenAPI 3.1, as far as it is read here. */
export interface Description {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  /** by address, then by method */
  readonly paths?: Readonly<Record<string, object | undefined>>;
}

/** The description of an app's routes, by the schemas that check them. */
export const describeApp = (app: Hono): Promise<Description> =>
  generateSpecs(app, {
    documentation: {
      info: {
        title: 'Attune',
        version: VERSION,
        description:
          'Emotion in speech. A model of acted emotions says how a recording resembles those performances, not what anybody feels: decide nothing about a person by it.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
    defaultValidationErrorResponse: false,
  });
