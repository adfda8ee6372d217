import { Hono } from 'hono';
import { describeRoute, resolver } from 'hono-openapi';
import * as v from 'valibot';
import { DEFAULT_TIMELINE } from '../recognize/timeline.ts';
import { soundIn } from './body.ts';
import type { Inference } from './inference.ts';
import { failures } from './openapi.ts';
import { Refusal } from './problems.ts';
import { LABELS, LABELS_REQUEST } from './schemas.ts';
import type { ServerLimits } from './settings.ts';

/** The name of the one model that is here. */
export const MODEL = 'attune';

/**
 * Audio classification as Hugging Face's inference API has it: a recording as the body, or in JSON in base64, to labels with scores
 * (https://huggingface.co/docs/inference-providers/tasks/audio-classification).
 */
export function modelRoutes(inference: Inference, { soundSeconds: maxSeconds }: ServerLimits): Hono {
  return new Hono().post(
    '/:name',
    describeRoute({
      summary: "Labels of a recording, in the shape of Hugging Face's audio classification",
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
    async (context) => {
      const name = context.req.param('name');
      if (name !== MODEL) throw new Refusal(404, 'model', `expected the model ${MODEL}, for there is no other here`);
      const isJson = /^application\/json\b/i.test(context.req.header('content-type') ?? '');
      const { bytes, most } = isJson
        ? await asked(await context.req.text())
        : { bytes: await soundIn(context), most: undefined };
      const { probabilities } = await inference.recognize({ bytes, maxSeconds, timeline: DEFAULT_TIMELINE });
      const labels = Object.entries(probabilities).map(([label, score]) => ({ label, score }));
      return context.json(labels.sort((a, b) => b.score - a.score).slice(0, most));
    },
  );
}

async function asked(text: string): Promise<{ readonly bytes: Uint8Array; readonly most: number | undefined }> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Refusal(400, 'request', 'expected JSON with a recording in base64 as `inputs`, got no JSON');
  }
  const found = v.safeParse(LABELS_REQUEST, json);
  if (!found.success) throw new Refusal(400, 'request', v.summarize(found.issues).replaceAll('\n', '; '));
  const { inputs, parameters } = found.output;
  return { bytes: Uint8Array.from(Buffer.from(inputs, 'base64')), most: parameters?.top_k };
}
