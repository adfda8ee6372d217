import * as v from 'valibot';
import { SAMPLE_RATE } from '../audio/waveform.ts';
import { faultAt, isObject, type Properties, type Schema, whole, within } from '../json.ts';
import type { AnyFrontEnd } from './descriptors/front-end.ts';
import { ENCODER_SHA256 } from './encoder/identity.ts';
import { LOG_SCALINGS, type LogScaling } from './log-spectrogram.ts';
import { MFCC_FRONT_END, type MfccFrontEnd } from './mfcc/front-end.ts';
import {
  hearsAll,
  type Offset,
  OWN_SEGMENTS,
  type OwnSegments,
  SEGMENTATION,
  type Segmentation,
  type ShortInUse,
} from './segmentation.ts';
import { createSegmentCutter, cutSegments, type Layout, removeOffset, type SegmentCutter } from './segments.ts';
import { HOP, SCALINGS, type Scaling } from './spectrogram.ts';

/** The paper's spectrogram of each segment. */
export interface SpectrogramFrontEnd extends Segmentation {
  /** what tells it from front ends of other kinds; absent, as in files: `spectrogram` too */
  readonly kind?: 'spectrogram';
  /**
   * how each segment's magnitudes come to the range of the mu-law (Eq. 1): divided by their maximum (`peak`, the default), or stretched to
   * [-1, 1] (`minmax`, the literal reading of section 2.1)
   */
  readonly scaling: Scaling;
}

/** What a speech encoder hears in each segment: frames of 20 ms, and which of them are loud enough to tell of a voice. */
export interface EncoderFrontEnd extends Segmentation {
  /** what tells it from front ends of other kinds */
  readonly kind: 'encoder';
  /** SHA-256 of the encoder's file, hexadecimal: what is learned behind one is of no use behind another */
  readonly encoder: string;
  /** of the encoder, that frames go through: 0 or more */
  readonly blocks: number;
  /** frames are those behind each block, side by side; absent: behind the last one alone */
  readonly joined?: boolean;
  /** a frame that lies further below the loudest of its segment is not heard; 1 to 200 */
  readonly heardDecibels: number;
}

/** What an encoder of the user's own hears in each segment, whose file Attune does not have: 100 frames, and which of them are loud enough. */
export interface OnnxFrontEnd extends Segmentation {
  /** what tells it from front ends of other kinds */
  readonly kind: 'onnx';
  /** SHA-256 of its file, hexadecimal: what is learned behind one is of no use behind another */
  readonly encoder: string;
  /** what it hears: samples, or 80 bands of a log-mel spectrogram as Whisper defines it */
  readonly input: 'waveform' | 'log-mel';
  /** whether it is given samples at mean 0 and deviation 1 */
  readonly normalize: boolean;
  /** which of its outputs has the frames */
  readonly output: string;
  /** numbers of a frame, 1 to 65,536 */
  readonly width: number;
  /** a frame that lies further below the loudest of its segment is not heard; 1 to 200 */
  readonly heardDecibels: number;
}

/** Spectrograms of longer segments on a logarithmic scale, as Satt et al. 2017 take them (docs/decisions/comparators.md). */
export interface LogSpectrogramFrontEnd extends OwnSegments {
  /** what tells it from front ends of other kinds */
  readonly kind: 'log-spectrogram';
  /** between the bins, from 0 Hz to below 4 kHz: 20 are 200 bins, 10 are 400 */
  readonly binHertz: 10 | 20;
  /** magnitudes further below the loudest of their segment count as so far below, 10 to 200 dB */
  readonly floorDecibels: number;
  /**
   * how each segment's decibels come to the network: from the floor at -1 to the loudest at 1 (`peak`), or at mean 0 and deviation 1
   * (`standardize`)
   */
  readonly scaling: LogScaling;
}

/**
 * Everything between a waveform and the network's input, told by its `kind`. A network is used with the front end that it was trained
 * with.
 */
export type FrontEnd = SpectrogramFrontEnd | EncoderFrontEnd | OnnxFrontEnd | LogSpectrogramFrontEnd | MfccFrontEnd;

