import { readSystemCheckpoint, writeSystemCheckpoint } from '../model/checkpoint.ts';

/**
 * The bytes of a checkpoint that was trained again, to be compared with the one of the run: without what it was trained on, where an
 * older version wrote the run's, which left that out.
 *
 * @param before the run's
 */
export function comparable(before: Uint8Array, again: Uint8Array): Uint8Array {
  try {
    if (readSystemCheckpoint(before, 'the checkpoint').provenance) return again;
  } catch {
    return again; // damaged, which is told elsewhere
  }
  const { provenance: _, ...checkpoint } = readSystemCheckpoint(again, 'the checkpoint');
  return writeSystemCheckpoint(checkpoint);
}
