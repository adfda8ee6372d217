import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { describeRoute, resolver } from 'hono-openapi';
import { VERSION } from '../version.ts';
import { allowOrigins, guardNames, guardToken } from './guard.ts';
import type { Inference } from './inference.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { modelRoutes } from './model-routes.ts';
import { describeApp, failures } from './openapi.ts';
import { pageRoutes } from './page-routes.ts';
import { answerProblem, Refusal } from './problems.ts';
import { recognizeRoutes } from './recognize-routes.ts';
import { referencePage } from './reference-page.ts';
import { runRoutes } from './run-routes.ts';
import { ABOUT } from './schemas.ts';
import type { ServerSettings } from './settings.ts';

/** So that threads of the page may share memory. */
const ISOLATED = { crossOriginEmbedderPolicy: true, crossOriginOpenerPolicy: true } as const;

/** What the routes of a server work with. */
export interface Services {
  readonly inference: Inference;
  readonly log: Log;
  /** aborted where the server stops */
  readonly stopping: AbortSignal;
  /** live streams that are open */
  streams(): number;
}

/** Every route but the WebSocket, which needs a socket: an app answers requests with no port and no server. */
export function createApp(settings: ServerSettings, { inference, log, stopping, streams }: Services): Hono {
  const { limits, runs, choice } = settings;
  const metrics = createMetrics({ waiting: () => inference.admission.counts.waiting, streams });
  let classes: readonly string[] | undefined;
  inference.ready().then(
    (about) => {
      classes = about.classes;
    },
    (error) => log.logger.error({ message: String(error) }, 'the network cannot be loaded'),
  );
  const counted: Inference = {
    ...inference,
    async recognize(task) {
      const report = await inference.recognize(task);
      metrics.heard(report.durationSeconds);
      return report;
    },
  };
  const app = new Hono();
  app.onError((error, context) => {
    const answer = answerProblem(context, error);
    if (answer.status === 500) log.logger.error({ message: String(error) }, 'unforeseen');
    return answer;
  });
  app.notFound((context) =>
    answerProblem(context, new Refusal(404, 'not_found', 'there is nothing here; /reference tells what there is')),
  );
  app.use(log.watch, metrics.watch, secureHeaders(ISOLATED), guardNames(settings), allowOrigins(settings));
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', (context) => {
    if (stopping.aborted) throw new Refusal(503, 'stopping', 'the server stops');
    if (!classes) throw new Refusal(503, 'loading', 'the network is not loaded yet', { 'Retry-After': '1' });
    return context.json({ status: 'ready' });
  });
  const page = pageRoutes();
  if (page)
    app.route('/', page); // it holds nothing secret, and asks this server for nothing
  else app.get('/', (context) => context.redirect('/reference'));
  app.use(guardToken(settings));
  app.get('/metrics', async (context) => context.body(await metrics.text(), 200, { 'Content-Type': metrics.type }));
  app.use(
    bodyLimit({
      maxSize: limits.bodyBytes,
      onError: () => {
        throw new Refusal(
          413,
          'too_large',
          `expected at most ${limits.bodyBytes} bytes, got more; send shorter recordings`,
        );
      },
    }),
  );
  app.get(
    '/v1',
    describeRoute({
      summary: 'What this server answers with',
      responses: {
        200: { description: 'about it', content: { 'application/json': { schema: resolver(ABOUT) } } },
        ...failures(503),
      },
    }),
    (context) => {
      if (!classes) throw new Refusal(503, 'loading', 'the network is not loaded yet', { 'Retry-After': '1' });
      const weights = choice.checkpoint === undefined ? (choice.weights ?? 'default') : 'own';
      return context.json({ version: VERSION, weights, classes, limits: { ...limits } });
    },
  );
  app.route('/v1', recognizeRoutes(counted, limits));
  app.route('/models', modelRoutes(counted, limits));
  if (runs !== undefined) app.route('/v1/runs', runRoutes(runs, stopping));
  app.get('/openapi.json', async (context) => context.json(await describeApp(app)));
  app.get('/reference', async (context) => context.html(referencePage(await describeApp(app))));
  return app;
}
