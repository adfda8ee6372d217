import * as v from 'valibot';
import { sameClasses } from '../corpus/classes.ts';
import { EMOTIONS, type Emotion } from '../corpus/emotions.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument } from '../json.ts';
import { type Checkpoint, readCheckpoint } from '../model/checkpoint.ts';
import { readPackageFile, sha256Of } from '../package-file.ts';
import { createRecognizer, type Recognizer, type RecognizerOptions } from './recognizer.ts';

/** Weights that come with Attune: a speech encoder with what was learned behind it, or the paper's network. */
export type WeightsName = 'encoder' | 'paper';
export const WEIGHTS = ['encoder', 'paper'] as const satisfies readonly WeightsName[];
export const DEFAULT_WEIGHTS: WeightsName = 'encoder';

/** Bundlers take the files along, for they know this form. */
const URLS: Readonly<Record<WeightsName, () => URL>> = {
  encoder: () => new URL('../../weights/attune.safetensors', import.meta.url),
  paper: () => new URL('../../weights/paper.safetensors', import.meta.url),
};

/** Where the package keeps them. */
export const weightsUrl = (weights: WeightsName): URL => URLS[weights]();

/** Of the files' bytes; the recipes of the weights write them along with the files. */
const SHA256: Readonly<Record<WeightsName, string>> = {
  encoder: '1cb63bf594bd37a113662bace3768a18bd742dffd77e43920671b8d44f425527',
  paper: '3c8a1c94ded4571c6a36250507e3164d443dbb559450c9fb40aa702b4eb47392',
};
const NAME = v.picklist(WEIGHTS);
const ADDRESS = v.custom<string | URL>(
  (source) => source instanceof URL || (typeof source === 'string' && URL.canParse(source, import.meta.url)),
  'a URL',
);

/**
 * Weights that come with Attune: both were trained on all of EmoDB (docs/model-card.md says on what, how well and what not for).
 *
 * @param weights `encoder` (the default) stands behind a speech encoder, whose own 4 MB are read when it is first used, and hears voices
 *   that nobody trained on better; `paper` is the network of Li et al. 2018
 * @param source where else to fetch the same file from, such as the address at which an application serves it; default: the package's own
 * @throws AttuneError `usage` where there are no such weights or that is no URL, `checkpoint` where the file cannot be fetched, or is
 *   another than that which comes with this version. In pages, browsers let bytes be hashed only where the page came by https or from
 *   localhost; elsewhere a file that is a checkpoint is believed
 *
 * @example
 * ```ts
 * import { loadDefaultCheckpoint } from 'attune';
 *
 * const { classes, temperature } = await loadDefaultCheckpoint();
 * const paper = await loadDefaultCheckpoint('paper');
 * ```
 */
export async function loadDefaultCheckpoint(
  weights: WeightsName = DEFAULT_WEIGHTS,
  source?: string | URL,
): Promise<Checkpoint<Emotion>> {
  checkArgument(weights, NAME, 'the name of the weights');
  const given = source ?? weightsUrl(weights);
  checkArgument(given, ADDRESS, 'the address of the weights');
  const address = new URL(given, import.meta.url);
  const what = `the weights ${weights}`;
  const bytes = await readPackageFile(address, what, 'give the address at which your page serves them');
  const checkpoint = readCheckpoint(bytes, what); // which says more of a file that is cut short or no checkpoint
  const sha256 = await sha256Of(bytes);
  const areOurs = sha256 === undefined ? sameClasses(checkpoint.classes, EMOTIONS) : sha256 === SHA256[weights];
  if (areOurs) return { ...checkpoint, classes: EMOTIONS };
  throw new AttuneError(
    'checkpoint',
    `${address} does not hold ${what} of this version: expected SHA-256 ${SHA256[weights]}, got ${sha256 ?? `classes ${checkpoint.classes.join(', ')}`}; reinstall the package, or serve its ${weightsUrl(weights).pathname.split('/').slice(-2).join('/')} there`,
  );
}

/** What of a recognizer with weights of the package may be chosen. */
export interface DefaultRecognizerOptions extends RecognizerOptions {
  /** default: `encoder` */
  readonly weights?: WeightsName;
}

/**
 * A recogniser with weights that come with Attune, ready to use. In a page they are fetched.
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
export async function loadRecognizer(options: DefaultRecognizerOptions = {}): Promise<Recognizer<Emotion>> {
  checkArgument(options, v.looseObject({ weights: v.optional(NAME) }), 'the options');
  const { weights, ...own } = options;
  return createRecognizer(await loadDefaultCheckpoint(weights), own);
}
