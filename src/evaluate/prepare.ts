import { join } from 'node:path';
import { timesOf } from '../audio/excerpt.ts';
import { createReader, type Heard, readSame, soundHash } from '../audio/reader.ts';
import { openSketches } from '../corpus/sketches.ts';
import type { Corpus, Fold, Utterance } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import { type Augmentation, alter } from '../features/augment.ts';
import { openCache } from '../features/cache.ts';
import { copyName } from '../features/copies.ts';
import { createExtractor, type Extractor } from '../features/extractor.ts';
import { type FrontEnd, trainingSegments } from '../features/front-end.ts';
import { Random } from '../random.ts';
import type { RunListener } from '../run/events.ts';
import type { Manifest, Recording } from '../run/run-files.ts';

export interface PrepareOptions {
  readonly frontEnd: FrontEnd;
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
  const sketches = await openSketches(options.cache, reader);
  let extractor: Extractor | undefined;
  const foldOf = new Map(folds.flatMap(({ name, test }) => test.map(({ id }) => [id, name] as const)));
  const recordings: Recording[] = [];
  const failures: AttuneError[] = [];
  const keep = async (name: string, samples: () => Promise<Float32Array>) => {
    if ((await cache.check(name)) !== undefined) return;
    const segments = trainingSegments(await samples(), frontEnd);
    extractor ??= await createExtractor(frontEnd, 1); // one thread: the bytes must not depend on the machine's cores
    await cache.write(name, await extractor.extract(segments));
  };
  const read = async (utterance: Utterance) => {
    const { id, file, start, end, source, ...labels } = utterance;
    const path = join(corpus.directory, file);
    const { durationSeconds, warnings, sha256 } = await sketches.of(path, utterance);
    for (const warning of warnings) onEvent?.({ event: 'warning', text: `${source ?? path}: ${warning}` });
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
    const fold = foldOf.get(id);
    recordings.push({
      ...{ utterance: id, file, ...timesOf(utterance), sha256, durationSeconds, ...labels },
      ...(fold !== undefined && { fold }),
    });
  };
  try {
    for (const [i, utterance] of corpus.utterances.entries()) {
      signal?.throwIfAborted();
      await read(utterance).catch((error) => {
        if (!(error instanceof AttuneError) || error.code !== 'audio') throw error;
        failures.push(error);
      });
      onEvent?.({ event: 'read', done: i + 1, inAll: corpus.utterances.length });
    }
  } finally {
    await extractor?.close();
  }
  if (failures.length)
    throw new AttuneError(
      'corpus',
      `${failures.length} of ${corpus.utterances.length} recordings cannot be used; mend them or take them out: ${failures.map(({ message }) => message).join(' ')}`,
    );
  const parts = corpus.parts?.map(({ name }) => name);
  return { corpus: corpus.name, leftOut: corpus.leftOut, ...(parts && { parts }), recordings };
}
