import * as v from 'valibot';
import type { Options } from '../arguments.ts';
import { byName, checkArgument, finite, list, within } from '../json.ts';
import type { Probabilities, Recognition, SegmentResult } from './recognizer.ts';
import { added, emotionOf, joinAlike, lasts, longEnough, type Run } from './runs.ts';
import type { Stretch } from './speech.ts';

/** What is said of a stretch or a recording: an emotion, that none is probable enough, or that nobody speaks. */
export type Answer<C extends string = string> = C | 'uncertain' | 'no speech';

/** A stretch of a recording with one answer, in seconds of the recording's clock. */
export interface Span<C extends string = string> extends Stretch {
  /** of the greatest of `probabilities`, unless that is too small or nobody speaks */
  readonly emotion: Answer<C>;
  /** mean over the span, after smoothing; absent where there is no speech */
  readonly probabilities?: Probabilities<C>;
}

/** How segments become spans. */
export interface TimelineOptions {
  /** seconds over which probabilities are averaged, and the least duration of a span of emotion; 0 or more; 0 leaves all as it is */
  readonly smoothSeconds: number;
  /** the answer is `uncertain` where the greatest probability lies below this, in [0, 1] */
  readonly abstainBelow: number;
}

/** Averages over 1 s, and always names an emotion where there is speech. */
export const DEFAULT_TIMELINE: TimelineOptions = { smoothSeconds: 1, abstainBelow: 0 };

const ABSTAIN = within(0, 1);
/** As an argument. */
export const TIMELINE = v.strictObject({
  ...{ smoothSeconds: within(0, 1e9), abstainBelow: ABSTAIN },
} satisfies Options<TimelineOptions>);

const ANSWERED = v.looseObject({ emotion: v.string(), probabilities: byName(finite) });
const RECOGNITION = v.looseObject({
  ...{ startSeconds: within(0, 1e9), durationSeconds: within(0, 1e9) },
  segments: v.custom<readonly SegmentResult[]>(
    (segments) => Array.isArray(segments) && segments.length > 0 && segments.every(isSegment),
    'segments of finite times and probabilities, at least one',
  ),
});
const SPEECH = list(v.looseObject({ start: finite, end: finite }));

/** There may be hundreds of thousands of them. */
function isSegment(segment: unknown): boolean {
  const { start, end, probabilities } = (segment ?? {}) as Partial<SegmentResult>;
  return [start, end, ...Object.values(probabilities ?? [undefined])].every(Number.isFinite);
}

/** Time is counted in cells of 0.1 s, a quarter of the hop between segments. */
const PER_SECOND = 10;

/**
 * What is said of the whole recording: `no speech` where none was found, `uncertain` below the bound, else its emotion.
 *
 * @param speech of `findSpeech`
 * @param abstainBelow the least probability with which an emotion is named, in [0, 1]; 0 always names one
 * @throws AttuneError `usage` where it is out of its range
 *
 * @example
 * ```ts
 * import { answerOf, findSpeech, loadRecognizer } from 'attune';
 * import { readAudioFile } from 'attune/node';
 *
 * const { waveform } = await readAudioFile('call.wav');
 * const recognizer = await loadRecognizer();
 * const recognition = await recognizer.recognize(waveform);
 * console.log(answerOf(recognition, findSpeech(waveform.samples), 0.5));
 * console.log(answerOf(recognition, [], 0.5)); // no speech
 * await recognizer.close();
 * ```
 */
export function answerOf<C extends string = string>(
  recognition: Recognition<C>,
  speech: readonly Stretch[],
  abstainBelow: number,
): Answer<C> {
  checkArgument(recognition, ANSWERED, 'the recognition');
  checkArgument(speech, SPEECH, 'the speech');
  checkArgument(abstainBelow, ABSTAIN, 'the least probability of an answer');
  const { emotion, probabilities } = recognition;
  if (!speech.length) return 'no speech';
  return probabilities[emotion] >= abstainBelow ? emotion : 'uncertain';
}

/**
 * Turns overlapping segments into spans that tile the recording's sound: each instant has one answer.
 *
 * 1. An instant's probabilities are the mean over the segments that cover it: p(t) = mean of p_s over all s with
 *    start_s <= t < end_s. A segment's probabilities belong to its 2 s as a whole, so none of the five is nearer to the truth.
 * 2. They are averaged over `smoothSeconds` around the instant, over speech alone: q(t) = the integral of p over the
 *    speech in [t - smooth/2, t + smooth/2], divided by its duration. What is said in a pause is said of no voice.
 * 3. Within each stretch of speech, neighbouring instants with the same most probable emotion are a run. Averaging alone
 *    does not keep two emotions of like probability from taking turns, so the shortest run under `smoothSeconds` joins one of
 *    its neighbours, the one whose emotion is the more probable in it, until no run is shorter or the stretch is one run. A run's
 *    emotion is the greatest of its mean probabilities.
 * 4. A run whose greatest mean probability lies below `abstainBelow` is `uncertain`. Everything outside speech is `no speech`.
 *
 * t runs over the middles of cells of 0.1 s from the start of the sound, cut where speech begins and ends.
 *
 * @param recognition of `recognize`; its segments as they are
 * @param speech of `findSpeech`, in order: in seconds from the first sample
 * @returns in seconds of the recording's clock, from `startSeconds` on
 * @throws AttuneError `usage` where an option is out of its range
 *
 * @example
 * ```ts
 * import { findSpeech, loadRecognizer, timelineOf } from 'attune';
 * import { readAudioFile } from 'attune/node';
 *
 * const { waveform } = await readAudioFile('call.wav');
 * const recognizer = await loadRecognizer();
 * const recognition = await recognizer.recognize(waveform);
 * const options = { smoothSeconds: 1, abstainBelow: 0.5 };
 * for (const { start, end, emotion } of timelineOf(recognition, findSpeech(waveform.samples), options))
 *   console.log(`${start} s to ${end} s: ${emotion}`);
 * await recognizer.close();
 * ```
 */
