import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { Redis } from 'ioredis';
import { AttuneError } from '../../errors.ts';

/** Where a queue is. */
export interface QueueAddress {
  /** of Redis or Valkey, such as `redis://user@host:6379/0`, or `rediss:` for TLS */
  readonly url: string;
  /** in the place of one in the URL, which lists of processes show */
  readonly password?: string | undefined;
  /** how often a Redis that does not answer is asked again at the start, with pauses that double; default: 4 */
  readonly tries?: number | undefined;
}

/** A Redis that is fit for a queue. */
export interface Connection {
  /** what it is called in messages, without a password */
  readonly name: string;
  readonly redis: Redis;
  /** another connection, for what waits; it is closed with this one */
  another(): Redis;
  close(): void;
}

/** A connection that is lost comes back by itself; what was asked meanwhile waits. The pauses grow to this, ms. */
const LONGEST_PAUSE = 5_000;
/** One that does not answer for so long is not there, ms. */
const CONNECT_TIMEOUT = 5_000;
/** One that takes longer is perhaps asked with TLS and has none, or without and has, and says nothing then, ms. */
const SLOW = 1_000;
const SILENT = 'it takes connections, and says nothing';
/** How a password or a user is refused. */
const REFUSED = /WRONGPASS|NOAUTH|invalid username-password|without any password|NOPERM/;
/** Clocks may differ by this, ms: pauses between attempts are told by them. */
const CLOCK_TOLERANCE = 30_000;

/**
 * Connects to a Redis, and looks whether a queue is safe there.
 *
 * @param onNote told where the connection is lost, and that it is back
 * @throws AttuneError `usage` where the URL is none, the password is wrong, its certificate is not trusted, or Redis may evict keys, naming the setting; `run` where it does not
 *   answer or the clocks differ
 */
export async function connect(address: QueueAddress, onNote: (text: string) => void = () => {}): Promise<Connection> {
  const { name, url } = readAddress(address);
  const { tries = 4 } = address;
  const told = new Set<string>();
  const note = (text: string) => {
    if (!told.has(text)) onNote(`${name} ${text}`);
    told.add(text);
  };
  const open: Redis[] = [];
  const lastErrors = new WeakMap<Redis, string>();
  const create = () => {
    const redis: Redis = new Redis(url, {
      ...{ lazyConnect: true, maxRetriesPerRequest: null, connectTimeout: CONNECT_TIMEOUT, enableReadyCheck: true },
      retryStrategy: (times): number | null =>
        open.includes(redis) ? Math.min(LONGEST_PAUSE, 100 * 2 ** Math.min(times, 10)) : null,
      keepAlive: 10_000,
    });
    redis.on('error', (error: Error & { code?: string }) => lastErrors.set(redis, error.message || error.code || ''));
    return redis;
  };
  const redis = await firstConnection(create, url, { why: (one) => lastErrors.get(one), name, tries, note });
  open.push(redis);
  try {
    await refuseNoDatabase(redis, name, new URL(url).pathname.slice(1));
    await refuseUnfit(redis, name);
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  let [lost, refused] = [false, false];
  redis.on('error', ({ message }) => {
    if (!REFUSED.test(message) || refused) return;
    onNote(`${name} refuses the password or the user now (${message}); going on when they are accepted`);
    refused = true;
  });
  redis.on('close', () => {
    if (!lost && open.length) onNote(`the connection to ${name} is lost; trying again until it is back`);
    lost = true;
  });
  redis.on('ready', () => {
    if (lost) onNote(`the connection to ${name} is back`);
    [lost, refused] = [false, false];
  });
  return {
    ...{ name, redis },
    another() {
      const another = create();
      open.push(another);
      another.connect().catch(() => {}); // it tries again by itself
      return another;
    },
    close() {
      for (const one of open.splice(0)) one.disconnect();
    },
  };
}

function readAddress({ url: text, password }: QueueAddress): { name: string; url: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['redis:', 'rediss:'].includes(url.protocol) || !url.hostname || !/^\/?\d*$/.test(url.pathname))
    throw new AttuneError(
      'usage',
      'expected the queue as a URL such as redis://127.0.0.1:6379 or rediss://user@host:6379/1, got something else',
    );
  const database = url.pathname.length > 1 ? url.pathname : '';
  if (password !== undefined) url.password = password; // beside a user in the URL, ioredis hears of no other
  return { url: url.href, name: `${url.protocol}//${url.hostname}:${url.port || 6379}${database}` };
}

