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
  /** what its source adds, which was taken from the logits of its segments; absent where that was not asked for */
  readonly normalized?: Normalized;
}

/** A source of recordings, and what was taken out of each. */
export interface Normalized {
  /** what makes a source of recordings */
  readonly by: 'folder' | 'speaker';
  /** the folder as it was given, or the speaker */
  readonly group: string;
  /** it was said to hold every class about equally often, so its plain mean was taken; absent: its own answers told */
  readonly mixed?: true;
  /** how many the shift was estimated from; files of the same bytes are one */
  readonly recordings: number;
  /** how many turns of these, each stretch once; absent where recordings are answered as a whole */
  readonly turns?: number;
  /** recordings of it that could not be answered */
  readonly failed: number;
  /** recordings, or turns, in which nobody speaks: what was taken from them was estimated without them */
  readonly withoutSpeech: number;
  /** taken from every segment's logits, by class; sums to 0 */
  readonly shift: Readonly<Record<string, number>>;
  /** of the recordings that it was estimated from: their files' SHA-256, each once, a line each in order, hashed: `sha256sum FILES | cut -c1-64 | LC_ALL=C sort -u | sha256sum` */
  readonly sha256: string;
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

/** A sound as it was heard: a recording, or one of its turns. */
export interface HeardSound {
  readonly recognition: Recognition;
  /** seconds from its first sample */
  readonly speech: readonly Stretch[];
}

/** A recording that was listened to, and is not told of yet. */
export interface HeardRecording {
  readonly file: string;
  /** one, or one a turn */
  readonly sounds: readonly HeardSound[];
  /** absent where the whole is answered */
  readonly ofTurns?: { readonly turns: readonly Turn[] } & Omit<TurnsReport, 'file' | 'turns'>;
}

/**
 * Reads, scores and divides one recording, or its turns, as a stream (Node only): memory does not grow with its sound.
 *
 * @throws AttuneError `audio` as `readAudioFile` does, and as `recognize` of turns does
 */
const reportOn = async (
  source: Source,
  recognizer: Recognizer,
  options: ReportOptions,
  onProgress?: (progress: RecognizeProgress) => void,
): Promise<RecordingReport | TurnsReport> =>
  reportOf(await listenTo(source, recognizer, options, onProgress), options.timeline);

/** Reads and scores; as {@link reportOn}. */
async function listenTo(
  { file, path = file, bytes, turns }: Source,
  recognizer: Recognizer,
  { maxSeconds }: ReportOptions,
  onProgress?: (progress: RecognizeProgress) => void,
): Promise<HeardRecording> {
  const bound = maxSeconds === undefined ? {} : { maxSeconds };
  const stream = bytes ? await openSound(bytes, file, bound) : await readAudioStream(path, bound);
  const watch = { ...(onProgress && { onProgress }) };
  if (!turns) {
    const detector = createSpeechDetector();
    const recognition = await recognizer.recognize(stream, { onBlock: detector.push, ...watch });
    return { file, sounds: [{ recognition, speech: detector.end() }] };
  }
  const detectors = new Map(turns.map((turn) => [turn, createSpeechDetector()]));
  const onBlock = (samples: Float32Array, turn?: Turn) => detectors.get(turn!)!.push(samples);
  const said = await recognizer.recognize(stream, { turns, onBlock, ...watch });
  const { startSeconds, durationSeconds, warnings } = said;
  return {
    file,
    sounds: said.turns.map((recognition, i) => ({ recognition, speech: detectors.get(turns[i]!)!.end() })),
    ofTurns: { turns, startSeconds, durationSeconds, warnings: warnings.map(told) },
  };
}

/** What may be done with a recording: report on it, or listen to it alone, of which a report is made later. */
export const WORKS = { report: reportOn, listen: listenTo } as const;
export type Work = keyof typeof WORKS;

/**
 * Tells what was heard.
 *
 * @param normalized of each sound, where something was taken out of its recognition
 */
export function reportOf(
  { file, sounds, ofTurns }: HeardRecording,
  timeline: TimelineOptions,
  normalized: readonly Normalized[] = [],
): RecordingReport | TurnsReport {
  const reports = sounds.map((sound, i) => soundReport(sound, timeline, normalized[i]));
  if (!ofTurns) return { file, ...reports[0]! };
  const { turns, startSeconds, durationSeconds, warnings } = ofTurns;
  const told = reports.map((report, i): TurnReport => {
    const { start, end, speaker } = turns[i]!;
    return { start, end, speaker, ...report };
  });
  return { file, startSeconds, durationSeconds, turns: told, warnings };
}

function soundReport(
  { recognition, speech }: HeardSound,
  options: TimelineOptions,
  normalized: Normalized | undefined,
): SoundReport {
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
    ...(normalized && { normalized }),
  };
}

const told = ({ code, message }: RecognitionWarning): RecognitionWarning => ({ code, message });
