import { Hono } from 'hono';
import { describeRoute, resolver, validator } from 'hono-openapi';
import { checked, failures, inPath } from '../openapi.ts';
import { Refusal } from '../problems.ts';
import { COMPARISON, COMPARISON_QUERY, STUDY_QUERY } from '../schemas.ts';
import { folderOfRun } from './folders.ts';
import { HARMLESS, type RunServices } from './routes.ts';
import { isKind, KINDS } from './studies.ts';

/** Several runs at a time: beside each other, and the studies that they were made for. */
export function studyRoutes(root: string, { viewer }: RunServices): Hono {
  return new Hono()
    .get(
      '/comparison',
      describeRoute({
        summary: 'Runs beside each other',
        description: 'What `attune compare --primary none --json` says. All of it is descriptive.',
        responses: {
          200: { description: 'the comparison', content: { 'application/json': { schema: resolver(COMPARISON) } } },
          ...failures(400, 404, 503),
        },
      }),
      validator('query', COMPARISON_QUERY, checked),
      async (context) => {
        const names = context.req.valid('query').run;
        const folders = await Promise.all(names.map((name) => folderOfRun(root, name)));
        return context.json(await viewer.compare({ folders, names }));
      },
    )
    .get(
      '/studies/:kind/:part{figures|picture}',
      describeRoute({
        summary: 'A study: its figures as JSON, or its picture as SVG',
        description: 'Table 1 of the paper, its Figure 2, and what choices of the protocol are worth.',
        parameters: [
          inPath('kind', 'which study', KINDS),
          inPath('part', '`table1` has no picture', ['figures', 'picture']),
        ],
        responses: {
          200: { description: 'the study', content: { 'application/json': {}, 'image/svg+xml': {} } },
          ...failures(404, 503),
        },
      }),
      validator('query', STUDY_QUERY, checked),
      async (context) => {
        const { kind, part } = context.req.param() as { kind: string; part: 'figures' | 'picture' };
        if (!isKind(kind)) throw new Refusal(404, 'not_found', `expected one of ${KINDS.join(', ')}`);
        const text = await viewer.study({ root, kind, part, in: context.req.valid('query').in });
        const type = part === 'figures' ? 'application/json' : 'image/svg+xml';
        return context.body(text, 200, { 'Content-Type': type, 'Content-Security-Policy': HARMLESS });
      },
    );
}
