import { AttuneError } from '../errors.ts';
import { type Checkpoint, readCheckpoint } from '../model/checkpoint.ts';
import { readWhole, whyUnread } from '../read-file.ts';
import { loadDefaultCheckpoint, type WeightsName } from './default-weights.ts';

/** Which checkpoint to open. */
export interface CheckpointChoice {
  /** the path of a file */
  readonly checkpoint?: string;
  /** where no file is named: which of the weights that come with Attune; absent: the default ones */
  readonly weights?: WeightsName;
  /** the path of an encoder of the user's own, where the network was trained behind one */
  readonly encoder?: string;
}

/**
 * The checkpoint in a file, or weights that come with Attune where no file is named.
 *
 * @throws AttuneError `checkpoint` where the file cannot be read, is damaged or no checkpoint
 */
export async function openCheckpoint({ checkpoint: path, weights }: CheckpointChoice): Promise<Checkpoint> {
  if (path === undefined) return loadDefaultCheckpoint(weights);
  const bytes = await readWhole(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AttuneError(
      'checkpoint',
      `${path}: the checkpoint cannot be read (${whyUnread(cause)}); give the path of a .safetensors file of a run`,
      { cause },
    );
  });
  return readCheckpoint(bytes, path);
}
