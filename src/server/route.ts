import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';

/** The route that a request meant, as it is written in the code, such as `/v1/runs/:id`: never what stands in its place. */
export const routeOf = (context: Context): string =>
  matchedRoutes(context).findLast(({ path }) => path !== '/*' && path !== '*')?.path ?? 'none';
