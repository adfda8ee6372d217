import { AttuneError } from '../errors.ts';
import { type Checkpoint, readCheckpoint } from '../model/checkpoint.ts';
import { createRecognizer, type Recognizer, type RecognizerOptions } from './recognizer.ts';

/** Where the package keeps them; bundlers take the file along, for they know this form. */
const url = () => new URL('../../weights/attune.safetensors', import.meta.url);

/**
 * The weights that come with Attune: trained on all of EmoDB (docs/model-card.md says on what, how well and what not for).
 *
 * @param source where else to fetch the same file from, such as the address at which an application serves it; default: the package's own
 * @throws AttuneError `checkpoint` where the file cannot be fetched or is none
 *
 * @example
 * ```ts
 * import { loadDefaultCheckpoint } from 'attune';
 *
 * const { classes, temperature } = await loadDefaultCheckpoint();
 * ```
 */
export async function loadDefaultCheckpoint(source: string | URL = url()): Promise<Checkpoint> {
  return readCheckpoint(await bytesOf(new URL(source, import.meta.url)), 'the default weights');
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
export const loadRecognizer = async (options: RecognizerOptions = {}): Promise<Recognizer> =>
  createRecognizer(await loadDefaultCheckpoint(), options);

async function bytesOf(url: URL): Promise<Uint8Array> {
  try {
    if (url.protocol === 'file:') return process.getBuiltinModule('node:fs').readFileSync(url); // fetch takes no files in Node
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AttuneError(
      'checkpoint',
      `the default weights could not be read from ${url}: ${reason}; reinstall the package, or give the address at which your page serves them`,
      { cause },
    );
  }
}
