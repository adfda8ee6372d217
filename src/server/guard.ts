import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { Refusal } from './problems.ts';
import { isLoopback, type ServerSettings } from './settings.ts';

type Guarded = Pick<ServerSettings, 'token' | 'origins' | 'hosts'>;

/** A client of WebSocket cannot send headers, so the token may come as a subprotocol: this and the token. */
export const TOKEN_PROTOCOL = 'attune.token.';

/**
 * Lets in who calls this server by a name of its own and, from a page, from a page of its own: other pages of a browser cannot make it answer,
 * not by a name of theirs that leads here either (DNS rebinding).
 */
export const guardNames =
  ({ token, origins, hosts }: Guarded): MiddlewareHandler =>
  async (context, next) => {
    const host = context.req.header('host') ?? '';
    const name = hostnameOf(`http://${host}`);
    if (!name || !(token !== undefined || isLoopback(name) || hosts.includes(name)))
      throw new Refusal(
        421,
        'host',
        'this server does not answer to that name; call it by localhost, or start it with --allow-host',
      );
    const origin = context.req.header('origin');
    if (origin !== undefined && hostOf(origin) !== host && !origins.includes(origin))
      throw new Refusal(403, 'origin', 'pages of that origin may not ask; start the server with --allow-origin for it');
    await next();
  };

/** What browsers want to hear before another page's script may read an answer. */
export const allowOrigins = ({ origins }: Guarded): MiddlewareHandler => cors({ origin: [...origins], maxAge: 600 });

/** @throws Refusal where a token is asked for and not given */
export const guardToken =
  ({ token }: Guarded): MiddlewareHandler =>
  async (context, next) => {
    if (token !== undefined) {
      const bearer = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
      const protocols = (context.req.header('sec-websocket-protocol') ?? '').split(',').map((one) => one.trim());
      const offered = protocols.find((one) => one.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length);
      if (![bearer, offered].some((given) => given !== undefined && isSame(given, token)))
        throw new Refusal(
          401,
          'token',
          'expected the token of this server: send "Authorization: Bearer TOKEN", or over a WebSocket the subprotocols "attune" and ' +
            `"${TOKEN_PROTOCOL}TOKEN"`,
          { 'WWW-Authenticate': 'Bearer' },
        );
    }
    await next();
  };

/** Takes as long whatever is given. */
function isSame(given: string, token: string): boolean {
  const [a, b] = [given, token].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a!, b!);
}

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined);
const hostnameOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).hostname : undefined);
