import * as v from 'valibot';
import { abortable, untilAborted } from '../abort.ts';
import { numeric, type Options, signal } from '../arguments.ts';
import { type Gap, placeAmongGaps, withoutGaps } from '../audio/gaps.ts';
import { checkedWaveform, SAMPLE_RATE, type Waveform } from '../audio/waveform.ts';
import { AttuneError } from '../errors.ts';
import { stack } from '../features/extractor.ts';
import { scoringSegments } from '../features/front-end.ts';
import { ONNX_ENCODER, type OnnxEncoder } from '../features/outside/fit.ts';
import { SEGMENT_SAMPLES, segmentStarts } from '../features/segments.ts';
import { SPECTROGRAM_SIZE } from '../features/spectrogram.ts';
import * as f from '../graph/functions.ts';
import type { Tensor } from '../graph/graph.ts';
import type { Values } from '../graph/session.ts';
import { checkArgument, list } from '../json.ts';
import { type Checkpoint, checkCheckpoint } from '../model/checkpoint.ts';
import { mapsOf } from '../model/network.ts';
import { checkOutput } from '../model/weights.ts';
import { modelOf, openModel, samplesOf } from '../recognize/model.ts';
import { type Grid, gridOf } from './grid.ts';

/** A map a class, `[rows x columns]` of the {@link Grid} each. */
export type ClassMaps<C extends string = string> = Readonly<Record<C, Float32Array>>;

/** A stretch within a segment that nobody recorded, and that its maps leave out. */
export interface MapGap {
  /** seconds of sound in the segment before it */
  readonly at: number;
  /** how long it is */
  readonly seconds: number;
}

/**
 * The attention maps of one segment. Each map is `[rows x columns]` of the {@link Grid}, row by row from low to high frequency, as the
 * network computed it: nothing is smoothed or interpolated.
 */
export interface SegmentMaps<C extends string = string> {
  /** seconds of the recording's clock */
  readonly start: number;
  /** in order; absent: the segment has none */
  readonly gaps?: readonly MapGap[];
  /**
   * `[400 x 200]` as the network saw it: bins of 10 Hz from 0, each with 200 frames of 10 ms; in [-1, 1]. Of a network behind a speech
   * encoder the paper's spectrogram of the same samples, divided by its maximum, to be looked at
   */
  readonly spectrogram: Float32Array;
  /** class-agnostic (Xb of Eq. 7); with the softmax of section 3.3 it is positive and sums to 1 */
  readonly bottomUp: Float32Array;
  /** class-specific (Xa of Eq. 7) */
  readonly topDown: ClassMaps<C>;
  /** 1 where a cell is heard, 0 where it is too quiet to tell of a voice and counts for nothing; absent: all cells are heard */
  readonly heard?: Float32Array;
  /** product of the two maps: what each cell adds to the logit of a class (Eq. 8) */
  readonly product: ClassMaps<C>;
  /** the sum of the product map; its mean where {@link MapMeaning.score} is `mean`; before any calibration */
  readonly logits: Readonly<Record<C, number>>;
}

/** What the values of attention maps mean. */
export interface MapMeaning {
  /** product maps add up to the logits (`sum`), or average to them (`mean`) */
  readonly score: 'sum' | 'mean';
  /** whether the class-agnostic map is positive and sums to 1 */
  readonly softmax: boolean;
}

/** Of which segments maps are made. */
export interface MapOptions {
  /** indices into the segments of `recognize`, from 0; default: all */
  readonly segments?: readonly number[];
  /** stops the work: it throws the signal's reason */
  readonly signal?: AbortSignal;
}

const MAP_OPTIONS = v.strictObject({
  ...{ segments: v.optional(list(numeric)), signal: v.optional(signal) },
} satisfies Options<MapOptions>);

/** What of an explainer may be chosen. */
export interface ExplainerOptions {
  /** threads within one operator; default: as many as there are cores */
  readonly threads?: number;
  /** as `createRecognizer` takes it */
  readonly encoder?: OnnxEncoder;
}

const EXPLAINER_OPTIONS = v.strictObject({
  ...{ threads: v.optional(numeric), encoder: v.optional(ONNX_ENCODER) },
} satisfies Options<ExplainerOptions>);

/** A network that shows by what it decides. */
export interface Explainer<C extends string = string> {
  /** in the order of the checkpoint; each is a key of its maps */
  readonly classes: readonly C[];
  /** what the values of its maps mean */
  readonly meaning: MapMeaning;
  /** the cells of its maps, the same for every segment */
  readonly grid: Grid;
  /**
   * The maps of some segments of a recording; 365 kB a segment in the paper's network.
   *
   * @param waveform mono at 16 kHz, finite; as `recognize` takes it
   * @returns in the order of `segments`
   * @throws AttuneError `usage` where there is no such segment; `audio` and `checkpoint` where `recognize` refuses it
   */
  explain(waveform: Waveform, options?: MapOptions): Promise<SegmentMaps<C>[]>;
  /** Frees the runtime's memory, once however often it is called. Nothing can be explained afterwards. */
  close(): Promise<void>;
}