/** The front end of section 2.1: training segments overlap by 1 s, test segments by 1.6 s. */
export const DEFAULT_FRONT_END: Required<Omit<SpectrogramFrontEnd, 'kind' | keyof Layout>> = {
  scaling: 'peak',
  shortUtterances: 'pad',
  trainHopSeconds: 1,
  testHopSeconds: 0.4,
  offset: 'remove',
  shortInUse: 'pad',
};

/**
 * The speech encoder that comes with Attune. It takes means out by itself, so segments keep theirs: zeros that fill a short one stay zeros,
 * by which it knows them.
 */
export const DEFAULT_ENCODER_FRONT_END: Required<Omit<EncoderFrontEnd, keyof Layout>> = {
  kind: 'encoder',
  encoder: ENCODER_SHA256,
  blocks: 2,
  joined: true,
  heardDecibels: 30,
  shortUtterances: 'pad',
  trainHopSeconds: 1,
  testHopSeconds: 1,
  offset: 'keep',
  shortInUse: 'pad',
};

/** Segments of 3 s side by side; the last holds what is left, zeros after it. */
export const DEFAULT_LOG_FRONT_END: Required<LogSpectrogramFrontEnd> = {
  ...{ kind: 'log-spectrogram', binHertz: 20, floorDecibels: 80, scaling: 'peak' },
  ...{ segmentSeconds: 3, lastSegment: 'fill', shortUtterances: 'pad', trainHopSeconds: 3, testHopSeconds: 3 },
  ...{ offset: 'remove', shortInUse: 'pad' },
};

const SPECTROGRAM: Schema<SpectrogramFrontEnd> = v.strictObject({
  kind: v.exactOptional(v.literal('spectrogram')),
  scaling: v.picklist(SCALINGS),
  ...SEGMENTATION,
} satisfies Properties<Omit<SpectrogramFrontEnd, keyof Layout>>);

/** From the least to the greatest that is taken. */
export const ENCODER_RANGES = { blocks: [0, 1000], heardDecibels: [1, 200] } as const;

const ENCODER_FILE = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a SHA-256 of 64 hexadecimal digits'));

const ENCODER: Schema<EncoderFrontEnd> = v.strictObject({
  kind: v.literal('encoder'),
  encoder: ENCODER_FILE,
  blocks: whole(...ENCODER_RANGES.blocks),
  joined: v.exactOptional(v.boolean()),
  heardDecibels: within(...ENCODER_RANGES.heardDecibels),
  ...SEGMENTATION,
} satisfies Properties<Omit<EncoderFrontEnd, keyof Layout>>);

export const ONNX_FRONT_END: Schema<OnnxFrontEnd> = v.strictObject({
  kind: v.literal('onnx'),
  encoder: ENCODER_FILE,
  input: v.picklist(['waveform', 'log-mel']),
  normalize: v.boolean(),
  output: v.string(),
  width: whole(1, 65_536),
  heardDecibels: within(...ENCODER_RANGES.heardDecibels),
  ...SEGMENTATION,
} satisfies Properties<Omit<OnnxFrontEnd, keyof Layout>>);

const LOG_SPECTROGRAM: Schema<LogSpectrogramFrontEnd> = v.pipe(
  v.strictObject({
    kind: v.literal('log-spectrogram'),
    binHertz: v.picklist([10, 20]),
    floorDecibels: within(10, 200),
    scaling: v.picklist(LOG_SCALINGS),
    ...OWN_SEGMENTS,
  } satisfies Properties<LogSpectrogramFrontEnd>),
  hearsAll(),
  v.rawCheck(({ dataset: { typed, value }, addIssue }) => {
    if (typed && Math.round(value.segmentSeconds * SAMPLE_RATE) % HOP)
      addIssue(faultAt(value, 'segmentSeconds', `whole frames of ${HOP / SAMPLE_RATE} s`));
  }),
);

