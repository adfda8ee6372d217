import { soundHash } from '../../audio/reader.ts';
import { labelOf } from '../../corpus/parts.ts';
import type { FeatureCache } from '../../features/cache.ts';
import type { Recording } from '../../run/run-files.ts';

/** What of a recording a system that hears descriptors learns from. */
export interface Heard {
  readonly file: string;
  readonly speaker: string;
  /** the label of its corpus, where there are several */
  readonly corpus: string;
  /** index of its class */
  readonly label: number;
  /** descriptors `[frames, numbers]` */
  readonly values: Float32Array;
}

/**
 * Reads the descriptors of recordings, 128 bytes a frame.
 *
 * @throws AttuneError `run` where they are gone from the cache, or damaged
 */
export const heardIn = (cache: FeatureCache, recordings: readonly Recording[], classes: readonly string[]): Heard[] =>
  recordings.map(({ file, speaker, utterance, emotion, sha256, ...times }) => ({
    ...{ file, speaker, corpus: labelOf(utterance), label: classes.indexOf(emotion) },
    values: cache.readAll(soundHash(sha256, times)),
  }));

/** Speakers in groups of about the same size, dealt out in the order of their names: each group is left out once. */
export function speakerGroups(heard: readonly Pick<Heard, 'speaker'>[], most: number): string[][] {
  const speakers = [...new Set(heard.map(({ speaker }) => speaker))].sort();
  const groups = Array.from({ length: Math.min(most, speakers.length) }, (): string[] => []);
  for (const [i, speaker] of speakers.entries()) groups[i % groups.length]!.push(speaker);
  return groups;
}
