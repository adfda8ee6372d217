import { createReader, type Heard, readSame, soundHash } from '../audio/reader.ts';
import type { Corpus, Fold, Utterance } from '../corpus/utterance.ts';
import { type Augmentation, alter } from '../features/augment.ts';
import { openCache } from '../features/cache.ts';
import { copyName } from '../features/copies.ts';
import { createExtractor, type Extractor } from '../features/extractor.ts';
import { type FrontEnd, trainingSegments } from '../features/front-end.ts';
import { Random } from '../random.ts';
import { encoderOf } from '../recognize/encoder-file.ts';
import type { RunListener } from '../run/events.ts';
import type { Manifest } from '../run/run-files.ts';
import { readRecordings } from './recordings.ts';

export interface PrepareOptions {
  readonly frontEnd: FrontEnd;
  /** the file of an encoder of the user's own, where the front end is one */
  readonly encoder?: string | undefined;
  /** whose copies are put into the cache too */
  readonly augmentation?: Augmentation;
  /** the folder of cached features */
  readonly cache: string;
  /** told how many are read, and of those that decode with a warning */
  readonly onEvent?: RunListener;
  /** aborted, reading stops between two recordings and its reason is thrown */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads every recording: hashes it for the manifest, and puts the spectrograms of its training segments into the cache, and what it sounds
 * like. What the cache knows is not decoded again, and what is damaged in it is made anew.
 *
 * @throws AttuneError `corpus` where recordings cannot be read; each is named; `run` where one changes meanwhile
 */
export async function prepare(corpus: Corpus, folds: readonly Fold[], options: PrepareOptions): Promise<Manifest> {
  const { frontEnd, onEvent, signal } = options;
  const { alterations = [], copies = 0 } = options.augmentation ?? {};
  const cache = await openCache(options.cache, frontEnd);
  const reader = createReader();
  let extractor: Extractor | undefined;
  const keep = async (name: string, samples: () => Promise<Float32Array>) => {
    if ((await cache.check(name)) !== undefined) return;
    const segments = trainingSegments(await samples(), frontEnd);
    extractor ??= (await encoderOf(frontEnd, options.encoder, 1)) ?? (await createExtractor(frontEnd, 1)); // one thread: the bytes must not depend on the machine's cores
    await cache.write(name, await extractor.extract(segments));
  };
  const each = async (utterance: Utterance, path: string, sha256: string) => {
    let heard: Promise<Heard> | undefined;
    const decoded = async () => {
      heard ??= readSame(reader, path, sha256, utterance);
      return (await heard).waveform.samples;
    };
    const sound = soundHash(sha256, utterance);
    await keep(sound, decoded);
    if (alterations.length)
      for (let copy = 1; copy <= copies; copy++)
        await keep(copyName(sound, alterations, copy), async () =>
          alter(await decoded(), alterations, Random.named(copy, sound)),
        );
  };
  try {
    return await readRecordings(corpus, folds, { cache: options.cache, reader, each, onEvent, signal });
  } finally {
    await extractor?.close();
  }
}
