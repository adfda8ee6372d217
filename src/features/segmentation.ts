import * as v from 'valibot';
import { faultAt, type Properties, within } from '../json.ts';
import {
  HOP_SECONDS,
  LAST_SEGMENTS,
  type Layout,
  SEGMENT_SECONDS,
  SHORT_UTTERANCES,
  type ShortUtterances,
} from './segments.ts';

/**
 * What becomes of the mean of a segment's samples, a direct current that was recorded too: it is left in, taken out in training as in use,
 * or left in to train and taken out in use (docs/decisions/sound-warnings.md).
 */
export const OFFSETS = ['keep', 'remove', 'remove-in-use'] as const;
export type Offset = (typeof OFFSETS)[number];

/** What fills a segment for which a recording that is scored is too short: zeros after it, or the recording again and again. */
export const SHORT_IN_USE = ['pad', 'repeat'] as const satisfies readonly ShortUtterances[];
export type ShortInUse = (typeof SHORT_IN_USE)[number];

/** How a waveform is cut into segments, whatever is made of them. */
export interface Segmentation extends Layout {
  /** in training an utterance shorter than a segment gets zeros after it (`pad`, the default), is repeated (`repeat`), or is left out (`drop`) */
  readonly shortUtterances: ShortUtterances;
  /** between the starts of training segments, 0.01 to 60 */
  readonly trainHopSeconds: number;
  /** between the starts of segments that are scored, 0.01 to the length of one, so that all sound is heard */
  readonly testHopSeconds: number;
  /**
   * the mean of each segment's samples: never taken out (`keep`), taken out before the segment is filled, in training as in use (`remove`,
   * the default), or left in to train and taken out in use (`remove-in-use`). Absent, as versions wrote it that had no such setting:
   * `remove-in-use`, which suits every network of theirs
   */
  readonly offset?: Offset;
  /**
   * a recording shorter than a segment that is scored gets zeros after it (`pad`, the default) or is repeated (`repeat`). Absent, as versions wrote it that
   * had no such setting: as `shortUtterances` says, and `pad` for `drop`
   */
  readonly shortInUse?: ShortInUse;
}

/** Length of a segment, where a front end says. */
export const SEGMENT_LENGTHS: readonly [least: number, most: number] = [0.5, 60];

/** In the config of a run and the metadata of a checkpoint: what of a front end is about segments of 2 s. */
export const SEGMENTATION = {
  shortUtterances: v.picklist(SHORT_UTTERANCES),
  trainHopSeconds: within(...HOP_SECONDS),
  testHopSeconds: within(HOP_SECONDS[0], SEGMENT_SECONDS),
  offset: v.exactOptional(v.picklist(OFFSETS)),
  shortInUse: v.exactOptional(v.picklist(SHORT_IN_USE)),
} satisfies Properties<Omit<Segmentation, keyof Layout>>;

/** Segments of a length of its own. */
export interface OwnSegments extends Segmentation {
  /** length of a segment, 0.5 to 60 */
  readonly segmentSeconds: number;
}

/** The same of segments of a length of its own. */
export const OWN_SEGMENTS = {
  ...SEGMENTATION,
  segmentSeconds: within(...SEGMENT_LENGTHS),
  lastSegment: v.exactOptional(v.picklist(LAST_SEGMENTS)),
  testHopSeconds: within(HOP_SECONDS[0], SEGMENT_LENGTHS[1]),
} satisfies Properties<OwnSegments>;

/** Whether all sound is heard: no hop in use is longer than a segment. */
export const hearsAll = <F extends OwnSegments>() =>
  v.rawCheck<F>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { segmentSeconds, testHopSeconds } = dataset.value;
    if (testHopSeconds > segmentSeconds)
      addIssue(faultAt(dataset.value, 'testHopSeconds', `at most ${segmentSeconds}, the length of a segment`));
  });
