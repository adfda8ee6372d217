import { createReader, type Heard, readSame, soundHash } from '../audio/reader.ts';
import type { Corpus, Fold, Utterance } from '../corpus/utterance.ts';
import { type Augmentation, alter } from '../features/augment.ts';
import { openCache } from '../features/cache.ts';
import { copyName } from '../features/copies.ts';
import type { AnyFrontEnd } from '../features/descriptors/front-end.ts';
import { Random } from '../random.ts';
import type { RunListener } from '../run/events.ts';
import type { Manifest } from '../run/run-files.ts';
import { type Kept, openKept } from './kept.ts';
import { readRecordings } from './recordings.ts';

export interface PrepareOptions {
  readonly frontEnd: AnyFrontEnd;
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
 * Reads every recording: hashes it for the manifest, and puts the features of its training segments, or of its frames, into the cache, and
 * what it sounds like. What the cache knows is not decoded again, and what is damaged in it is made anew.
 *
 * @throws AttuneError `corpus` where recordings cannot be read; each is named; `run` where one changes meanwhile
 */
export async function prepare(corpus: Corpus, folds: readonly Fold[], options: PrepareOptions): Promise<Manifest> {
  const { frontEnd, onEvent, signal } = options;
  const { alterations = [], copies = 0 } = options.augmentation ?? {};
  const cache = await openCache(options.cache, frontEnd);
  const reader = createReader();
  let kept: Kept | undefined;
  const keep = async (name: string, samples: () => Promise<Float32Array>) => {
    if ((await cache.check(name)) !== undefined) return;
    const heard = await samples();
    kept ??= await openKept(frontEnd, options.encoder);
    await cache.write(name, await kept.of(heard));
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
    await kept?.close();
  }
}
