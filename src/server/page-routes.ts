import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { type Context, Hono } from 'hono';

/** Where `npm run build:page` puts it. */
const PAGE = fileURLToPath(new URL('../page/', import.meta.url));
const WEIGHTS = fileURLToPath(new URL('../../weights/', import.meta.url));

export const hasPage = (): boolean => existsSync(`${PAGE}index.html`);

/** Files whose names change with their bytes need not be asked for again. */
const forever = (path: string, context: Context): void => {
  if (/-[\w-]{8}\.\w+$/.test(path)) context.header('Cache-Control', 'public, max-age=31536000, immutable');
};
const again = (_: string, context: Context): void => context.header('Cache-Control', 'no-cache');

/** The page, where it is built; undefined where it is not. What it wants of other folders of the package is not kept twice. */
export function pageRoutes(): Hono | undefined {
  if (!hasPage()) return undefined;
  const runtime = `${dirname(createRequire(import.meta.url).resolve('onnxruntime-web'))}/`;
  const named = (path: string) => path.replace('/assets/', '');
  return new Hono()
    .get('/', serveStatic({ root: PAGE, onFound: again }))
    .get('/offline.js', serveStatic({ root: PAGE, onFound: again }))
    .get('/assets/*', serveStatic({ root: PAGE, onFound: forever }))
    .get('/assets/:name{[\\w.-]+\\.safetensors}', serveStatic({ root: WEIGHTS, rewriteRequestPath: named }))
    .get('/assets/:name{ort-[\\w.-]+\\.wasm}', serveStatic({ root: runtime, rewriteRequestPath: named }))
    .get('/examples/:name{\\w+\\.wav}', serveStatic({ root: PAGE }));
}