async function firstConnection(
  create: () => Redis,
  url: string,
  given: {
    /** the last error of a connection, which is all that tells why it was closed */
    readonly why: (redis: Redis) => string | undefined;
    readonly name: string;
    readonly tries: number;
    readonly note: (text: string) => void;
  },
): Promise<Redis> {
  const { why, name, note } = given;
  const failed = (code: 'usage' | 'run', text: string, cause: unknown) =>
    new AttuneError(code, `${name} ${text}`, { cause });
  for (let { tries } = given, pause = 200; ; pause *= 2) {
    const redis = create();
    try {
      await answered(redis.connect(), url, note);
      return redis;
    } catch (cause) {
      redis.disconnect();
      const reason = why(redis) || (cause as Error).message;
      if (REFUSED.test(reason))
        throw failed(
          'usage',
          `refuses the password or the user (${reason}): give them in the URL, or the password in ATTUNE_QUEUE_PASSWORD`,
          cause,
        );
      if (/certificate|unable to verify/i.test(reason))
        throw failed(
          'usage',
          `shows a certificate that is not trusted here (${reason}): name a file that holds it, or its authority’s, in NODE_EXTRA_CA_CERTS`,
          cause,
        );
      const isTls = url.startsWith('rediss:');
      if (isTls && (await answerTo(url)) === 'plain')
        throw failed(
          'usage',
          'answers without TLS, and rediss: asks for it: name it as redis://, or set up TLS there',
          cause,
        );
      if (!isTls && reason !== SILENT && (await speaksTls(url)))
        throw failed('usage', 'answers with TLS alone: name it as rediss://', cause);
      if (--tries <= 0)
        throw failed(
          'run',
          `does not answer (${reason}): start Redis or Valkey there, or name another with --queue`,
          cause,
        );
      note(`does not answer (${reason}); trying again`);
      await sleep(pause);
    }
  }
}

/**
 * A connection that is there, or an error where what takes it says nothing. One that is still reading its file says so, and is waited for.
 */
async function answered(connecting: Promise<void>, url: string, note: (text: string) => void): Promise<void> {
  const isSettled = connecting.then(
    () => true,
    () => true,
  );
  const within = (milliseconds: number) => Promise.race([isSettled, sleep(milliseconds, false, { ref: false })]);
  if (!(await within(SLOW))) {
    const answer = await answerTo(url);
    const isOther = answer === 'plain' && url.startsWith('rediss:');
    if (isOther || (answer === 'silent' && !(await within(CONNECT_TIMEOUT / 2)))) throw new Error(SILENT);
    if (answer === 'plain') note('is not ready yet, as while it reads its file; waiting');
  }
  await connecting;
}

/** What is said to a command without TLS: an answer, nothing for a while, or nobody is there or hangs up. */
const answerTo = (url: string): Promise<'plain' | 'silent' | 'none'> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = createConnection({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379) });
    const end = (answer: 'plain' | 'silent' | 'none') => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(SLOW, () => end(socket.connecting ? 'none' : 'silent'));
    socket.on('error', () => end('none')).on('close', () => end('none'));
    socket.once('data', (answer) => end(/^[+-][A-Z]/.test(answer.toString('latin1')) ? 'plain' : 'none'));
    socket.write('PING\r\n');
  });

/** Whether something is there that answers TLS, whatever its certificate. */
const speaksTls = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = connectTls({ host, port: Number(port || 6379), rejectUnauthorized: false }, () => end(true));
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.on('error', () => end(false)).on('close', () => end(false));
  });

/** @throws AttuneError `usage` where there is no such database: one that cannot be had goes unsaid, and another is asked in its place */
async function refuseNoDatabase(redis: Redis, name: string, database: string): Promise<void> {
  if (!database) return;
  await redis.select(Number(database)).catch((cause: Error) => {
    throw new AttuneError('usage', `${name} has no database ${database} (${cause.message}): name another`, { cause });
  });
}

async function refuseUnfit(redis: Redis, name: string): Promise<void> {
  const before = Date.now();
  const info = await redis.info().catch((cause: Error) => {
    throw new AttuneError('usage', `${name} may not be asked (${cause.message}): give a user and password that may`, {
      cause,
    });
  });
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy && policy !== 'noeviction')
    throw new AttuneError(
      'usage',
      `${name} would drop units when its memory is full (maxmemory-policy is ${policy}): set it to noeviction, as by redis-cli config set maxmemory-policy noeviction and in redis.conf`,
    );
  const version = /^redis_version:(\S+)/m.exec(info)?.[1];
  if (version && Number.parseInt(version, 10) < 6)
    throw new AttuneError('usage', `${name} is Redis ${version}: 6.2 or later is needed, or Valkey`);
  const [seconds, microseconds] = await redis.time();
  const its = Number(seconds) * 1000 + Number(microseconds) / 1000;
  const ahead = (before + Date.now()) / 2 - its;
  if (Math.abs(ahead) > CLOCK_TOLERANCE)
    throw new AttuneError(
      'run',
      `this machine’s clock is ${Math.round(Math.abs(ahead) / 1000)} s ${ahead > 0 ? 'ahead of' : 'behind'} that of ${name}: set both by a time server, since pauses between attempts are told by them`,
    );
}
