import { readAudioStream } from '../audio/file.ts';
import { openSound } from '../audio/stream.ts';
import type { Probabilities, RecognitionWarning, RecognizeProgress, Recognizer, SegmentResult } from './recognizer.ts';
import { createSpeechDetector, type Stretch } from './speech.ts';
import { type Answer, answerOf, later, type Span, type TimelineOptions, timelineOf } from './timeline.ts';

/** A recording to report on: a file by its path, or bytes that came some other way. */
export interface Source {
  /** what results and messages call it */
  readonly file: string;
  /** where it is read, `-` for standard input; absent: `file` */
  readonly path?: string;
  /** the whole recording, in place of a path */
  readonly bytes?: Uint8Array;
}

/** All that is said of a recording; as JSON what `attune recognize` prints. */
export interface RecordingReport {
  readonly file: string;
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

/** A recording that could not be answered. */
export interface RecordingFailure {
  readonly file: string;
  /** what was expected, what came, and what to do */
  readonly error: string;
}

/**
 * Reads, scores and divides one recording as a stream (Node only): memory does not grow with its sound.
 *
 * @throws AttuneError `audio` as `readAudioFile` does
 */
export async function reportOn(
  { file, path = file, bytes }: Source,
  recognizer: Recognizer,
  options: TimelineOptions,
  onProgress?: (progress: RecognizeProgress) => void,
): Promise<RecordingReport> {
  const stream = bytes ? await openSound(bytes, file, bytes.length) : await readAudioStream(path);
  const detector = createSpeechDetector();
  const recognition = await recognizer.recognize(stream, {
    onBlock: detector.push,
    ...(onProgress && { onProgress }),
  });
  const speech = detector.end();
  const { startSeconds, durationSeconds, probabilities, segments, warnings } = recognition;
  return {
    file,
    startSeconds,
    durationSeconds,
    emotion: answerOf(recognition, speech, options.abstainBelow),
    probabilities,
    speech: later(speech, startSeconds),
    spans: timelineOf(recognition, speech, options),
    segments: segments.map(({ start, end, probabilities }) => ({ start, end, probabilities })),
    warnings: warnings.map(({ code, message }) => ({ code, message })),
  };
}
