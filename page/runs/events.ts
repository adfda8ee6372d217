import type { Asking } from '../ears/server.ts';
import { runAt } from './words.ts';

/** Before a connection that was cut off is opened again, ms. */
const AGAIN = 3000;

/** What is listened to. */
interface Watched {
  readonly server: Asking;
  readonly id: string;
  /** lines of its log that are known already */
  readonly lines: number;
  /** something has come, or nobody answers: look again */
  readonly onNews: () => void;
  /** the folder of the run is no longer there */
  readonly onGone: () => void;
}

/**
 * Listens to the events of a run until it ends, or is gone; goes on behind the last line where it was cut off. `EventSource` would do, could
 * it send a token.
 */
export async function watchEvents({ server, id, lines, onNews, onGone }: Watched, signal: AbortSignal): Promise<void> {
  let last = String(lines);
  while (!signal.aborted)
    try {
      const headers = { 'Last-Event-ID': last };
      const answer = await server.ask(`${runAt(id)}/events`, { headers, signal });
      onNews();
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        const lines = `${text}${read.value}`.split('\n');
        text = lines.pop()!;
        for (const line of lines) {
          if (line === 'event: gone') return onGone();
          if (line.startsWith('id: ')) last = line.slice(4);
          if (line.startsWith('event: ')) onNews();
          if (line === 'event: end') return;
        }
      }
    } catch {
      if (!signal.aborted) onNews();
      await new Promise((resolve) => setTimeout(resolve, AGAIN)); // the server may be back by then
    }
}