const SCHEMAS = {
  ...{ encoder: ENCODER, onnx: ONNX_FRONT_END },
  ...{ 'log-spectrogram': LOG_SPECTROGRAM, mfcc: MFCC_FRONT_END },
} as const;

/** In the config of a run and the metadata of a checkpoint. */
export const FRONT_END: Schema<FrontEnd> = v.lazy((input): Schema<FrontEnd> => {
  const kind = isObject(input) ? input.kind : undefined;
  return SCHEMAS[kind as keyof typeof SCHEMAS] ?? SPECTROGRAM;
});

/** Whether a front end has learned from sound itself, as a speech encoder has. */
export const hasHeard = (frontEnd: AnyFrontEnd): frontEnd is EncoderFrontEnd | OnnxFrontEnd =>
  frontEnd.kind === 'encoder' || frontEnd.kind === 'onnx';

/** A front end as files have it, so that the same one has one spelling. */
export function stated<F extends AnyFrontEnd>(frontEnd: F): F {
  if (frontEnd.kind && frontEnd.kind !== 'spectrogram') return frontEnd;
  const { kind: _, ...settings } = frontEnd;
  return settings as F;
}

/** A front end of the same kind, cut in another way. */
export const changed = <F extends FrontEnd>(frontEnd: F, changes: Partial<Segmentation> = {}): F => ({
  ...frontEnd,
  ...changes,
});

/** What an absent {@link FrontEnd.offset} stands for. */
export const UNSTATED_OFFSET: Offset = 'remove-in-use';

/** A front end with what its unstated settings stand for. */
export const inFull = <F extends AnyFrontEnd>(frontEnd: F, unstated: Offset = UNSTATED_OFFSET): F =>
  frontEnd.kind === 'descriptors'
    ? frontEnd
    : { ...stated(frontEnd), offset: frontEnd.offset ?? unstated, shortInUse: filledInUse(frontEnd) };

/** What a run with this front end may have done: as it states, or, where it states nothing, either that leaves the mean in to train. */
export const possibleOffsets = (frontEnd: AnyFrontEnd): readonly Offset[] => {
  if (frontEnd.kind === 'descriptors') return ['remove']; // that of the whole recording, always
  return frontEnd.offset ? [frontEnd.offset] : [UNSTATED_OFFSET, 'keep'];
};

/** Whether a segment's mean is taken out before a network learns from it. */
export const removedInTraining = ({ offset }: Pick<FrontEnd, 'offset'>): boolean => offset === 'remove';

/** Whether a segment's mean is taken out before it is scored or explained. */
export const removedInUse = ({ offset = UNSTATED_OFFSET }: Pick<FrontEnd, 'offset'>): boolean => offset !== 'keep';

/** What is done with a recording shorter than a segment that is scored: every one is answered. */
export const filledInUse = ({
  shortUtterances,
  shortInUse = shortUtterances === 'drop' ? 'pad' : shortUtterances,
}: Pick<FrontEnd, 'shortUtterances' | 'shortInUse'>): ShortInUse => shortInUse;

/** The segments of a recording to train on, as of {@link cutSegments}. */
export function trainingSegments(samples: Float32Array, frontEnd: FrontEnd): Float32Array[] {
  const { trainHopSeconds, shortUtterances } = frontEnd;
  const prepare = removedInTraining(frontEnd) ? removeOffset : undefined;
  return cutSegments(samples, trainHopSeconds, shortUtterances, prepare, frontEnd);
}

/** Cuts sound that comes in blocks into the segments that are scored. */
export function scoringCutter(frontEnd: FrontEnd): SegmentCutter {
  const prepare = removedInUse(frontEnd) ? removeOffset : undefined;
  return createSegmentCutter(frontEnd.testHopSeconds, filledInUse(frontEnd), prepare, frontEnd);
}

/** The segments of a recording that are scored, as of {@link cutSegments}. */
export function scoringSegments(samples: Float32Array, frontEnd: FrontEnd): Float32Array[] {
  const cutter = scoringCutter(frontEnd);
  return [...cutter.push(samples), ...cutter.end()];
}
