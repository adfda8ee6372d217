import * as v from 'valibot';
import { sameClasses } from '../corpus/classes.ts';
import { EMOTIONS, type Emotion } from '../corpus/emotions.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument } from '../json.ts';
import { type Checkpoint, readCheckpoint } from '../model/checkpoint.ts';
import { readPackageFile, sha256Of } from '../package-file.ts';
import { createRecognizer, type Recognizer, type RecognizerOptions } from './recognizer.ts';

/** Where the package keeps them; bundlers take the file along, for they know this form. */
const url = () => new URL('../../weights/attune.safetensors', import.meta.url);

/** Of the file's bytes; recipes/default-weights.ts writes it along with them. */
const SHA256 = 'c04e0253f1a8bf51ff3550fccd5dfd3a7461de6217defa3ddb4096a50136cfb1';
const ADDRESS = v.custom<string | URL>(
  (source) => source instanceof URL || (typeof source === 'string' && URL.canParse(source, import.meta.url)),
  'a URL',
);

/**
 * The weights that come with Attune: trained on all of EmoDB (docs/model-card.md says on what, how well and what not for).
 *
 * @param source where else to fetch the same file from, such as the address at which an application serves it; default: the package's own
 * @throws AttuneError `usage` where that is no URL, `checkpoint` where the file cannot be fetched, or is another than that which comes
 *   with this version. In pages, browsers let bytes be hashed only where the page came by https or from localhost; elsewhere a file that
 *   is a checkpoint is believed
 *
 * @example
 * ```ts
 * import { loadDefaultCheckpoint } from 'attune';
 *
 * const { classes, temperature } = await loadDefaultCheckpoint();
 * ```
 */
export async function loadDefaultCheckpoint(source: string | URL = url()): Promise<Checkpoint<Emotion>> {
  checkArgument(source, ADDRESS, 'the address of the default weights');
  const address = new URL(source, import.meta.url);
  const bytes = await readPackageFile(
    address,
    'the default weights',
    'give the address at which your page serves them',
  );
  const checkpoint = readCheckpoint(bytes, 'the default weights'); // which says more of a file that is cut short or no checkpoint
  const sha256 = await sha256Of(bytes);
  const areOurs = sha256 === undefined ? sameClasses(checkpoint.classes, EMOTIONS) : sha256 === SHA256;
  if (areOurs) return { ...checkpoint, classes: EMOTIONS };
  throw new AttuneError(
    'checkpoint',
    `${address} does not hold the default weights of this version: expected SHA-256 ${SHA256}, got ${sha256 ?? `classes ${checkpoint.classes.join(', ')}`}; reinstall the package, or serve its weights/attune.safetensors there`,
  );
}

/**
 * A recogniser with the weights that come with Attune, ready to use. In a page they are fetched.
 *
 * @throws AttuneError `checkpoint` where the weights cannot be read; `usage` and `graph` as `createRecognizer` does
 *
 * @example
 * ```ts
 * import { loadRecognizer } from 'attune';
 * import { readAudioFile } from 'attune/node';
 *
 * const recognizer = await loadRecognizer();
 * const { waveform } = await readAudioFile('call.wav');
 * const { emotion, probabilities } = await recognizer.recognize(waveform);
 * await recognizer.close();
 * ```
 */
export const loadRecognizer = async (options: RecognizerOptions = {}): Promise<Recognizer<Emotion>> =>
  createRecognizer(await loadDefaultCheckpoint(), options);
