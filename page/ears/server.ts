import { createMixer, type Mixer } from '../../src/audio/mix.ts';
import type { ExplanationJson } from '../../src/explain/explanation-json.ts';
import type { LiveEvent } from '../../src/recognize/live/events.ts';
import type { RecordingReport } from '../../src/recognize/report.ts';
import { later } from '../../src/recognize/timeline.ts';
import type { Ear, LiveEar } from './ear.ts';
import type { Shown, Told } from './told.ts';

/** What a server says of itself. */
export interface About {
  readonly version: string;
  readonly weights: string;
  readonly classes: readonly string[];
  readonly runs: boolean;
  readonly jobs: boolean;
}

/** What is known of the server: what it says of itself; not yet; that it wants a token; that there is none; that it cannot be reached. */
export type ServerState = About | 'asking' | 'locked' | 'none' | 'away';

/** It wants to hear its token before it answers. */
class TokenWanted extends Error {}
class Unreached extends Error {}

/** Asks the server that the page came from. */
export class Asking {
  readonly token: string;
  /** called where the server wants another token than this */
  onLocked = (): void => {};

  /** @param token that the server wants, where it wants one */
  constructor(token = '') {
    this.token = token;
  }

  /** @throws Error with what the server says */
  async ask(path: string, { headers, ...init }: RequestInit = {}): Promise<Response> {
    if (/[^\x20-\x7e]/.test(this.token)) throw this.#locked('no token has such characters'); // nor could be sent
    const token = this.token && { Authorization: `Bearer ${this.token}` };
    const answer = await fetch(`./${path}`, { ...init, headers: { ...token, ...headers } }).catch((error: Error) => {
      if (init.signal?.aborted) throw error;
      throw new Unreached('the server cannot be reached: is it still running?');
    });
    if (answer.status === 401) throw this.#locked('the server wants its token');
    if (!answer.ok) throw new Error(await problemIn(answer));
    return answer;
  }

  #locked(message: string): TokenWanted {
    this.onLocked();
    return new TokenWanted(message);
  }

  json = async <T>(path: string, init?: RequestInit): Promise<T> => (await this.ask(path, init)).json();
  text = async (path: string): Promise<string> => (await this.ask(path)).text();

  async state(): Promise<ServerState> {
    try {
      return await this.json<About>('v1');
    } catch (error) {
      if (error instanceof TokenWanted) return 'locked';
      return error instanceof Unreached ? 'away' : 'none'; // a plain host of files has no such answer
    }
  }
}

async function problemIn(answer: Response): Promise<string> {
  const said = await answer.json().catch(() => undefined);
  return said?.error?.message ?? `the server answered ${answer.status}`;
}

/** Recordings that the server has heard: it keeps none, so their maps are asked for with the recording. */
const sounds = new Map<number, Blob>();

/** The network of the server: it gets the recordings, and keeps nothing. */
export function earOfServer(server: Asking): Ear {
  const post = (path: string, body: Blob, more: RequestInit = {}) =>
    server.ask(path, { method: 'POST', body, headers: { 'Content-Type': 'application/octet-stream' }, ...more });
  return {
    normalizes: false, // it tells no logits
    prepare: async () => {},
    async recognize(id, sound, _, signal) {
      signal.throwIfAborted();
      const begun = performance.now();
      const report = (await (await post('v1/recognize', sound, { signal })).json()) as RecordingReport;
      signal.throwIfAborted();
      sounds.set(id, sound);
      return toldBy(report, performance.now() - begun);
    },
    async explain(id, segment, signal) {
      const answer = await post(`v1/explain?segment=${segment + 1}`, sounds.get(id)!, { signal });
      return shownBy((await answer.json()) as ExplanationJson);
    },
    async forget(id) {
      sounds.delete(id);
    },
    normalize: async (all) => [...all],
    listen: (sampleRate, onEvent, onLost) => listenBy(server, sampleRate, onEvent, onLost),
  };
}