/**
 * Makes a checkpoint ready to be explained: front end, network and maps in one graph.
 *
 * @throws AttuneError `usage` where the network has no attention pooling, or as `createRecognizer` does for threads and encoder; `graph` where
 *   the runtime refuses the network
 *
 * @example
 * ```ts
 * import { createExplainer, loadDefaultCheckpoint } from 'attune';
 * import { readAudioFile } from 'attune/node';
 *
 * const explainer = await createExplainer(await loadDefaultCheckpoint());
 * const { waveform } = await readAudioFile('call.wav');
 * for (const { start, product, logits } of await explainer.explain(waveform)) {
 *   const sum = product.sad.reduce((total, value) => total + value, 0); // the logit but for rounding
 *   console.log(`from ${start} s`, sum, logits.sad);
 * }
 * await explainer.close();
 * ```
 */
export async function createExplainer<C extends string = string>(
  checkpoint: Checkpoint<C>,
  options: ExplainerOptions = {},
): Promise<Explainer<C>> {
  checkCheckpoint(checkpoint);
  checkArgument(options, EXPLAINER_OPTIONS, 'the options');
  const { frontEnd } = checkpoint;
  const { network, features, explain } = await modelOf(checkpoint, options.encoder);
  const { score, softmax } = mapsOf(network);
  const grid = gridOf(network);
  const build = (samples: Tensor) => {
    const { features: x, topDown, bottomUp, ...more } = explain(samples); // logits, and perhaps what is heard
    return { ...more, spectrogram: features.shown(samples, x), bottomUp, topDown, product: f.mul(topDown, bottomUp) };
  };
  const session = await openModel(samplesOf(frontEnd), build, { threads: options.threads, before: features.before });
  const cells = grid.rows * grid.columns;
  const { classes } = checkpoint;
  const named = <T>(value: (k: number) => T) =>
    Object.fromEntries(classes.map((emotion, k) => [emotion, value(k)])) as unknown as Readonly<Record<C, T>>;
  const part = ({ data }: Values, index: number, size: number) =>
    (data as Float32Array).slice(index * size, (index + 1) * size);

  return {
    classes,
    meaning: { score, softmax },
    grid,
    async explain(waveform, options = {}) {
      const { startSeconds = 0, gaps: told, ...sound } = checkedWaveform(waveform);
      const recorded = withoutGaps(sound.samples, told);
      const [samples, gaps] = recorded.length ? [recorded, told] : [sound.samples]; // of a gap alone its silence, as recognize hears it
      checkArgument(options, MAP_OPTIONS, 'the options');
      const { segments: wanted, signal } = options;
      const starts = segmentStarts(samples.length, frontEnd.testHopSeconds);
      const maps: SegmentMaps<C>[] = [];
      for await (const index of untilAborted(inTurn(wanted ?? starts.keys()), signal)) {
        const start = starts[index];
        if (start === undefined)
          throw new AttuneError(
            'usage',
            `expected a segment from 0 to ${starts.length - 1}, got ${index}; choose one of those`,
          );
        const segments = scoringSegments(samples.subarray(start, start + SEGMENT_SAMPLES), frontEnd); // one, as recognize cuts it
        const out = await abortable(session.run({ samples: stack(segments) }), signal);
        for (const values of Object.values(out)) checkOutput(values, `segment ${index + 1}`);
        const within = gapsWithin(start, gaps);
        maps.push({
          start: startSeconds + placeAmongGaps(start, gaps) / SAMPLE_RATE,
          ...(within.length > 0 && { gaps: within }),
          spectrogram: part(out.spectrogram!, 0, SPECTROGRAM_SIZE),
          bottomUp: part(out.bottomUp!, 0, cells),
          ...(out.heard && { heard: part(out.heard, 0, cells) }),
          topDown: named((k) => part(out.topDown!, k, cells)),
          product: named((k) => part(out.product!, k, cells)),
          logits: named((k) => out.logits!.data[k] as number),
        });
      }
      return maps;
    },
    close: session.close,
  };
}

/** The gaps that a segment lies across, which starts at a sample of what was recorded. */
function gapsWithin(start: number, gaps: readonly Gap[] = []): MapGap[] {
  let before = 0; // samples of gaps
  return gaps.flatMap(({ from, to }) => {
    const at = from - before - start;
    before += to - from;
    return at > 0 && at < SEGMENT_SAMPLES ? [{ at: at / SAMPLE_RATE, seconds: (to - from) / SAMPLE_RATE }] : [];
  });
}

async function* inTurn(indices: Iterable<number>): AsyncGenerator<number> {
  yield* indices;
}