export function timelineOf<C extends string = string>(
  recognition: Recognition<C>,
  speech: readonly Stretch[],
  options: TimelineOptions = DEFAULT_TIMELINE,
): Span<C>[] {
  checkArgument(recognition, RECOGNITION, 'the recognition');
  checkArgument(speech, SPEECH, 'the speech');
  checkArgument(options, TIMELINE, 'the options');
  const { startSeconds, durationSeconds, segments } = recognition;
  const { smoothSeconds, abstainBelow } = options;
  const classes = Object.keys(segments[0]!.probabilities) as C[];
  const cells = cellsOf(durationSeconds, later(segments, -startSeconds), speech, classes);
  const smooth = smoothed(cells, Math.floor((smoothSeconds / 2) * PER_SECOND + 1e-9));
  const spans: Span<C>[] = [];
  let at = 0;
  for (const stretch of speech) {
    if (stretch.start > at) spans.push({ start: at, end: stretch.start, emotion: 'no speech' });
    const runs = longEnough(runsOf(cells, smooth, stretch), smoothSeconds);
    spans.push(...named(runs, classes, abstainBelow));
    at = stretch.end;
  }
  if (at < durationSeconds) spans.push({ start: at, end: durationSeconds, emotion: 'no speech' });
  return later(spans, startSeconds);
}

/** The same stretches, so many seconds later. */
export const later = <T extends Stretch>(stretches: readonly T[], seconds: number): T[] =>
  stretches.map((stretch) => ({ ...stretch, start: stretch.start + seconds, end: stretch.end + seconds }));

/** A stretch of time with its probabilities in the order of the classes, and how much of it is speech. */
interface Cell extends Stretch {
  readonly probabilities: readonly number[];
  readonly speechSeconds: number;
}

function cellsOf<C extends string>(
  duration: number,
  segments: readonly SegmentResult<C>[],
  speech: readonly Stretch[],
  classes: readonly C[],
): Cell[] {
  const count = Math.max(1, Math.ceil(duration * PER_SECOND - 1e-9));
  const bounds = (i: number) => ({ start: i / PER_SECOND, end: i === count - 1 ? duration : (i + 1) / PER_SECOND });
  let [firstSegment, firstStretch] = [0, 0];
  return Array.from({ length: count }, (_, i) => {
    const { start, end } = bounds(i);
    const middle = (start + end) / 2;
    while (firstSegment + 1 < segments.length && segments[firstSegment]!.end <= middle) firstSegment++;
    let next = firstSegment + 1; // one at least: a gap at an end of a part goes by the nearest
    while (next < segments.length && segments[next]!.start <= middle) next++;
    const covering = segments.slice(firstSegment, next);
    while (firstStretch < speech.length && speech[firstStretch]!.end <= start) firstStretch++;
    let speechSeconds = 0;
    for (let s = firstStretch; s < speech.length && speech[s]!.start < end; s++)
      speechSeconds += Math.min(end, speech[s]!.end) - Math.max(start, speech[s]!.start);
    return {
      ...{ start, end, speechSeconds },
      probabilities: classes.map((c) => covering.reduce((sum, s) => sum + s.probabilities[c], 0) / covering.length),
    };
  });
}

/** Each cell's probabilities averaged over it and `reach` cells on both sides, by their seconds of speech. */
function smoothed(cells: readonly Cell[], reach: number): number[][] {
  const weigh = ({ probabilities, speechSeconds }: Cell) => [
    speechSeconds,
    ...probabilities.map((probability) => speechSeconds * probability),
  ];
  const sums = [new Array<number>(1 + cells[0]!.probabilities.length).fill(0)]; // of the cells before each
  for (const cell of cells) sums.push(added(sums.at(-1)!, weigh(cell)));
  return cells.map((_, i) => {
    const [until, from] = [sums[Math.min(cells.length, i + reach + 1)]!, sums[Math.max(0, i - reach)]!];
    const [seconds, ...weighed] = until.map((sum, k) => sum - from[k]!);
    return weighed.map((sum) => sum / seconds!); // not a number without speech, and then not used
  });
}

/** The runs of one stretch of speech, cut where it begins and ends. */
function runsOf(cells: readonly Cell[], smooth: readonly number[][], stretch: Stretch): Run[] {
  const pieces: Run[] = [];
  for (let i = Math.floor(stretch.start * PER_SECOND); i < cells.length && cells[i]!.start < stretch.end; i++) {
    const [start, end] = [Math.max(stretch.start, cells[i]!.start), Math.min(stretch.end, cells[i]!.end)];
    if (end - start > 1e-9)
      pieces.push({ start, end, sums: smooth[i]!.map((probability) => probability * (end - start)) });
  }
  return joinAlike(pieces, emotionOf);
}

function named<C extends string>(runs: readonly Run[], classes: readonly C[], abstainBelow: number): Span<C>[] {
  const isCertain = (run: Run) => Math.max(...run.sums) / lasts(run) >= abstainBelow;
  return joinAlike(runs, (run) => (isCertain(run) ? emotionOf(run) : -1)).map((run) => ({
    ...{ start: run.start, end: run.end },
    emotion: isCertain(run) ? classes[emotionOf(run)]! : 'uncertain',
    probabilities: Object.fromEntries(
      classes.map((name, k) => [name, run.sums[k]! / lasts(run)]),
    ) as unknown as Probabilities<C>,
  }));
}
