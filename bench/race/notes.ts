import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { duration } from '../../src/duration.ts';
import { AttuneError } from '../../src/errors.ts';
import { cannotWrite } from '../../src/files.ts';
import { byName, type Properties, type Schema } from '../../src/json.ts';
import { differences } from '../../src/run/differences.ts';
import { readJson, writeJson } from '../../src/run/run-folder.ts';

/** What must be equal for an unfinished race to go on: the commit, the machine, the options. */
export type Settings = Readonly<Record<string, string | number>>;

interface Unfinished {
  readonly settings: Settings;
  readonly measured: Readonly<Record<string, unknown>>;
}

const UNFINISHED: Schema<Unfinished> = v.object({
  settings: byName(v.union([v.string(), v.number()])),
  measured: byName(v.unknown()),
} satisfies Properties<Unfinished>);

/** What a race has measured so far. */
export interface Notes {
  /** Measures, tells of it on stderr and writes it down, or takes what is written down already. */
  once<T>(name: string, measure: () => Promise<T>, tell: (measured: T) => string): Promise<T>;
  /** Forgets all, for the race is over. */
  finish(): Promise<void>;
}

/** Whether something in it did not work, as `measurePeer` tells of it. */
const hasFailure = (measured: unknown) =>
  Object.values(measured as object).some((outcome) => typeof outcome === 'object' && 'failed' in outcome);

/**
 * Opens the notes of a race. What failed is forgotten: it is tried again, for it may have been mended since.
 *
 * @param folder where an unfinished race waits for the same command; none: it is kept in memory
 * @param inAll measurements, for the time left
 * @throws AttuneError `run` where another race is unfinished in the folder
 */
export async function openNotes(
  folder: string | undefined,
  settings: Settings,
  { fresh, inAll }: { readonly fresh: boolean; readonly inAll: number },
): Promise<Notes> {
  const path = folder && join(folder, 'race.unfinished.json');
  if (folder) await mkdir(folder, { recursive: true }).catch((cause) => Promise.reject(cannotWrite(folder, cause)));
  const before = path && !fresh ? await readJson(path, UNFINISHED) : undefined;
  const changed = before ? differences(before.settings, settings) : [];
  if (changed.length > 0)
    throw new AttuneError(
      'run',
      `${folder} holds an unfinished race under other settings: ${changed.join('; ')}; go back to those, or give --fresh to start over`,
    );
  const measured = Object.fromEntries(Object.entries(before?.measured ?? {}).filter(([, one]) => !hasFailure(one)));
  const knownBefore = Object.keys(measured).length;
  const began = performance.now();
  if (before) process.stderr.write(`going on: ${knownBefore} of ${inAll} measurements are done\n`);
  return {
    async once<T>(name: string, measure: () => Promise<T>, tell: (measured: T) => string) {
      if (name in measured) return measured[name] as T;
      const result = await measure();
      measured[name] = result;
      if (path) await writeJson(path, { settings, measured } satisfies Unfinished);
      const done = Object.keys(measured).length;
      const left = (((performance.now() - began) / 1000) * (inAll - done)) / (done - knownBefore);
      process.stderr.write(`${done} of ${inAll}, about ${duration(left)} left: ${name}: ${tell(result)}\n`);
      return result;
    },
    async finish() {
      if (path) await rm(path, { force: true });
    },
  };
}
