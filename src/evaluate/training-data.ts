import { soundHash } from '../audio/reader.ts';
import { type Classified, classesOf } from '../corpus/classes.ts';
import { labelOf } from '../corpus/parts.ts';
import { AttuneError } from '../errors.ts';
import { type Augmentation, mask, maskFrames } from '../features/augment.ts';
import type { FeatureCache } from '../features/cache.ts';
import { copyName } from '../features/copies.ts';
import { Random } from '../random.ts';
import type { Recording } from '../run/run-files.ts';
import type { TrainingData } from '../train/loop.ts';
import { balanced } from './balanced.ts';

/** A recording, or an altered copy of it, in the cache. */
interface Version {
  readonly name: string;
  readonly count: number;
}

/** What of a recording is learned from. */
type Learned = Pick<Recording, 'sha256' | 'emotion' | 'speaker' | 'file' | 'start' | 'end'> &
  Partial<Pick<Recording, 'utterance'>>; // which tells the corpus, where there are several

export interface TrainingDataOptions extends Classified {
  /** of the draws of augmentation */
  readonly seed: number;
  /** absent: the recordings as they are */
  readonly augmentation?: Augmentation;
  /** altered copies stand beside the segments, and are not drawn in their place; absent: they are drawn */
  readonly settlesByCopies?: boolean;
  /** as many segments of each class, with `corpusWeights` within each corpus; absent: as they are */
  readonly balance?: boolean;
  /** as many segments of each corpus, times these; absent: as they are */
  readonly corpusWeights?: Readonly<Record<string, number>>;
}

/**
 * The segments of all recordings, read from the cache as they are needed. With augmentation a segment of a recording is, in each epoch
 * anew, that of the recording itself or of one of its altered copies; where a copy is longer or shorter, the one that lies alike in it.
 *
 * @throws AttuneError `run` where features are missing from the cache
 */
export async function trainingData(
  recordings: readonly Learned[],
  cache: FeatureCache,
  {
    seed,
    augmentation,
    balance = false,
    corpusWeights: weights,
    settlesByCopies = false,
    ...options
  }: TrainingDataOptions,
): Promise<TrainingData> {
  const classes = classesOf(options);
  const sides = cache.shape.slice(-2) as [bins: number, frames: number];
  const { alterations = [], copies = 0, masks = false } = augmentation ?? {};
  const versionsOf = async ({ file, ...recording }: (typeof recordings)[number]) => {
    const sound = soundHash(recording.sha256, recording);
    const names = alterations.length
      ? Array.from({ length: copies }, (_, i) => copyName(sound, alterations, i + 1))
      : [];
    const versions = await Promise.all(
      [sound, ...names].map(async (name) => {
        const count = await cache.count(name);
        if (count !== undefined) return { name, count };
        throw new AttuneError('run', `the features of ${file} are gone from the cache; start the same command again`);
      }),
    );
    return versions.filter(({ count }, i) => i === 0 || count > 0); // a faster copy may be short enough to be dropped
  };
  const segments = await Promise.all(
    recordings.map(async (recording) => {
      const versions = await versionsOf(recording);
      const label = classes.indexOf(recording.emotion);
      const { file, speaker } = recording;
      const corpus = weights ? labelOf(recording.utterance ?? '') : '';
      const own = { file, speaker, corpus, versions, label };
      return Array.from({ length: versions[0]!.count }, (_, segment) => ({ ...own, segment }));
    }),
  );
  const all = balanced(segments.flat(), { classes: balance, ...(weights && { weights }) });
  const hide = (features: Float32Array, random: Random) =>
    cache.shape.length === 2 ? maskFrames(features, random) : mask(features, random, sides);
  const drawn = alterations.length && !settlesByCopies ? copies : 0;
  const draw = (i: number, epoch: number) => {
    const { versions } = all[i]!;
    const random = Random.named(seed, `epoch ${epoch}, segment ${i}`);
    return { random, version: drawn && versions.length > 1 ? random.integer(versions.length) : 0 };
  };
  const readVersion = (versions: readonly Version[], version: number, segment: number, target: Float32Array) => {
    const { name, count } = versions[version]!;
    cache.read(name, Math.floor((segment * count) / versions[0]!.count), target);
  };
  return {
    shape: cache.shape,
    labels: all.map(({ label }) => label),
    speakers: all.map(({ speaker }) => speaker),
    nameOf: (i) => `segment ${all[i]!.segment + 1} of ${all[i]!.file}`,
    read(i, target, epoch) {
      const { versions, segment } = all[i]!;
      const { random, version } = draw(i, epoch);
      readVersion(versions, version, segment, target);
      if (masks) hide(target, random); // another one each time
    },
    ...(settlesByCopies &&
      alterations.length && {
        copies: {
          count: copies,
          read(i, copy, target) {
            const { versions, segment } = all[i]!;
            const isThere = copy + 1 < versions.length;
            if (isThere) readVersion(versions, copy + 1, segment, target);
            return isThere;
          },
        },
      }),
    ...(!masks && {
      repeated: { count: all.length * (1 + drawn), which: (i, epoch) => i * (1 + drawn) + draw(i, epoch).version },
    }),
  };
}
