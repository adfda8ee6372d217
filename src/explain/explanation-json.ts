import { BINS, FRAMES } from '../features/spectrogram.ts';
import type { Recognition, SegmentResult } from '../recognize/recognizer.ts';
import { checkExplanation, type Explanation } from './explanation.ts';
import { clockAt } from './map-time.ts';

/** A map with its axes: `values[row][column]`, rows from low to high frequency, columns from early to late. */
export interface JsonMap {
  /** Hz, rows + 1: the row r reaches from `hz[r]` to `hz[r + 1]` */
  readonly hz: readonly number[];
  /** seconds of the recording's clock, columns + 1; across a gap in the segment, which the maps leave out, they leap */
  readonly seconds: readonly number[];
  /** `[rows][columns]`, seven significant digits */
  readonly values: readonly (readonly number[])[];
}

/** A segment, and which of the recording's it is. */
export interface ExplainedSegment<C extends string = string> extends SegmentResult<C> {
  /** counted from 1 */
  readonly number: number;
}

/** What `attune explain --out FILE.json` writes. */
export interface ExplanationJson<C extends string = string> extends Omit<Recognition<C>, 'segments'> {
  /** what the recording is called */
  readonly file: string;
  /** the segment that the maps are of */
  readonly segment: ExplainedSegment<C>;
  /** the class that the picture shows */
  readonly explained: C;
  /** whether the bottom-up map went through a softmax: it is positive then, and sums to 1 */
  readonly softmax: boolean;
  /** whether the values of a product map add up (`sum`) or average (`mean`) to the logit of its class, in `segment.logits` */
  readonly score: 'sum' | 'mean';
  /** whether the segment holds nothing but digital silence, so that its maps say nothing of a voice */
  readonly silent: boolean;
  /**
   * what the network saw, in [-1, 1]: 400 rows of 10 Hz, 200 columns of 10 ms; of a network behind a speech encoder the paper's spectrogram
   * of the same samples
   */
  readonly spectrogram: JsonMap;
  /**
   * class-agnostic (Xb of Eq. 7); 50 rows and 25 columns in the paper's network, as in the maps below; behind a speech encoder one row, as
   * high as the spectrogram, and 100 columns
   */
  readonly bottomUp: JsonMap;
  /** 1 where a cell is heard, 0 where it is too quiet to tell of a voice and counts for nothing; absent: all cells are heard */
  readonly heard?: JsonMap;
  /** class-specific (Xa of Eq. 7), for every class */
  readonly topDown: Readonly<Record<C, JsonMap>>;
  /** the two maps multiplied (Eq. 8), for every class */
  readonly product: Readonly<Record<C, JsonMap>>;
}

/** Significant digits; a float32 has a little over seven. */
const DIGITS = 7;
const rounded = (value: number) => Number(value.toPrecision(DIGITS));

/**
 * An explanation as data for JSON: what was recognised, and the maps with their axes.
 *
 * @throws AttuneError `usage` where it is none
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { createExplainer, createRecognizer, explainRecording, loadDefaultCheckpoint } from 'attune';
 * import { explanationJson, readAudioFile } from 'attune/node';
 *
 * const checkpoint = await loadDefaultCheckpoint();
 * const network = { recognizer: await createRecognizer(checkpoint), explainer: await createExplainer(checkpoint) };
 * const { waveform } = await readAudioFile('call.wav');
 * const data = explanationJson(await explainRecording(network, waveform, { name: 'call.wav' }));
 * await writeFile('call.json', JSON.stringify(data));
 * console.log(data.spectrogram.values.length); // 400
 * ```
 */
export function explanationJson<C extends string = string>(explanation: Explanation<C>): ExplanationJson<C> {
  checkExplanation(explanation);
  const { name, recognition, segment, emotion, maps, grid, meaning, silent } = explanation;
  const { segments, ...whole } = recognition;
  const axes = (rows: number, columns: number, hz: number, seconds: number) => ({
    hz: Array.from({ length: rows + 1 }, (_, r) => r * hz),
    seconds: Array.from({ length: columns + 1 }, (_, c) => rounded(clockAt(maps, c * seconds))),
  });
  const cells = axes(grid.rows, grid.columns, grid.cellHz, grid.cellSeconds);
  const asMap = (values: Float32Array): JsonMap => ({ ...cells, values: rowsOf(values, grid.columns) });
  const byClass = (values: Readonly<Record<C, Float32Array>>) =>
    Object.fromEntries(
      Object.entries<Float32Array>(values).map(([name, own]) => [name, asMap(own)]),
    ) as unknown as Readonly<Record<C, JsonMap>>;
  return {
    file: name,
    ...whole,
    segment: { number: segment + 1, ...segments[segment]! },
    explained: emotion,
    softmax: meaning.softmax,
    score: meaning.score,
    silent,
    spectrogram: {
      ...axes(BINS, FRAMES, grid.cellHz / grid.cellBins, grid.cellSeconds / grid.cellFrames),
      values: rowsOf(maps.spectrogram, FRAMES),
    },
    bottomUp: asMap(maps.bottomUp),
    ...(maps.heard && { heard: asMap(maps.heard) }),
    topDown: byClass(maps.topDown),
    product: byClass(maps.product),
  };
}

const rowsOf = (values: Float32Array, columns: number): number[][] =>
  Array.from({ length: values.length / columns }, (_, row) =>
    Array.from(values.subarray(row * columns, (row + 1) * columns), rounded),
  );
