// The page without a network: what it is made of is kept after the first visit, and given from there. Built with each page anew, with the
// list of what that build is made of.

interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
/** What is used of `ServiceWorkerGlobalScope`: its types do not go with those of pages. */
interface Scope {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: 'install' | 'activate', act: (event: Waiting) => void): void;
  addEventListener(name: 'fetch', act: (event: Fetching) => void): void;
}
const scope = self as unknown as Scope;

/** Put in by the build: what this page keeps, and under which name. */
declare const KEPT: { readonly name: string; readonly files: readonly string[] };

/** Files whose names change with their bytes never grow old. */
const HASHED = /-[\w-]{8}\.(js|css|wasm)$/;
/** What makes threads of the page share memory, where the host of files does not send it. */
const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

scope.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(KEPT.name)
      .then((cache) => cache.addAll(KEPT.files.map((file) => new Request(file, { cache: 'no-cache' }))))
      .then(() => scope.skipWaiting()),
  );
});

scope.addEventListener('activate', (event) => {
  const others = (names: readonly string[]) => names.filter((name) => name.startsWith('attune-') && name !== KEPT.name);
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(others(names).map((name) => caches.delete(name))))
      .then(() => scope.clients.claim()),
  );
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== scope.location.origin) return;
  const path = url.pathname.slice(new URL('./', scope.location.href).pathname.length).replace(/^index\.html$/, '');
  if (path !== '' && !KEPT.files.includes(`./${path}`)) return; // the server's answers are its own
  event.respondWith(HASHED.test(path) ? keptFirst(request) : freshFirst(request));
});

/** A server may say that its answers vary with who asks: these files do not. */
const MATCH = { ignoreVary: true };

const keptFirst = async (request: Request): Promise<Response> =>
  isolated((await caches.match(request, MATCH)) ?? (await fetch(request)));

async function freshFirst(request: Request): Promise<Response> {
  const kept = request.mode === 'navigate' ? './' : request;
  const fresh = await fetch(request).catch(() => undefined);
  const isFresh = fresh !== undefined && fresh.status < 500; // else what stands before the server says that it is gone
  const found = isFresh ? fresh : ((await caches.match(kept, { ...MATCH, ignoreSearch: true })) ?? fresh);
  return found ? isolated(found) : Response.error();
}

/** The page, and the script of each of its threads, must say so. */
function isolated(answer: Response): Response {
  const { status, statusText, headers: given, body } = answer;
  if (status === 0) return answer; // it leads elsewhere, such as to where one logs in
  const headers = new Headers(given);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(body, { status, statusText, headers });
}

export {};
