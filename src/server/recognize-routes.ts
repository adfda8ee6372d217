import { Hono } from 'hono';
import { describeRoute, resolver, validator } from 'hono-openapi';
import type { PanelName } from '../explain/panel-names.ts';
import { soundIn } from './body.ts';
import type { Inference } from './inference.ts';
import { checked, failures, RECORDING_BODY } from './openapi.ts';
import { EXPLAIN_QUERY, REPORT, TIMELINE_QUERY } from './schemas.ts';
import type { ServerLimits } from './settings.ts';

/** Recordings that are answered, and explained. */
export function recognizeRoutes(inference: Inference, { soundSeconds: maxSeconds }: ServerLimits): Hono {
  return new Hono()
    .post(
      '/recognize',
      describeRoute({
        summary: 'Tell the emotion of a recording',
        description: 'Of the whole, of segments, and as a timeline: what `attune recognize --format json` says.',
        requestBody: RECORDING_BODY,
        responses: {
          200: { description: 'the answer', content: { 'application/json': { schema: resolver(REPORT) } } },
          ...failures(400, 413, 415, 422, 503),
        },
      }),
      validator('query', TIMELINE_QUERY, checked),
      async (context) => {
        const { smooth, abstain_below } = context.req.valid('query');
        const bytes = await soundIn(context);
        const timeline = { smoothSeconds: smooth, abstainBelow: abstain_below };
        return context.json(await inference.recognize({ bytes, maxSeconds, timeline }));
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
      async (context) => {
        const { class: emotion, segment, at, map } = context.req.valid('query');
        const accepted = context.req.header('accept') ?? '';
        const kind = accepted.includes('image/svg') ? 'svg' : accepted.includes('image/png') ? 'png' : 'json';
        const bytes = await soundIn(context);
        const shown = await inference.explain({
          ...{ bytes, maxSeconds, kind },
          ...(emotion !== undefined && { emotion }),
          ...(segment !== undefined && { segment }),
          ...(at !== undefined && { at }),
          ...(map && { map: map as readonly PanelName[] }),
        });
        if ('bytes' in shown) return context.body(Uint8Array.from(shown.bytes), 200, { 'Content-Type': 'image/png' });
        return context.body(shown.text, 200, { 'Content-Type': kind === 'svg' ? 'image/svg+xml' : 'application/json' });
      },
    );
}
