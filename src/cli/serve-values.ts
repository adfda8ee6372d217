import { InvalidArgumentError } from 'commander';

/** Where a page comes from, as browsers say it: `https://example.org`, without what follows. */
export function origin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.origin === 'null' || url.href !== `${url.origin}/`)
    throw new InvalidArgumentError('Expected the origin of a page, such as https://example.org.');
  return url.origin;
}

/** A name or address by which a server is called, without a port. */
export function hostName(text: string): string {
  const url = URL.canParse(`http://${text}`) ? new URL(`http://${text}`) : undefined;
  if (!url || url.href !== `http://${url.hostname}/` || text.includes('/'))
    throw new InvalidArgumentError('Expected a name without a port, such as attune.example.org.');
  return url.hostname;
}

/** A token; over a WebSocket it is part of a subprotocol, in which stand these characters alone (RFC 9110, section 5.6.2). */
export function tokenText(text: string): string {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(text))
    throw new InvalidArgumentError(
      "Expected letters, digits and -._~!#$%&'*+^`| alone; openssl rand -hex 32 makes one.",
    );
  return text;
}
