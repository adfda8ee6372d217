import { setTimeout } from 'node:timers/promises';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { describeRoute, resolver, validator } from 'hono-openapi';
import { checked, failures } from '../openapi.ts';
import { Refusal } from '../problems.ts';
import { COMPARISON, COMPARISON_QUERY, RUN, RUNS } from '../schemas.ts';
import { folderOfRun, listRuns, readRun, STUDIES, textIn } from './folders.ts';
import { followLog } from './follow-log.ts';
import { PLOTS, type PlotName } from './plots.ts';
import type { RunViewer } from './viewer.ts';

/** Between two looks at a log that somebody watches, and between two signs of life, ms. */
const [LOOK, ALIVE] = [500, 15_000];

/** A file from a folder of runs may hold anything: shown in a browser, it runs nothing and asks for nothing. */
const HARMLESS = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** What the routes of runs work with. */
export interface RunServices {
  readonly viewer: RunViewer;
  /** aborted where the server stops */
  readonly stopping: AbortSignal;
}

/**
 * Runs of a folder, read-only. The events of one are the lines of its log, which is written as it goes; their ids are the numbers of lines, so
 * that a client that was cut off goes on where it was.
 */
export function runRoutes(root: string, { viewer, stopping }: RunServices): Hono {
  return new Hono()
    .get(
      '/runs',
      describeRoute({
        summary: 'Runs and studies of the folder, the last changed first',
        responses: {
          200: { description: 'runs', content: { 'application/json': { schema: resolver(RUNS) } } },
          ...failures(),
        },
      }),
      async (context) => context.json(await listRuns(root)),
    )
    .get(
      '/comparison',
      describeRoute({
        summary: 'Runs beside each other',
        description: 'What `attune compare --primary none --json` says. All of it is descriptive.',
        responses: {
          200: { description: 'the comparison', content: { 'application/json': { schema: resolver(COMPARISON) } } },
          ...failures(400, 404),
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
      '/runs/:id{.+?}/events',
      describeRoute({
        summary: 'What a run tells, as server-sent events',
        description:
          'Each line of log.jsonl, then those that come. `Last-Event-ID` goes on behind that line. The stream ends with the event `end`, behind which a run writes nothing.',
        responses: { 200: { description: 'events', content: { 'text/event-stream': {} } }, ...failures(404) },
      }),
      async (context) => {
        const folder = await folderOfRun(root, context.req.param('id'));
        const last = Number(context.req.header('last-event-id') ?? 0);
        let at = Number.isInteger(last) && last > 0 ? last : 0;
        return streamSSE(context, async (stream) => {
          let alive = Date.now();
          const news = followLog(folder, at);
          while (!stream.aborted && !stopping.aborted) {
            let isOver = false;
            for (const line of await news()) {
              const event = eventIn(line);
              await stream.writeSSE({ id: String(++at), event, data: line });
              isOver = event === 'end';
            }
            if (isOver) return;
            if (Date.now() - alive > ALIVE) {
              await stream.write(': alive\n\n');
              alive = Date.now();
            }
            await setTimeout(LOOK, undefined, { signal: stopping }).catch(() => {});
          }
        });
      },
    )
    .get(
      '/runs/:id{.+?}/plots/:plot',
      describeRoute({
        summary: `A picture of a run: ${PLOTS.join(', ')}`,
        description: 'Those of its report; loss and accuracy are there while it trains.',
        responses: { 200: { description: 'the picture', content: { 'image/svg+xml': {} } }, ...failures(404) },
      }),
      async (context) => {
        const { id, plot } = context.req.param();
        if (!(PLOTS as readonly string[]).includes(plot))
          throw new Refusal(404, 'not_found', `expected one of ${PLOTS.join(', ')}`);
        const svg = await viewer.plot({ folder: await folderOfRun(root, id), plot: plot as PlotName });
        return context.body(svg, 200, { 'Content-Type': 'image/svg+xml', 'Content-Security-Policy': HARMLESS });
      },
    )
    .get(
      '/runs/:id{.+?}/report',
      describeRoute({
        summary: 'The report of a run that has ended',
        responses: { 200: { description: 'the page', content: { 'text/html': {} } }, ...failures(404) },
      }),
      async (context) => {
        const page = await textIn(root, context.req.param('id'), 'report.html');
        return context.html(page, 200, { 'Content-Security-Policy': HARMLESS });
      },
    )
    .get(
      '/runs/:id{.+}',
      describeRoute({
        summary: 'A run: its settings, where it stands, and its figures once it has ended',
        responses: {
          200: { description: 'the run', content: { 'application/json': { schema: resolver(RUN) } } },
          ...failures(404),
        },
      }),
      async (context) => context.json(await readRun(root, context.req.param('id'))),
    )
    .get(
      '/studies/:kind/:part{figures|picture}',
      describeRoute({
        summary: 'A study: its figures as JSON, or its picture',
        description: '`?in=FOLDER` where it is not in the folder of runs itself.',
        responses: {
          200: { description: 'the study', content: { 'application/json': {}, 'image/svg+xml': {} } },
          ...failures(404),
        },
      }),
      async (context) => {
        const { kind, part } = context.req.param();
        const study: { figures: string; picture?: string } | undefined = STUDIES[kind as keyof typeof STUDIES];
        const file = study?.[part as 'figures'];
        if (!file) throw new Refusal(404, 'not_found', 'there is no such study here');
        const text = await textIn(root, context.req.query('in') ?? '', file);
        const type = part === 'figures' ? 'application/json' : 'image/svg+xml';
        return context.body(text, 200, { 'Content-Type': type, 'Content-Security-Policy': HARMLESS });
      },
    );
}

function eventIn(line: string): string {
  try {
    return String((JSON.parse(line) as { event?: unknown }).event ?? 'line');
  } catch {
    return 'line';
  }
}
