import type { Refusal, Store } from './store.ts';

/** Why a worker cannot do a unit. */
export interface WorkersRefusal extends Refusal {
  readonly worker: string;
}

/**
 * Of each unit that every worker of a version has said that it cannot do, why; nobody will do these. Nothing where there are no workers,
 * for some may come.
 */
export async function* refusedByAll(
  store: Store,
  version: string,
  ids: Iterable<string>,
): AsyncGenerator<readonly [id: string, refusals: readonly WorkersRefusal[]]> {
  const workers = (await store.workers()).filter((worker) => worker.version === version);
  if (!workers.length) return;
  for (const id of ids) {
    const declined = await store.declined(id);
    const refusals = workers.flatMap(({ name }) => (declined[name] ? [{ worker: name, ...declined[name] }] : []));
    if (refusals.length === workers.length) yield [id, refusals];
  }
}