function toldBy({ emotion: answer, speech, spans, segments, file: _, ...report }: RecordingReport, ms: number): Told {
  const likeliest = Object.entries(report.probabilities).reduce((most, one) => (one[1] > most[1] ? one : most))[0];
  const emotion = Object.hasOwn(report.probabilities, answer) ? answer : likeliest;
  const fromItsStart = later(speech, -report.startSeconds);
  return { recognition: { ...report, emotion, segments }, speech: fromItsStart, spans, answer, ms };
}

function shownBy({ spectrogram, bottomUp, topDown, product }: ExplanationJson): Shown {
  const flat = ({ values }: { readonly values: readonly (readonly number[])[] }) => Float32Array.from(values.flat());
  const byClass = (maps: typeof product) =>
    Object.fromEntries(Object.entries(maps).map(([name, map]) => [name, flat(map)]));
  return {
    maps: {
      ...{ spectrogram: flat(spectrogram), bottomUp: flat(bottomUp) },
      ...{ topDown: byClass(topDown), product: byClass(product) },
    },
    ...{ rows: bottomUp.values.length, columns: bottomUp.values[0]!.length },
  };
}

/** Live sound by a WebSocket. */
async function listenBy(
  server: Asking,
  sampleRate: number,
  ...[onEvent, onLost]: [(event: LiveEvent) => void, (error: Error) => void]
): Promise<LiveEar> {
  const { token } = server;
  const url = new URL('./v1/stream', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new WebSocket(url, token ? ['attune', `attune.token.${token}`] : ['attune']);
  let failure: Error | undefined;
  let isEnded = false;
  const over = new Promise<void>((resolve) => {
    socket.addEventListener('close', () => {
      resolve();
      if (!isEnded) onLost(failure ?? new Error('The connection to the server was lost: is it still running?'));
    });
  });
  const opened = await new Promise<boolean>((resolve) => {
    socket.addEventListener('open', () => resolve(true), { once: true });
    socket.addEventListener('error', () => resolve(false));
  });
  if (!opened) {
    isEnded = true;
    await server.json('v1'); // a socket does not say why it was refused: it may want another token, or be gone
    throw new Error('the server takes no more live sound now; try again later');
  }
  socket.addEventListener('message', ({ data }) => {
    const event = JSON.parse(data) as LiveEvent | { readonly type: 'error'; readonly error: { message: string } };
    if (event.type === 'error') failure = new Error(event.error.message);
    else if ((event as { type: string }).type !== 'session.updated') onEvent(event);
  });
  socket.send(JSON.stringify({ type: 'session.update', session: { sample_rate: sampleRate } }));
  const send = (samples: Int16Array<ArrayBuffer>) => {
    if (failure) throw failure;
    if (socket.readyState !== WebSocket.OPEN) throw new Error('the server has closed the connection');
    for (let at = 0; at < samples.length; at += PIECE) socket.send(samples.subarray(at, at + PIECE));
  };
  let mixer: Mixer | undefined;
  const sendRest = () => {
    if (mixer) send(sixteenBits(mixer.end()));
    mixer = undefined;
  };
  return {
    async push(channels) {
      mixer ??= createMixer(channels.length, sampleRate);
      send(sixteenBits(mixer.push(channels)));
    },
    async skip(seconds) {
      sendRest();
      send(new Int16Array(Math.round(seconds * sampleRate)));
    },
    waiting: async () => socket.bufferedAmount / 2 / sampleRate,
    async end() {
      isEnded = true;
      if (!failure && socket.readyState === WebSocket.OPEN) sendRest();
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'session.end' }));
      await over;
      if (failure) throw failure;
    },
  };
}

/** Samples of one message: the server takes 1 MB. */
const PIECE = 200_000;

/** 16 bits a sample; little-endian, as every machine is that has a browser. */
const sixteenBits = (samples: Float32Array): Int16Array<ArrayBuffer> =>
  Int16Array.from(samples, (sample) => Math.round(32_767 * Math.min(1, Math.max(-1, sample))));
