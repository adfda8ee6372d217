import { AttuneError } from '../../errors.ts';
import type { Failure } from '../failure.ts';
import type { Store } from './store.ts';

/**
 * Why a unit failed for good.
 *
 * @param reason as BullMQ has it
 */
export async function failureOf(store: Store, id: string, reason = 'why is not known'): Promise<Failure> {
  if (/stalled/.test(reason))
    return { text: 'its workers ended one after another, each while it worked on this', died: true };
  return (await store.failure(id)) ?? { text: reason };
}

/** What did not come through. */
export function spoiltAlone(error: unknown): AttuneError {
  if (error instanceof AttuneError) return error;
  throw error;
}
