import { AttuneError } from '../errors.ts';
import { type Checkpoint, readCheckpoint } from '../model/checkpoint.ts';
import { readWhole, whyUnread } from '../read-file.ts';
import { loadDefaultCheckpoint } from './default-weights.ts';

/**
 * The checkpoint in a file, or the weights that come with Attune where no file is named.
 *
 * @throws AttuneError `checkpoint` where the file cannot be read, is damaged or no checkpoint
 */
export async function openCheckpoint(path?: string): Promise<Checkpoint> {
  if (path === undefined) return loadDefaultCheckpoint();
  const bytes = await readWhole(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AttuneError(
      'checkpoint',
      `${path}: the checkpoint cannot be read (${whyUnread(cause)}); give the path of a .safetensors file of a run`,
      { cause },
    );
  });
  return readCheckpoint(bytes, path);
}
