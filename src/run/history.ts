import { formOf } from '../json.ts';
import type { SystemCheckpoint } from '../model/checkpoint.ts';
import { type EpochReport, HISTORY } from '../train/schedule.ts';

/** What a checkpoint says of the epochs of its training; undefined where it says nothing that can be read. */
export function historyIn({ notes }: Pick<SystemCheckpoint, 'notes'>): EpochReport[] | undefined {
  try {
    const found = formOf(JSON.parse(notes?.history ?? ''), HISTORY);
    return 'value' in found ? found.value : undefined;
  } catch {
    return undefined; // no history, or no JSON
  }
}
