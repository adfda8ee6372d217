import { readFile } from 'node:fs/promises';
import { AttuneError } from '../errors.ts';
import { type Checkpoint, readCheckpoint } from '../model/checkpoint.ts';

/** @throws AttuneError `checkpoint` where the file cannot be read, is damaged or no checkpoint */
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
