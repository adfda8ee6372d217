import type { DescriptorFrontEnd } from '../../features/descriptors/front-end.ts';
import { segmentStarts, writeSegment } from '../../features/descriptors/segments.ts';
import { type Moments, standardized } from '../../features/descriptors/standardize.ts';
import { voicedRegions } from '../../features/descriptors/voiced.ts';
import type { BlstmArchitecture } from '../../model/blstm/architecture.ts';
import type { RunOptions } from '../../run/run-files.ts';
import { latentPosteriors } from '../../train/latent-labels.ts';
import type { TrainingData } from '../../train/loop.ts';
import { balanced } from '../balanced.ts';
import type { Heard } from './heard.ts';
import type { OpenNetwork } from './network.ts';

/** What of a run says how often a segment or a recording is learned from. */
export interface Balancing {
  readonly balance?: boolean;
  readonly corpusWeights?: Readonly<Record<string, number>>;
}

/** What a network learns from, and what is to be done with the network as it is before each epoch. */
export interface Lesson {
  readonly data: TrainingData;
  readonly before?: (network: OpenNetwork, signal: AbortSignal | undefined) => Promise<void>;
}

const repeated = <T extends { readonly label: number; readonly corpus: string }>(
  all: readonly T[],
  { balance = false, corpusWeights: weights }: Balancing,
): T[] => balanced(all, { classes: balance, ...(weights && { weights }) });

/** The segments that are heard of recordings, or, where these are not cut, the recordings. */
export const learnedOf = (heard: readonly Heard[], frontEnd: DescriptorFrontEnd, balancing: Balancing) =>
  repeated(
    heard.flatMap(({ label, corpus, values }, recording) => {
      const starts = frontEnd.segmentFrames === undefined ? [0] : segmentStarts(values, frontEnd);
      return starts.map((start) => ({ label, corpus, recording, start }));
    }),
    balancing,
  );

/** Every segment with the emotion of its recording. */
export function segmentLesson(
  heard: readonly Heard[],
  frontEnd: DescriptorFrontEnd,
  moments: Moments,
  balancing: Balancing,
): Lesson {
  const width = moments.mean.length;
  const values = heard.map((recording) => standardized(recording.values, moments));
  const segments = learnedOf(heard, frontEnd, balancing);
  const data: TrainingData = {
    shape: [width * (frontEnd.segmentFrames ?? 1)],
    labels: segments.map(({ label }) => label),
    nameOf: (i) => `the segment from frame ${segments[i]!.start} of ${heard[segments[i]!.recording]!.file}`,
    read(i, target) {
      const { recording, start } = segments[i]!;
      writeSegment(values[recording]!, width, start, target);
    },
  };
  return { data };
}

/**
 * Every recording with what its frames are: its emotion, or, of latent labels, the emotion and Null by shares that the network itself gives
 * before each epoch. A recording without a voiced frame counts as one voiced region.
 */
export function sequenceLesson(
  heard: readonly Heard[],
  frontEnd: DescriptorFrontEnd,
  { labels, classes }: BlstmArchitecture,
  moments: Moments,
  balancing: Balancing,
): Lesson {
  const width = moments.mean.length;
  const values = heard.map((recording) => standardized(recording.values, moments));
  const recordings = learnedOf(heard, frontEnd, balancing).map(({ recording }) => recording);
  const shares = values.map(({ length }) => new Float32Array(length / width).fill(1));
  const outputs = labels === 'latent' ? classes + 1 : classes;
  const data: TrainingData = {
    shape: [width],
    labels: recordings.map((own) => heard[own]!.label),
    nameOf: (i) => heard[recordings[i]!]!.file,
    read: (i, target) => target.set(values[recordings[i]!]!),
    sequences: {
      length: (i) => shares[recordings[i]!]!.length,
      target(i, target) {
        const { label } = heard[recordings[i]!]!;
        for (const [t, share] of shares[recordings[i]!]!.entries()) {
          target[t * outputs + label] = share;
          if (labels === 'latent') target[t * outputs + classes] = 1 - share;
        }
      },
    },
  };
  if (labels === 'utterance') return { data };
  return {
    data,
    async before(network, signal) {
      for (const [i, { values: measured, label }] of heard.entries()) {
        await new Promise((resolve) => setTimeout(resolve)); // as in training: let messages through
        signal?.throwIfAborted();
        const rows = logRows(await network.logits(measured), outputs);
        shares[i]!.fill(0);
        for (const { start, end } of regionsOf(measured, width, frontEnd)) {
          const region = rows.slice(start, end);
          const { emotion } = latentPosteriors(
            region.map((row) => row[classes]!),
            region.map((row) => row[label]!),
          );
          shares[i]!.set(emotion, start);
        }
      }
    },
  };
}

/** The files of recordings without a voiced frame, where a network asks for voiced regions. */
export const unvoiced = (
  heard: readonly Heard[],
  { architecture, frontEnd }: Pick<RunOptions, 'architecture'> & { readonly frontEnd: DescriptorFrontEnd },
): string[] =>
  architecture.kind === 'blstm' && architecture.labels === 'latent'
    ? heard.filter(({ values }) => !voicedRegions(values, frontEnd.set).length).map(({ file }) => file)
    : [];

/** The voiced regions of a recording; all of it where nothing is voiced. */
function regionsOf(values: Float32Array, width: number, { set }: DescriptorFrontEnd) {
  const regions = voicedRegions(values, set);
  return regions.length ? regions : [{ start: 0, end: values.length / width }];
}

/** Logits `[frames, outputs]` as logarithms of probabilities, a row a frame. */
function logRows(logits: Float32Array, outputs: number): number[][] {
  return Array.from({ length: logits.length / outputs }, (_, t) => {
    const row = Array.from(logits.subarray(t * outputs, (t + 1) * outputs));
    const most = Math.max(...row);
    const sum = most + Math.log(row.reduce((total, value) => total + Math.exp(value - most), 0));
    return row.map((value) => value - sum);
  });
}
