import { readAudioStream } from '../audio/file.ts';
import { openSound } from '../audio/stream.ts';
import type {
  Probabilities,
  Recognition,
  RecognitionWarning,
  RecognizeProgress,
  Recognizer,
  SegmentResult,
} from './recognizer.ts';
import { createSpeechDetector, type Stretch } from './speech.ts';
import { type Answer, answerOf, later, type Span, type TimelineOptions, timelineOf } from './timeline.ts';
import type { Turn } from './turns.ts';

/** A recording to report on: a file by its path, or bytes that came some other way. */
export interface Source {
  /** what results and messages call it */
  readonly file: string;
  /** where it is read, `-` for standard input; absent: `file` */
  readonly path?: string;
  /** the whole recording, in place of a path */
  readonly bytes?: Uint8Array;
  /** what of it is answered, turn by turn; absent: the whole */
  readonly turns?: readonly Turn[];
}

/** All that is said of a sound. */
interface SoundReport {
  /** when the sound starts, in seconds of the recording's clock, by which all times are given */
  readonly startSeconds: number;
  readonly durationSeconds: number;
  readonly emotion: Answer;
  /** at the checkpoint's temperature; mean over all segments, those without speech too (section 2.1 of the paper) */
  readonly probabilities: Probabilities;
  /** where there is speech */
  readonly speech: readonly Stretch[];
  /** tile the sound */
  readonly spans: readonly Span[];
  readonly segments: readonly Omit<SegmentResult, 'logits'>[];
  /** what makes the answer less trustworthy */
  readonly warnings: readonly RecognitionWarning[];
}

/** All that is said of a recording; as JSON what `attune recognize` prints. */
export interface RecordingReport extends SoundReport {
  readonly file: string;
}

/** All that is said of a turn; its times are the recording's. */
export interface TurnReport extends SoundReport {
  /** seconds, as it was given; what was heard starts at `startSeconds` and lasts `durationSeconds` */
  readonly start: number;
  /** seconds, as it was given */
  readonly end: number;
  readonly speaker: string;
}

/** All that is said of the turns of a recording; as JSON what `attune recognize --turns` prints. */
export interface TurnsReport {
  readonly file: string;
  readonly startSeconds: number;
  readonly durationSeconds: number;
  readonly turns: readonly TurnReport[];
  /** what makes all answers less trustworthy */
  readonly warnings: readonly RecognitionWarning[];
}

/** A recording that could not be answered. */
export interface RecordingFailure {
  readonly file: string;
  /** what was expected, what came, and what to do */
  readonly error: string;
}

/** What of recordings is told. */
export interface ReportOptions {
  readonly timeline: TimelineOptions;
  /** the most seconds of sound that a recording may have, above 0; absent: any */
  readonly maxSeconds?: number;
}

/**
 * Reads, scores and divides one recording, or its turns, as a stream (Node only): memory does not grow with its sound.
 *
 * @throws AttuneError `audio` as `readAudioFile` does, and as `recognize` of turns does
 */
export async function reportOn(
  { file, path = file, bytes, turns }: Source,
  recognizer: Recognizer,
  { timeline, maxSeconds }: ReportOptions,
  onProgress?: (progress: RecognizeProgress) => void,
): Promise<RecordingReport | TurnsReport> {
  const bound = maxSeconds === undefined ? {} : { maxSeconds };
  const stream = bytes ? await openSound(bytes, file, bound) : await readAudioStream(path, bound);
  const watch = { ...(onProgress && { onProgress }) };
  if (!turns) {
    const detector = createSpeechDetector();
    const recognition = await recognizer.recognize(stream, { onBlock: detector.push, ...watch });
    return { file, ...soundReport(recognition, detector.end(), timeline) };
  }
  const detectors = new Map(turns.map((turn) => [turn, createSpeechDetector()]));
  const onBlock = (samples: Float32Array, turn?: Turn) => detectors.get(turn!)!.push(samples);
  const { startSeconds, durationSeconds, warnings, ...said } = await recognizer.recognize(stream, {
    ...{ turns, onBlock, ...watch },
  });
  const reports = said.turns.map((recognition, i): TurnReport => {
    const { start, end, speaker } = recognition;
    return { start, end, speaker, ...soundReport(recognition, detectors.get(turns[i]!)!.end(), timeline) };
  });
  return { file, startSeconds, durationSeconds, turns: reports, warnings: warnings.map(told) };
}

/** @param speech in seconds from the first sample */
function soundReport(recognition: Recognition, speech: readonly Stretch[], options: TimelineOptions): SoundReport {
  const { startSeconds, durationSeconds, probabilities, segments, warnings } = recognition;
  return {
    startSeconds,
    durationSeconds,
    emotion: answerOf(recognition, speech, options.abstainBelow),
    probabilities,
    speech: later(speech, startSeconds),
    spans: timelineOf(recognition, speech, options),
    segments: segments.map(({ start, end, probabilities }) => ({ start, end, probabilities })),
    warnings: warnings.map(told),
  };
}

const told = ({ code, message }: RecognitionWarning): RecognitionWarning => ({ code, message });
