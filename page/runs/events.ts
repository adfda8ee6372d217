import type { Asking } from '../ears/server.ts';
import { inAddress } from './words.ts';

/** Before a connection that was cut off is opened again, ms. */
const AGAIN = 3000;

/**
 * Listens to the events of a run until it ends; goes on behind the last line where it was cut off. `EventSource` would do, could it send
 * a token.
 */
export async function watchEvents(server: Asking, id: string, onEvent: () => void, signal: AbortSignal): Promise<void> {
  let last = '0';
  while (!signal.aborted)
    try {
      const headers = { 'Last-Event-ID': last };
      const answer = await server.ask(`v1/runs/${inAddress(id)}/events`, { headers, signal });
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        const lines = `${text}${read.value}`.split('\n');
        text = lines.pop()!;
        for (const line of lines) {
          if (line.startsWith('id: ')) last = line.slice(4);
          if (line.startsWith('event: ')) onEvent();
          if (line === 'event: end') return;
        }
      }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN)); // the server may be back by then
    }
}
