import { type Context, Hono } from 'hono';
import { describeRoute, resolver, validator } from 'hono-openapi';
import type { PanelName } from '../explain/panel-names.ts';
import type { WithBody } from './bodies.ts';
import { soundIn } from './body.ts';
import type { Inference } from './inference.ts';
import type { ExplainTask } from './inference-worker.ts';
import { checked, failures, RECORDING_BODY } from './openapi.ts';
import { EXPLAIN_QUERY, REPORT, TIMELINE_QUERY } from './schemas.ts';
import type { ServerLimits } from './settings.ts';

/** Recordings that are answered, and explained. */
export function recognizeRoutes(
  inference: Inference,
  withBody: WithBody,
  { soundSeconds: maxSeconds }: ServerLimits,
): Hono {
  const withSound = (context: Context, work: (bytes: Uint8Array, signal: AbortSignal) => Promise<Response>) =>
    withBody(context, async (body) =>
      work(await soundIn(context.req.header('content-type') ?? '', body), context.req.raw.signal),
    );
  return new Hono()
    .post(
      '/recognize',
      describeRoute({
        summary: 'Tell the emotion of a recording',
        description:
          'Of the whole, of segments, and as a timeline: one of the objects that `attune recognize --format json` gives in a list.',
        requestBody: RECORDING_BODY,
        responses: {
          200: { description: 'the answer', content: { 'application/json': { schema: resolver(REPORT) } } },
          ...failures(400, 413, 415, 422, 503),
        },
      }),
      validator('query', TIMELINE_QUERY, checked),
      (context) => {
        const { smooth, abstain_below } = context.req.valid('query');
        const timeline = { smoothSeconds: smooth, abstainBelow: abstain_below };
        return withSound(context, async (bytes, signal) =>
          context.json(await inference.recognize({ bytes, maxSeconds, timeline }, signal)),
        );
      },
    )
    .post(
      '/explain',
      describeRoute({
        summary: 'Show by what the network decides',
        description:
          'The attention maps of a segment: as JSON, or as a picture where the request accepts image/png or image/svg+xml.',
        requestBody: RECORDING_BODY,
        responses: {
          200: {
            description: 'the maps, or the picture',
            content: { 'application/json': {}, 'image/png': {}, 'image/svg+xml': {} },
          },
          ...failures(400, 413, 415, 422, 503),
        },
      }),
      validator('query', EXPLAIN_QUERY, checked),
      (context) => {
        const { class: emotion, segment, at, map } = context.req.valid('query');
        const accepted = context.req.header('accept') ?? '';
        const kind: ExplainTask['kind'] = accepted.includes('image/svg')
          ? 'svg'
          : accepted.includes('image/png')
            ? 'png'
            : 'json';
        const asked = {
          ...{ maxSeconds, kind },
          ...(emotion !== undefined && { emotion }),
          ...(segment !== undefined && { segment }),
          ...(at !== undefined && { at }),
          ...(map && { map: map as readonly PanelName[] }),
        };
        return withSound(context, async (bytes, signal) => {
          const shown = await inference.explain({ ...asked, bytes }, signal);
          if ('bytes' in shown) return context.body(Uint8Array.from(shown.bytes), 200, { 'Content-Type': 'image/png' });
          const type = kind === 'svg' ? 'image/svg+xml' : 'application/json';
          return context.body(shown.text, 200, { 'Content-Type': type });
        });
      },
    );
}
