import type { Checkpoint } from '../model/checkpoint.ts';
import { checkEncoder, encoderOf } from './encoder-file.ts';
import { type CheckpointChoice, openCheckpoint } from './open-checkpoint.ts';
import { createRecognizer, type Recognizer, type RecognizerOptions } from './recognizer.ts';

type OwnOptions = Omit<RecognizerOptions, 'encoder'>;

/**
 * A chosen checkpoint, before it is put to work: its encoder is looked at too, where it was trained behind one of the user's own.
 *
 * @throws AttuneError as `openCheckpoint` does; `usage` where the encoder is missing, or given in vain; `checkpoint` where it is another
 */
export async function openChosen(choice: CheckpointChoice): Promise<Checkpoint> {
  const checkpoint = await openCheckpoint(choice);
  await checkEncoder(checkpoint.frontEnd, choice.encoder);
  return checkpoint;
}

/**
 * Makes a chosen checkpoint ready, with the encoder that it was trained behind; closing it closes that too (Node only).
 *
 * @throws AttuneError as `openCheckpoint` does, and as {@link recognizerBehind}
 */
export const openRecognizer = async (choice: CheckpointChoice, options: OwnOptions = {}): Promise<Recognizer> =>
  recognizerBehind(await openCheckpoint(choice), choice.encoder, options);

/**
 * The same of a checkpoint that is read.
 *
 * @param path of the encoder; undefined: none was given
 * @throws AttuneError as `openEncoder` and `createRecognizer` do
 */
export async function recognizerBehind(
  checkpoint: Checkpoint,
  path: string | undefined,
  options: OwnOptions,
): Promise<Recognizer> {
  const encoder = await encoderOf(checkpoint.frontEnd, path, options.threads);
  if (!encoder) return createRecognizer(checkpoint, options);
  const recognizer = await createRecognizer(checkpoint, { ...options, encoder }).catch(async (error) => {
    await encoder.close();
    throw error;
  });
  return { ...recognizer, close: async () => void (await Promise.all([recognizer.close(), encoder.close()])) };
}
