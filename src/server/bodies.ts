import type { Context } from 'hono';
import { Refusal } from './problems.ts';
import type { ServerLimits } from './settings.ts';

/** Reads the body of a request, does something with it, and forgets it. */
export type WithBody = <Result>(
  context: Context,
  work: (body: Uint8Array) => Promise<Result>,
  /** bytes of this body, where it may hold fewer than others */
  most?: number,
) => Promise<Result>;

type Limits = Pick<ServerLimits, 'bodyBytes' | 'heldBytes' | 'idleSeconds'>;

/**
 * Holds the bodies of requests in memory: each at most so many bytes, all together at most so many, and none that stalls.
 *
 * @param refuseIfBusy throws where there is no use in reading
 * @returns a function that throws a Refusal 400 where the client goes before its end, 408 where nothing comes for too long, 413 where it is
 * too large, 503 where the others leave no room
 */
export function createBodies({ bodyBytes, heldBytes, idleSeconds }: Limits, refuseIfBusy: () => void): WithBody {
  let held = 0;
  return async (context, work, most = bodyBytes) => {
    refuseIfBusy();
    const declared = Number(context.req.header('content-length') ?? 0);
    const tooLarge = () => new Refusal(413, 'too_large', beyond(most, bodyBytes));
    if (declared > most) throw tooLarge();
    let own = 0;
    try {
      const pieces: Uint8Array[] = [];
      for await (const piece of piecesOf(context, 1000 * idleSeconds)) {
        own += piece.length;
        held += piece.length;
        if (own > most) throw tooLarge();
        if (held > heldBytes)
          throw new Refusal(503, 'busy', 'too many recordings are being sent at once; try again in a moment', {
            'Retry-After': '5',
          });
        pieces.push(piece);
      }
      const body = joined(pieces, own);
      pieces.length = 0; // else twice the body would be held while it is worked on
      return await work(body);
    } finally {
      held -= own;
    }
  };
}

const beyond = (most: number, mostOfAny: number) =>
  most < mostOfAny
    ? `expected at most ${most} bytes of this content type, got more; send the recording as the body itself`
    : `expected at most ${most} bytes, got more; send shorter recordings`;

async function* piecesOf({ req }: Context, patience: number): AsyncGenerator<Uint8Array> {
  const reader = req.raw.body?.getReader();
  if (!reader) return;
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const wait = `nothing more of the body came for ${patience / 1000} s; send it as fast as that`;
      timer = setTimeout(() => reject(new Refusal(408, 'slow', wait)), patience);
    });
    const { done, value } = await Promise.race([reader.read(), late])
      .catch((error) => {
        if (error instanceof Refusal) throw error;
        throw new Refusal(400, 'cut_short', 'the connection ended before the body did; send it whole');
      })
      .finally(() => clearTimeout(timer));
    if (done) return;
    yield value;
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
