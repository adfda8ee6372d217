import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { SAMPLE_RATE } from '../../src/audio/waveform.ts';
import { quantile, round } from '../figures.ts';
import type { Served } from './served.ts';

/** Sound of a message, s. */
const PIECE_SECONDS = 0.1;
/** An event that comes later than this after its segment's end is late, ms. */
export const LATE_MS = 200;

/** How soon live streams were answered. */
export interface Live {
  readonly streams: number;
  readonly seconds: number;
  /** events `segment` */
  readonly segments: number;
  /** from the sending of a segment's last sample to its event */
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly most_ms: number;
  /** of these, more than {@link LATE_MS} */
  readonly late: number;
  /** of the processor for a second of a stream */
  readonly cpu_ms: number;
  /** streams that ended with anything but an answer */
  readonly failed: number;
}

/** Streams that send sound as it is spoken, each a little after the one before. */
export async function listenTo(
  served: Served,
  speech: Int16Array,
  { streams, seconds }: { readonly streams: number; readonly seconds: number },
): Promise<Live> {
  const delays: number[] = [];
  const cpuBefore = await served.cpuSeconds();
  const ends = await Promise.all(
    Array.from({ length: streams }, async (_, i) => {
      await setTimeout((1000 * i) / streams);
      return speak(`${served.url.replace('http', 'ws')}/v1/stream`, speech, seconds, delays);
    }),
  );
  return {
    ...{ streams, seconds, segments: delays.length, p50_ms: quantile(delays, 0.5), p99_ms: quantile(delays, 0.99) },
    ...{ most_ms: Math.round(Math.max(...delays)), late: delays.filter((delay) => delay > LATE_MS).length },
    cpu_ms: round((1000 * ((await served.cpuSeconds()) - cpuBefore)) / streams / seconds),
    failed: ends.filter((end) => !end).length,
  };
}

/** @returns whether it ended with an answer */
async function speak(url: string, speech: Int16Array, seconds: number, delays: number[]): Promise<boolean> {
  const socket = new WebSocket(url);
  socket.on('error', () => {}); // it closes, without an answer
  const sentAt: number[] = [];
  let isAnswered = false;
  socket.on('message', (data) => {
    const now = performance.now();
    const event = JSON.parse(String(data)) as { readonly type: string; readonly end?: number };
    if (event.type === 'segment') delays.push(now - sentAt[pieceOf(event.end!)]!);
    if (event.type === 'end') isAnswered = true;
  });
  const closed = once(socket, 'close');
  await once(socket, 'open').catch(() => {});
  const begun = performance.now();
  const length = PIECE_SECONDS * SAMPLE_RATE;
  for (let i = 0; i < seconds / PIECE_SECONDS && socket.readyState === WebSocket.OPEN; i++) {
    await setTimeout(begun + 1000 * PIECE_SECONDS * (i + 1) - performance.now()); // when it has been spoken
    sentAt.push(performance.now());
    socket.send(Int16Array.from({ length }, (_, at) => speech[(i * length + at) % speech.length]!));
  }
  if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"session.end"}');
  await closed;
  return isAnswered;
}

/** The piece in which a moment lies; an end belongs to what comes before it. */
export const pieceOf = (seconds: number): number => Math.max(0, Math.ceil(seconds / PIECE_SECONDS - 1e-6) - 1);
