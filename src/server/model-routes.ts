import { Hono } from 'hono';
import { describeRoute, resolver } from 'hono-openapi';
import type { WithBody } from './bodies.ts';
import { soundIn } from './body.ts';
import type { Inference } from './inference.ts';
import { failures, inPath } from './openapi.ts';
import { Refusal } from './problems.ts';
import { LABELS, LABELS_REQUEST } from './schemas.ts';
import type { ServerLimits } from './settings.ts';

/** The name of the one model that is here. */
export const MODEL = 'attune';
/** Bytes of JSON: base64 is for short recordings. */
const MOST_JSON = 16 * 1024 * 1024;

/**
 * Audio classification as Hugging Face's inference API has it: a recording as the body, or in JSON in base64, to labels with scores
 * (https://huggingface.co/docs/inference-providers/tasks/audio-classification).
 */
export function modelRoutes(
  inference: Inference,
  withBody: WithBody,
  { soundSeconds: maxSeconds, bodyBytes }: ServerLimits,
): Hono {
  return new Hono().post(
    '/:name',
    describeRoute({
      summary: "Labels of a recording, in the shape of Hugging Face's audio classification",
      parameters: [inPath('name', 'of the model', [MODEL])],
      requestBody: {
        required: true,
        content: {
          'audio/*': { schema: { type: 'string', format: 'binary' } },
          'application/json': { schema: resolver(LABELS_REQUEST) },
        },
      },
      responses: {
        200: { description: 'the greatest first', content: { 'application/json': { schema: resolver(LABELS) } } },
        ...failures(400, 404, 413, 415, 422, 503),
      },
    }),
    (context) => {
      const name = context.req.param('name');
      if (name !== MODEL) throw new Refusal(404, 'model', `expected the model ${MODEL}, for there is no other here`);
      const type = context.req.header('content-type') ?? '';
      const isJson = /^application\/json\b/i.test(type);
      return withBody(
        context,
        async (body) => {
          const bytes = isJson ? body : await soundIn(type, body);
          const { labels } = await inference.labels({ bytes, isJson, maxSeconds }, context.req.raw.signal);
          return context.json(labels);
        },
        isJson ? Math.min(bodyBytes, MOST_JSON) : bodyBytes,
      );
    },
  );
}
