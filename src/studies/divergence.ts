import { join } from 'node:path';
import * as v from 'valibot';
import type { AttuneError } from '../errors.ts';
import type { Properties, Schema } from '../json.ts';
import { readJson, writeJson } from '../run/run-folder.ts';

/** `diverged.json` in a variant's run folder. That training came to no end is what there is to say of its choice. */
export interface Divergence {
  /** which fold, when and how */
  readonly message: string;
  readonly time: string;
}

const DIVERGENCE: Schema<Divergence> = v.object({
  ...{ message: v.string(), time: v.string() },
} satisfies Properties<Divergence>);

export const divergencePath = (run: string): string => join(run, 'diverged.json');

/** Undefined where training has not diverged. */
export const readDivergence = (run: string): Promise<Divergence | undefined> =>
  readJson(divergencePath(run), DIVERGENCE);

/** Whether a run failed because training has diverged. */
export const isDivergence = ({ message }: AttuneError): boolean => message.includes('training has diverged');

/** Writes down that a variant has diverged. */
export async function noteDivergence(run: string, { message }: AttuneError): Promise<void> {
  const divergence: Divergence = { message, time: new Date().toISOString() };
  await writeJson(divergencePath(run), divergence);
}
