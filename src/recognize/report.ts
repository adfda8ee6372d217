import { readAudioFile } from '../audio/file.ts';
import { type LoadedAudio, toWaveform } from '../audio/load.ts';
import type { Probabilities, Recognizer, SegmentResult } from './recognizer.ts';
import { findSpeech, type Stretch } from './speech.ts';
import { type Answer, answerOf, type Span, type TimelineOptions, timelineOf } from './timeline.ts';

/** A recording to report on: a file by its path, or bytes that came some other way. */
export interface Source {
  /** what results and messages call it */
  readonly file: string;
  /** the whole recording; absent: `file` is read */
  readonly bytes?: Uint8Array;
}

/** All that is said of a recording; as JSON what `attune recognize` prints. */
export interface RecordingReport {
  readonly file: string;
  readonly durationSeconds: number;
  readonly emotion: Answer;
  /** calibrated; mean over all segments, those without speech too (section 2.1 of the paper) */
  readonly probabilities: Probabilities;
  /** where there is speech */
  readonly speech: readonly Stretch[];
  /** tile the recording */
  readonly spans: readonly Span[];
  readonly segments: readonly Omit<SegmentResult, 'logits'>[];
  /** plain sentences: damage that was met, silence */
  readonly warnings: readonly string[];
}

/** A recording that could not be answered. */
export interface RecordingFailure {
  readonly file: string;
  /** what was expected, what came, and what to do */
  readonly error: string;
}

/**
 * Reads, scores and divides one recording (Node only).
 *
 * @throws AttuneError `audio` as `readAudioFile` does
 */
export async function reportOn(
  { file, bytes }: Source,
  recognizer: Recognizer,
  options: TimelineOptions,
): Promise<RecordingReport> {
  const { waveform, warnings }: LoadedAudio = bytes ? await toWaveform(bytes, file) : await readAudioFile(file);
  const speech = findSpeech(waveform.samples);
  const recognition = await recognizer.recognize(waveform);
  const { durationSeconds, probabilities, segments } = recognition;
  return {
    file,
    durationSeconds,
    emotion: answerOf(recognition, speech, options.abstainBelow),
    probabilities,
    speech,
    spans: timelineOf(recognition, speech, options),
    segments: segments.map(({ start, end, probabilities }) => ({ start, end, probabilities })),
    warnings,
  };
}
