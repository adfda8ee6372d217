import { EMOTIONS, type Emotion } from '../corpus/emotions.ts';
import { BINS, FRAMES } from '../features/spectrogram.ts';
import type { Explanation } from './explanation.ts';

/** A map with its axes: `values[row][column]`, rows from low to high frequency, columns from early to late. */
interface JsonMap {
  /** Hz, rows + 1: the row r reaches from `hz[r]` to `hz[r + 1]` */
  readonly hz: readonly number[];
  /** seconds from the start of the recording, columns + 1 */
  readonly seconds: readonly number[];
  readonly values: readonly (readonly number[])[];
}

/** Significant digits; a float32 has a little over seven. */
const DIGITS = 7;
const rounded = (value: number) => Number(value.toPrecision(DIGITS));

/**
 * An explanation as data for JSON: `{ file, durationSeconds, emotion, probabilities, segment, explained, softmax, score, silent,
 * spectrogram, bottomUp, topDown, product }`. `segment` is one of `recognize`, with its `number` from 1; `explained` is the class that the
 * picture shows; top-down and product maps are there for every class. The values of a product map add up to `segment.logits`
 * (`score: "sum"`), or average to it (`"mean"`).
 */
export function explanationJson({
  name,
  recognition,
  segment,
  emotion,
  maps,
  grid,
  architecture,
  silent,
}: Explanation) {
  const { segments, ...whole } = recognition;
  const axes = (rows: number, columns: number, hz: number, seconds: number) => ({
    hz: Array.from({ length: rows + 1 }, (_, r) => r * hz),
    seconds: Array.from({ length: columns + 1 }, (_, c) => rounded(maps.start + c * seconds)),
  });
  const cells = axes(grid.rows, grid.columns, grid.cellHz, grid.cellSeconds);
  const asMap = (values: Float32Array): JsonMap => ({ ...cells, values: rowsOf(values, grid.columns) });
  const byClass = (values: Readonly<Record<Emotion, Float32Array>>) =>
    Object.fromEntries(EMOTIONS.map((name) => [name, asMap(values[name])]));
  return {
    file: name,
    ...whole,
    segment: { number: segment + 1, ...segments[segment]! },
    explained: emotion,
    softmax: architecture.attentionSoftmax,
    score: architecture.attentionScore,
    silent,
    spectrogram: {
      ...axes(BINS, FRAMES, grid.cellHz / grid.side, grid.cellSeconds / grid.side),
      values: rowsOf(maps.spectrogram, FRAMES),
    },
    bottomUp: asMap(maps.bottomUp),
    topDown: byClass(maps.topDown),
    product: byClass(maps.product),
  };
}

const rowsOf = (values: Float32Array, columns: number): number[][] =>
  Array.from({ length: values.length / columns }, (_, row) =>
    Array.from(values.subarray(row * columns, (row + 1) * columns), rounded),
  );
