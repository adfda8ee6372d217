import { availableParallelism } from 'node:os';
import type { QueueAddress } from '../jobs/queue/connect.ts';
import type { CheckpointChoice } from '../recognize/open-checkpoint.ts';

/** What a server takes at most; whoever asks for more gets a 4xx or 503 that says so. */
export interface ServerLimits {
  /** bytes of a request */
  readonly bodyBytes: number;
  /** bytes of all requests together that are in memory at a time */
  readonly heldBytes: number;
  /** seconds of sound of a recording, or of a stream */
  readonly soundSeconds: number;
  /** recordings that wait for a free worker */
  readonly waiting: number;
  /** live streams at a time */
  readonly streams: number;
  /** connections at a time */
  readonly sockets: number;
  /** seconds for which a stream may bring no sound, a client send no more of its request, or read nothing of its answer */
  readonly idleSeconds: number;
  /** seconds that what is in hand may take once the server stops */
  readonly graceSeconds: number;
}

const MB = 1024 * 1024;

export const DEFAULT_LIMITS: ServerLimits = {
  ...{ bodyBytes: 64 * MB, heldBytes: 512 * MB, soundSeconds: 1800 },
  ...{ waiting: 32, streams: 32, sockets: 512, idleSeconds: 30, graceSeconds: 30 },
};

/** How a server is run. */
export interface ServerSettings {
  /** where it listens */
  readonly hostname: string;
  /** 0: any that is free */
  readonly port: number;
  /** what it answers with */
  readonly choice: CheckpointChoice;
  /** the folder whose runs it shows; absent: none */
  readonly runs?: string;
  /** the queue whose units it shows; absent: none */
  readonly queue?: QueueAddress;
  /** whoever asks must know it; absent: nobody must */
  readonly token?: string;
  /** other pages that may ask, such as `https://example.org` */
  readonly origins: readonly string[];
  /** names by which the server is called, beside those of this machine; with a token, any */
  readonly hosts: readonly string[];
  /** recordings that are answered at a time, a thread each */
  readonly workers: number;
  readonly limits: ServerLimits;
}

export const DEFAULT_SETTINGS: ServerSettings = {
  ...{ hostname: '127.0.0.1', port: 8080, choice: {}, origins: [], hosts: [] },
  ...{ workers: Math.max(1, availableParallelism() - 1), limits: DEFAULT_LIMITS },
};

/** Addresses that are this machine's alone. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '::1' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
