import type { MiddlewareHandler } from 'hono';
import { pino } from 'pino';
import { routeOf } from './route.ts';

export type Log = ReturnType<typeof createLog>;

/**
 * A line of JSON a request to stderr. What is logged is the route, never the path, a query, a header or a body: nothing of the sound, and no
 * name of a file or a run.
 */
export function createLog(level: string) {
  const logger = pino({ level, base: {} }, pino.destination({ fd: 2, sync: false }));
  const watch: MiddlewareHandler = async (context, next) => {
    const begun = performance.now();
    await next();
    const { method } = context.req;
    const { status } = context.res;
    const line = { method, route: routeOf(context), status, ms: Math.round(performance.now() - begun) };
    if (status >= 500 && status !== 503) logger.error(line, 'failed');
    else logger.info(line, 'answered');
  };
  return { watch, logger };
}
