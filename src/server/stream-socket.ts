import type { MessagePort } from 'node:worker_threads';
import * as v from 'valibot';
import { DEFAULT_TIMELINE } from '../recognize/timeline.ts';
import { visible } from '../text.ts';
import type { Inference } from './inference.ts';
import type { FromWorker, ToWorker } from './inference-worker.ts';
import { errorTold, Refusal, refusalOf } from './problems.ts';
import { type SESSION, SESSION_MESSAGE } from './schemas.ts';
import type { ServerLimits } from './settings.ts';

/** What is needed of a WebSocket. */
export interface Socket {
  /** bytes that the client has not read yet */
  readonly unread: number;
  send(text: string): void;
  /** reads no more until {@link Socket.resume} */
  pause(): void;
  resume(): void;
  close(code: number, reason: string): void;
}

/** Seconds of sound that wait in the worker before no more is read. */
const FULL = 5;
/** Bytes of events that wait for a client that does not read. */
const MOST_UNREAD = 4 * 1024 * 1024;
/** Close codes of RFC 6455, section 7.4.1. */
export const CLOSED = { done: 1000, away: 1001, wrong: 1008, failed: 1011, later: 1013 } as const;

/** One client's live sound: messages in JSON and samples (16 bits, little-endian, mono) come, events go. */
export function createStream(socket: Socket, inference: Pick<Inference, 'listen'>, limits: ServerLimits) {
  let session: v.InferOutput<typeof SESSION>['session'] = {};
  let port: MessagePort | undefined;
  let [waiting, paused, ended, deaf, over] = [0, false, false, false, false];
  let idle: NodeJS.Timeout | undefined;
  const tell = (message: ToWorker, transfer: ArrayBuffer[] = []) => port?.postMessage(message, transfer);
  const end = (code: number, reason: string) => {
    if (over) return;
    over = true;
    clearTimeout(idle);
    socket.close(code, reason);
    socket.resume(); // or the client's own close is never read
  };
  const fail = (error: unknown) => {
    const { status, code, message } = refusalOf(error);
    if (!over) socket.send(JSON.stringify({ type: 'error', error: { code, message: visible(message) } }));
    end(status >= 500 ? CLOSED.failed : CLOSED.wrong, code);
    tell({ stop: true });
  };
  /** Waits for sound anew, unless it is this side that reads none, or none is to come. */
  const stir = () => {
    clearTimeout(idle);
    if (paused || ended) return;
    idle = setTimeout(() => {
      fail(
        new Refusal(408, 'idle', `no sound came for ${limits.idleSeconds} s; send it as it comes, or end the session`),
      );
    }, 1000 * limits.idleSeconds);
    idle.unref();
  };
  const open = (): MessagePort => {
    if (port) return port;
    const { sample_rate = 16_000, smooth_seconds, abstain_below } = session;
    const rate = sample_rate;
    const heard = inference.listen({
      ...{ sampleRate: rate, maxSeconds: limits.soundSeconds },
      smoothSeconds: smooth_seconds ?? DEFAULT_TIMELINE.smoothSeconds,
      abstainBelow: abstain_below ?? DEFAULT_TIMELINE.abstainBelow,
    });
    port = heard.port;
    port.on('message', (message: FromWorker) => {
      if ('taken' in message) {
        waiting -= message.taken;
        if (paused && waiting <= FULL * rate) {
          paused = false;
          socket.resume();
          stir();
        }
      } else if ('over' in message) end(CLOSED.done, 'ended');
      else if ('event' in message) {
        if (over) return;
        if (socket.unread > MOST_UNREAD)
          return fail(new Refusal(413, 'unread', 'too many events wait to be read; read them as they come'));
        socket.send(message.event);
      } else fail(errorTold(message));
    });
    heard.ended.catch(fail);
    return port;
  };
  const take = (bytes: Uint8Array) => {
    if (bytes.length % 2)
      throw new Refusal(400, 'samples', `expected samples of two bytes each, got a message of ${bytes.length} bytes`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const samples = new Float32Array(bytes.length / 2);
    for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(2 * i, true) / 32_768;
    open();
    waiting += samples.length;
    const rate = Math.round(session.sample_rate ?? 16_000);
    for (let at = 0; at < samples.length; at += rate) {
      const piece = samples.slice(at, at + rate); // a second: the thread has others to hear
      tell({ samples: piece }, [piece.buffer]);
    }
    if (!paused && waiting > FULL * rate) {
      paused = true;
      socket.pause();
    }
    stir();
  };
  const obey = (text: string) => {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw new Refusal(400, 'message', 'expected a message in JSON, got no JSON');
    }
    const found = v.safeParse(SESSION_MESSAGE, json);
    if (!found.success) throw new Refusal(400, 'message', v.summarize(found.issues).replaceAll('\n', '; '));
    if (found.output.type === 'session.end') {
      open();
      ended = true;
      clearTimeout(idle);
      tell({ end: true });
    } else if (port) throw new Refusal(400, 'message', 'expected session.update before the first sound, got it later');
    else {
      session = found.output.session;
      socket.send(JSON.stringify({ type: 'session.updated', session }));
    }
  };
  stir();
  return {
    /** @param message text, or samples */
    hear(message: string | Uint8Array): void {
      if (over || deaf) return;
      try {
        if (typeof message === 'string') obey(message);
        else if (message.length) take(message);
      } catch (error) {
        fail(error);
      }
    },
    /** the client is gone */
    gone(): void {
      over = true;
      clearTimeout(idle);
      tell({ stop: true });
    },
    /** the server stops: what was heard is answered, and the client told, which may go on sending meanwhile */
    finish(): void {
      deaf = true;
      if (port) tell({ end: true });
      else end(CLOSED.away, 'the server stops');
    },
  };
}
