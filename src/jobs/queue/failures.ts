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

/**
 * Ends work of which all is done that can be.
 *
 * @param sent how many units there were
 * @throws AttuneError the one failure, or `run` with all of them
 */
export function throwAll(failures: readonly AttuneError[], sent: number): void {
  const [first, ...others] = failures;
  if (!first) return;
  if (!others.length) throw first;
  throw new AttuneError(
    'run',
    `${failures.length} of ${sent} units failed, and the others are done. Start the same command again to try them again:`,
    { points: failures.map(({ message }) => message) },
  );
}

/** What did not come through. */
export function spoiltAlone(error: unknown): AttuneError {
  if (error instanceof AttuneError) return error;
  throw error;
}
