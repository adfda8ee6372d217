import { setTimeout } from 'node:timers/promises';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { describeRoute, resolver } from 'hono-openapi';
import { failures, inPath } from '../openapi.ts';
import { Refusal } from '../problems.ts';
import { RUN, RUNS } from '../schemas.ts';
import { fileIn, folderOfRun, textOf } from './folders.ts';
import { followLog } from './follow-log.ts';
import { PLOTS, type PlotName } from './plots.ts';
import type { RunViewer } from './viewer.ts';

/** Between two looks at a log that somebody watches, and between two signs of life, ms. */
const [LOOK, ALIVE] = [500, 15_000];

/** A file from a folder of runs may hold anything: shown in a browser, it runs nothing and asks for nothing. */
export const HARMLESS = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Looks in a row that find no run where one was, before it is told that it is gone. */
const MISSED = 3;

const LAST = {
  in: 'header',
  name: 'Last-Event-ID',
  schema: { type: 'integer' },
  description: 'lines of the log that are known already',
} as const;
const ID = inPath(
  'id',
  'its name in the list; slashes in it may be written %2F, and must be where a part of its name is called as a route',
);

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
          ...failures(503),
        },
      }),
      async (context) => context.json(await viewer.list(root)),
    )
    .get(
      '/runs/:id{.+?}/events',
      describeRoute({
        summary: 'What a run tells, as server-sent events',
        description:
          'Each line of log.jsonl, then those that come. `Last-Event-ID` goes on behind that line. The stream ends with the event `end`, behind which a run writes nothing, or with `gone` where its folder is no longer there.',
        parameters: [ID, LAST],
        responses: { 200: { description: 'events', content: { 'text/event-stream': {} } }, ...failures(404, 503) },
      }),
      async (context) => {
        const id = context.req.param('id');
        const folder = await folderOfRun(root, id);
        const last = Number(context.req.header('last-event-id') ?? 0);
        let at = Number.isInteger(last) && last > 0 ? last : 0;
        return streamSSE(context, async (stream) => {
          let alive = Date.now();
          const news = followLog(folder, at);
          let missed = 0;
          while (!stream.aborted && !stopping.aborted) {
            let isOver = false;
            const lines = await news();
            for (const line of lines) {
              const event = eventIn(line);
              await stream.writeSSE({ id: String(++at), event, data: line });
              isOver = event === 'end';
            }
            if (isOver) return;
            if (lines.length) continue; // there may be more
            const isThere = await folderOfRun(root, id).then(
              () => true,
              () => false,
            );
            missed = isThere ? 0 : missed + 1;
            if (missed >= MISSED) return stream.writeSSE({ event: 'gone', data: '' });
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
        parameters: [ID, inPath('plot', 'which', PLOTS)],
        responses: { 200: { description: 'the picture', content: { 'image/svg+xml': {} } }, ...failures(404, 503) },
      }),
      async (context) => {
        const { id, plot } = context.req.param();
        if (!(PLOTS as readonly string[]).includes(plot))
          throw new Refusal(404, 'not_found', `expected one of ${PLOTS.join(', ')}`);
        const svg = await viewer.plot({ root, id, plot: plot as PlotName });
        return context.body(svg, 200, { 'Content-Type': 'image/svg+xml', 'Content-Security-Policy': HARMLESS });
      },
    )
    .get(
      '/runs/:id{.+?}/report',
      describeRoute({
        summary: 'The report of a run that has ended',
        parameters: [ID],
        responses: { 200: { description: 'the page', content: { 'text/html': {} } }, ...failures(404, 503) },
      }),
      async (context) => {
        const page = await textOf(
          await fileIn(root, context.req.param('id'), 'report.html').catch(() => {
            throw new Refusal(404, 'run', 'this run has no report here; it is written when the run ends');
          }),
        );
        return context.html(page, 200, { 'Content-Security-Policy': HARMLESS });
      },
    )
    .get(
      '/runs/:id{.+}',
      describeRoute({
        summary: 'A run: its settings, where it stands, and its figures once it has ended',
        parameters: [ID],
        responses: {
          200: { description: 'the run', content: { 'application/json': { schema: resolver(RUN) } } },
          ...failures(404, 503),
        },
      }),
      async (context) => context.json(await viewer.run({ root, id: context.req.param('id') })),
    );
}

function eventIn(line: string): string {
  try {
    return String((JSON.parse(line) as { event?: unknown }).event ?? 'line');
  } catch {
    return 'line';
  }
}
