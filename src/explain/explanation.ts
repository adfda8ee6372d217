import * as v from 'valibot';
import { callback, numeric, type Options, signal } from '../arguments.ts';
import type { Waveform } from '../audio/waveform.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument, list, whole } from '../json.ts';
import type { Recognition, Recognizer } from '../recognize/recognizer.ts';
import { findSpeech } from '../recognize/speech.ts';
import { type Answer, answerOf } from '../recognize/timeline.ts';
import type { Explainer, MapMeaning, SegmentMaps } from './explainer.ts';
import type { Grid } from './grid.ts';

/** What a network says of a recording, and by what it says it in one segment. */
export interface Explanation<C extends string = string> {
  /** what to call the recording */
  readonly name: string;
  /** of the whole recording; its segments are what `segment` counts */
  readonly recognition: Recognition<C>;
  /** what the recording is said to be: `no speech` where none is found in it, else its emotion */
  readonly answer: Answer<C>;
  /** index of the segment, from 0 */
  readonly segment: number;
  /** the class whose top-down and product maps are meant */
  readonly emotion: C;
  /** of that segment, for every class */
  readonly maps: SegmentMaps<C>;
  /** the cells of the maps */
  readonly grid: Grid;
  /** what the values of the maps mean */
  readonly meaning: MapMeaning;
  /** whether the segment holds nothing but digital silence, so that its maps say nothing of a voice */
  readonly silent: boolean;
}

const object = v.custom<object>((value) => typeof value === 'object' && value !== null, 'an object');

/** An explanation as far as a caller may get it wrong. */
const EXPLANATION = v.looseObject({
  ...{ name: v.string(), segment: whole(0), emotion: v.string(), maps: object, grid: object },
  recognition: v.looseObject({ segments: list(object), probabilities: object, emotion: v.string() }),
  ...{ meaning: object, silent: v.boolean() },
});

/** @throws AttuneError `usage` where it is none */
export function checkExplanation(explanation: Explanation): void {
  checkArgument(explanation, EXPLANATION, 'the explanation');
  checkClass(explanation.emotion, Object.keys(explanation.recognition.probabilities));
}

const checkClass = (emotion: string, classes: readonly string[]) =>
  checkArgument({ emotion }, v.object({ emotion: v.picklist(classes) }), 'the class');

/** Which segment and class of a recording to explain. */
export interface ExplainOptions<C extends string = string> {
  /** what to call the recording */
  readonly name: string;
  /** default: the class of the whole recording */
  readonly emotion?: C;
  /** counted from 1; default: the one of the greatest probability of the class, of equals the first */
  readonly segment?: number;
  /** seconds of the recording's clock, where it has sound, in place of `segment`: the segment whose middle is nearest */
  readonly at?: number;
  /** stops the work: it throws the signal's reason */
  readonly signal?: AbortSignal;
}

const NETWORK = v.looseObject({
  recognizer: v.looseObject({ recognize: callback }),
  explainer: v.looseObject({ explain: callback, classes: list(v.string()) }),
});

const OPTIONS = v.strictObject({
  name: v.string(),
  emotion: v.optional(v.string()),
  segment: v.optional(numeric),
  at: v.optional(numeric),
  signal: v.optional(signal),
} satisfies Options<ExplainOptions>);

/**
 * The segment that decides most: the one of the greatest probability of a class, of equals the first.
 *
 * @returns its index, from 0
 */
export function decidingSegment<C extends string>({ segments }: Recognition<C>, emotion: C): number {
  const probabilities = segments.map((segment) => segment.probabilities[emotion]);
  return probabilities.indexOf(Math.max(...probabilities));
}

/**
 * Recognises a recording and explains one of its segments.
 *
 * @param network recogniser and explainer of the same checkpoint
 * @throws AttuneError `usage` where there is no such class, segment or moment, or `segment` and `at` are both given; `audio` and `checkpoint`
 *   as `recognize` does; the signal's reason where it is aborted
 *
 * @example
 * ```ts
 * import { createExplainer, createRecognizer, explainRecording, loadDefaultCheckpoint } from 'attune';
 * import { readAudioFile } from 'attune/node';
 *
 * const checkpoint = await loadDefaultCheckpoint();
 * const network = { recognizer: await createRecognizer(checkpoint), explainer: await createExplainer(checkpoint) };
 * const { waveform } = await readAudioFile('call.wav');
 * const { recognition, segment, maps } = await explainRecording(network, waveform, { name: 'call.wav', emotion: 'sad' });
 * console.log(recognition.emotion, `segment ${segment + 1}`, maps.logits.sad);
 * await Promise.all([network.recognizer.close(), network.explainer.close()]);
 * ```
 */
export async function explainRecording<C extends string = string>(
  network: { readonly recognizer: Recognizer<C>; readonly explainer: Explainer<C> },
  waveform: Waveform,
  options: ExplainOptions<NoInfer<C>>,
): Promise<Explanation<C>> {
  checkArgument(network, NETWORK, 'the network');
  checkArgument(options, OPTIONS, 'the options');
  const { recognizer, explainer } = network;
  if (options.emotion !== undefined) checkClass(options.emotion, explainer.classes);
  const stoppable = options.signal ? { signal: options.signal } : {};
  const recognition = await recognizer.recognize(waveform, stoppable);
  const emotion = options.emotion ?? recognition.emotion;
  const segment = chosenSegment(recognition, emotion, options);
  const [maps] = await explainer.explain(waveform, { segments: [segment], ...stoppable });
  const { grid, meaning } = explainer;
  const [first] = maps!.spectrogram;
  const silent = maps!.spectrogram.every((value) => value === first);
  const answer = answerOf(recognition, findSpeech(waveform.samples), 0);
  return { name: options.name, recognition, answer, segment, emotion, maps: maps!, grid, meaning, silent };
}

function chosenSegment<C extends string>(
  recognition: Recognition<C>,
  emotion: C,
  { segment, at }: ExplainOptions<C>,
): number {
  const { segments, startSeconds, durationSeconds } = recognition;
  if (segment !== undefined && at !== undefined)
    throw new AttuneError('usage', 'expected a segment or a moment, got both; leave one of them out');
  if (segment !== undefined) {
    if (segments[segment - 1]) return segment - 1;
    throw new AttuneError(
      'usage',
      `expected a segment from 1 to ${segments.length}, got ${segment}; the recording lasts ${durationSeconds.toFixed(2)} s`,
    );
  }
  if (at === undefined) return decidingSegment(recognition, emotion);
  const ends = startSeconds + durationSeconds;
  if (!(at >= startSeconds && at <= ends))
    throw new AttuneError(
      'usage',
      `expected a moment from ${startSeconds > 0 ? startSeconds.toFixed(2) : 0} to ${ends.toFixed(2)} s, got ${at}; the recording ends there`,
    );
  const distances = segments.map(({ start, end }) => Math.abs((start + end) / 2 - at));
  return distances.indexOf(Math.min(...distances));
}
