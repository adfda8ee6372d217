import { setTimeout } from 'node:timers/promises';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { describeRoute, resolver } from 'hono-openapi';
import { failures } from './openapi.ts';
import { folderOfRun, listRuns, logSince, readRun } from './runs.ts';
import { RUN, RUNS } from './schemas.ts';

/** Between two looks at a log that somebody watches, and between two signs of life, ms. */
const [LOOK, ALIVE] = [500, 15_000];

/**
 * Runs of a folder, read-only. The events of one are the lines of its log, which is written as it goes; their ids are the numbers of lines, so
 * that a client that was cut off goes on where it was.
 *
 * @param stopping is aborted where the server stops
 */
export function runRoutes(root: string, stopping: AbortSignal): Hono {
  return new Hono()
    .get(
      '/',
      describeRoute({
        summary: 'The runs of the folder, the last changed first',
        responses: {
          200: { description: 'runs', content: { 'application/json': { schema: resolver(RUNS) } } },
          ...failures(),
        },
      }),
      async (context) => context.json(await listRuns(root)),
    )
    .get(
      '/:id{.+?}/events',
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
          while (!stream.aborted && !stopping.aborted) {
            let isOver = false;
            for (const line of await logSince(folder, at)) {
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
      '/:id{.+}',
      describeRoute({
        summary: 'A run: its settings, and its figures once it has ended',
        responses: {
          200: { description: 'the run', content: { 'application/json': { schema: resolver(RUN) } } },
          ...failures(404),
        },
      }),
      async (context) => context.json(await readRun(root, context.req.param('id'))),
    );
}

function eventIn(line: string): string {
  try {
    return String((JSON.parse(line) as { event?: unknown }).event ?? 'line');
  } catch {
    return 'line';
  }
}
