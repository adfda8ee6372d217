import { readFile } from 'node:fs/promises';
import { AttuneError } from '../errors.ts';
import { type Checkpoint, readCheckpoint } from '../model/checkpoint.ts';

/**
 * Reads a checkpoint file (Node only). The command and the processes that it starts both come here for their weights.
 *
 * @param path of a .safetensors file of a run
 * @throws AttuneError `checkpoint` where it cannot be read, and as `readCheckpoint` does
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AttuneError(
      'checkpoint',
      `${path}: the checkpoint cannot be read (${cause.code}); give the path of a .safetensors file of a run`,
      { cause },
    );
  });
  return readCheckpoint(bytes, path);
}
