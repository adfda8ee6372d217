import { type Context, Hono } from 'hono';
import { METHOD_NAME_ALL } from 'hono/router';
import { secureHeaders } from 'hono/secure-headers';
import { describeRoute, resolver } from 'hono-openapi';
import { VERSION } from '../version.ts';
import { createBodies } from './bodies.ts';
import { allowOrigins, guardNames, guardToken } from './guard.ts';
import type { Inference } from './inference.ts';
import { createJobs, jobRoutes } from './jobs.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { modelRoutes } from './model-routes.ts';
import { describeApp, failures } from './openapi.ts';
import { pageRoutes } from './page-routes.ts';
import { answerProblem, Refusal, refusalOf } from './problems.ts';
import { recognizeRoutes } from './recognize-routes.ts';
import { referencePage } from './reference-page.ts';
import { runRoutes } from './runs/routes.ts';
import { studyRoutes } from './runs/study-routes.ts';
import type { RunViewer } from './runs/viewer.ts';
import { ABOUT } from './schemas.ts';
import type { ServerSettings } from './settings.ts';

/** So that threads of the page may share memory. Whether all of a name is to be asked by TLS alone, a proxy that has it must know. */
const HEADERS = {
  ...{ crossOriginEmbedderPolicy: true, crossOriginOpenerPolicy: true, strictTransportSecurity: false },
} as const;

/** What whoever watches a server asks; it takes no token. */
const watched = (summary: string, ...statuses: readonly number[]) => {
  const { 401: _, ...fails } = failures(...statuses);
  return { summary, responses: { 200: { description: 'it does', content: { 'application/json': {} } }, ...fails } };
};
const METRICS_ROUTE = {
  summary: 'What it counts, for Prometheus',
  responses: { 200: { description: 'the counts', content: { 'text/plain': {} } }, ...failures() },
};

/** What the routes of a server work with. */
export interface Services {
  readonly inference: Inference;
  readonly log: Log;
  readonly viewer: RunViewer;
  /** aborted where the server stops */
  readonly stopping: AbortSignal;
  /** live streams that are open */
  streams(): number;
}

/** Every route but the WebSocket, which needs a socket: an app answers requests with no port and no server. */
export function createApp(settings: ServerSettings, { inference, log, viewer, stopping, streams }: Services): Hono {
  const { limits, runs, queue, choice } = settings;
  const jobs = queue && createJobs(queue);
  const metrics = createMetrics({ waiting: () => inference.admission.counts.waiting, streams }, jobs);
  let classes: readonly string[] | undefined;
  inference.ready().then(
    (about) => {
      classes = about.classes;
    },
    (error) => log.logger.error({ message: String(error) }, 'the network cannot be loaded'),
  );
  const counted: Inference = {
    ...inference,
    async recognize(...asked) {
      const report = await inference.recognize(...asked);
      metrics.heard(report.durationSeconds);
      return report;
    },
    async labels(...asked) {
      const labels = await inference.labels(...asked);
      metrics.heard(labels.durationSeconds);
      return labels;
    },
  };
  const app = new Hono();
  app.onError((error, context) => {
    const isCutOff = stopping.aborted && refusalOf(error).status === 500; // its thread was ended
    const answer = answerProblem(context, isCutOff ? new Refusal(503, 'stopping', 'the server stops') : error);
    if (answer.status === 500) log.logger.error({ message: String(error) }, 'unforeseen');
    return answer;
  });
  app.notFound((context) => answerProblem(context, nothingHere(app, context)));
  app.use(log.watch, metrics.watch, secureHeaders(HEADERS));
  app.get('/healthz', describeRoute(watched('Whether it runs')), (context) => context.json({ status: 'ok' }));
  app.get('/readyz', describeRoute(watched('Whether it answers: the network is loaded', 503)), (context) => {
    if (stopping.aborted) throw new Refusal(503, 'stopping', 'the server stops');
    if (!classes) throw new Refusal(503, 'loading', 'the network is not loaded yet', { 'Retry-After': '1' });
    return context.json({ status: 'ready' });
  });
  app.use(guardNames(settings), allowOrigins(settings)); // whoever watches a server calls it by its address
  const page = pageRoutes();
  if (page)
    app.route('/', page); // it holds nothing secret, and asks this server for nothing
  else app.get('/', (context) => context.redirect('/reference'));
  app.use(guardToken(settings));
  app.get('/metrics', describeRoute(METRICS_ROUTE), async (context) =>
    context.body(await metrics.text(), 200, { 'Content-Type': metrics.type }),
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
    async (context) => {
      const known = await inference.ready().catch(() => {
        throw new Refusal(503, 'unloadable', 'the network cannot be loaded: the log of the server says why');
      });
      const weights = choice.checkpoint === undefined ? (choice.weights ?? 'default') : 'own';
      return context.json({
        version: VERSION,
        weights,
        classes: known.classes,
        limits: { ...limits },
        runs: runs !== undefined,
        jobs: jobs !== undefined,
      });
    },
  );
  const withBody = createBodies(limits, inference.admission.refuseIfBusy);
  app.route('/v1', recognizeRoutes(counted, withBody, limits));
  app.route('/models', modelRoutes(counted, withBody, limits));
  if (jobs) app.route('/v1', jobRoutes(jobs));
  if (runs !== undefined)
    for (const routes of [runRoutes, studyRoutes]) app.route('/v1', routes(runs, { viewer, stopping }));
  let described: Promise<{ readonly json: string; readonly page: string }> | undefined;
  const description = () => {
    described ??= describeApp(app).then((all) => ({ json: JSON.stringify(all), page: referencePage(all) }));
    return described; // once all routes are there
  };
  app.get('/openapi.json', async (context) =>
    context.body((await description()).json, 200, { 'Content-Type': 'application/json' }),
  );
  app.get('/reference', async (context) => context.html((await description()).page));
  return app;
}

/** What is said where no route answers: that there is none, or that it wants another method. */
function nothingHere(app: Hono, { req }: Context): Refusal {
  const answers = (method: string) =>
    app.router.match(method, req.path)[0].some(([[, route]]) => route.method !== METHOD_NAME_ALL);
  const allowed = ['GET', 'POST'].filter((method) => method !== req.method && answers(method));
  if (!allowed.length) return new Refusal(404, 'not_found', 'there is nothing here; /reference tells what there is');
  const message = `expected ${allowed.join(' or ')}, got ${req.method}; /reference tells what each route takes`;
  return new Refusal(405, 'method', message, { Allow: allowed.join(', ') });
}
