import * as v from 'valibot';
import { numeric, type Options } from '../arguments.ts';
import type { SoundWarning } from '../audio/quality.ts';
import type { SoundStream } from '../audio/stream.ts';
import type { Waveform } from '../audio/waveform.ts';
import { scoringCutter } from '../features/front-end.ts';
import { ONNX_ENCODER, type OnnxEncoder } from '../features/outside/fit.ts';
import * as f from '../graph/functions.ts';
import type { Tensor } from '../graph/graph.ts';
import { checkArgument } from '../json.ts';
import { type Checkpoint, checkCheckpoint } from '../model/checkpoint.ts';
import type { Reference } from '../model/reference.ts';
import { checkTemperature } from '../model/weights.ts';
import type { Listener, ListenOptions } from './live/listener.ts';
import { modelOf, openModel, samplesOf } from './model.ts';
import { recognizerOf } from './recognizing.ts';
import { filledBy, shortnessOf } from './shortness.ts';
import type { Turn } from './turns.ts';

/** One for each class, in [0, 1]; they sum to 1. By default of a checkpoint whose classes the compiler does not know. */
export type Probabilities<C extends string = string> = Readonly<Record<C, number>>;

/** What is said of one stretch of a recording. */
export interface SegmentResult<C extends string = string> {
  /** seconds of the recording's clock */
  readonly start: number;
  /** seconds; the end of the recording's sound at most */
  readonly end: number;
  /** of the logits divided by the temperature, which calibrates them for speech like that which it was fitted on; they sum to 1 */
  readonly probabilities: Probabilities<C>;
  /** what the network says before calibration and softmax, by class */
  readonly logits: Readonly<Record<C, number>>;
}

/** What is said of a recording. */
export interface Recognition<C extends string = string> {
  /** when the sound starts, in seconds of the recording's clock, 0 or more: above 0 beside a film that it starts later than */
  readonly startSeconds: number;
  /** of the sound and its gaps, samples by sampling rate */
  readonly durationSeconds: number;
  /** the class of the greatest probability; of a two-step predictor, what its threshold says */
  readonly emotion: C;
  /** mean over the segments (section 2.1 of the paper); of a classifier from elsewhere, what it says of the whole */
  readonly probabilities: Probabilities<C>;
  /** in order of time, at least one: every second of sound, 0.4 s with the paper's weights, and a last one that ends with it; one across a gap ends later than 2 s. A checkpoint of another length of segments has those */
  readonly segments: readonly SegmentResult<C>[];
  /** what makes the answer less trustworthy: damage, clipping, a missing band and the like */
  readonly warnings: readonly RecognitionWarning[];
}

/** What makes an answer less trustworthy. */
export interface RecognitionWarning {
  /**
   * as of {@link SoundWarning}; `short`: under 2 s, so that what fills the segment was heard too; `cut`: a turn, of which the recording
   * lacks the beginning or the end; `normalized`: what stood against its source's own mean, by `normalizeSource`, where that mean
   * is of few recordings, or of one emotion mostly
   */
  readonly code: SoundWarning['code'] | 'short' | 'cut' | 'normalized';
  /** a plain sentence with the figures; it does not name the file */
  readonly message: string;
}

/** What is said of one turn, of its sound alone. All times are the recording's. */
export interface TurnRecognition<C extends string = string> extends Recognition<C>, Turn {}

/** What is said of the turns of a recording. */
export interface TurnsRecognition<C extends string = string> {
  /** as of {@link Recognition} */
  readonly startSeconds: number;
  /** of the recording */
  readonly durationSeconds: number;
  /** in the order in which they were given */
  readonly turns: readonly TurnRecognition<C>[];
  /** what makes all answers less trustworthy, as of {@link Recognition} */
  readonly warnings: readonly RecognitionWarning[];
}

/** How far a recording has been scored. */
export interface RecognizeProgress {
  /** of sound that came, in seconds */
  readonly seconds: number;
  /** share of the whole, [0, 1]: of the length that the file declares, else of its bytes; undefined where neither is known */
  readonly fraction: number | undefined;
}

/** How a recording is scored, and who wants to hear of it meanwhile. */
export interface RecognizeOptions {
  /** told after every batch of segments, and at the end (a fraction of 1) */
  readonly onProgress?: (progress: RecognizeProgress) => void;
  /**
   * gets all the sound as it is scored: `[samples]` at 16 kHz, one block after another, and where turns are scored that of each with
   * the turn; it must not change them
   */
  readonly onBlock?: (samples: Float32Array, turn?: Turn) => void;
  /** the most seconds of sound that are taken, above 0; a longer recording is an error, told when it gets there; default: any */
  readonly maxSeconds?: number;
  /** stops the scoring: it throws the signal's reason, and a stream's file is let go of */
  readonly signal?: AbortSignal;
}

/** As {@link RecognizeOptions}, of the turns of a recording. */
export interface TurnsOptions extends RecognizeOptions {
  /**
   * from 1 to 100,000, in any order; up to 100 may overlap: each is answered by its own sound. Sound between them is not scored.
   */
  readonly turns: readonly Turn[];
}

/** A network ready to listen. `C` are its classes, where the compiler knows them: those of the weights that come with Attune are `Emotion`. */
export interface Recognizer<C extends string = string> {
  /** in the order of the checkpoint; each is a key of probabilities and logits */
  readonly classes: readonly C[];
  /** what the logits are divided by before the softmax */
  readonly temperature: number;
  /** mean logits of each class of what the network was trained on, as of a {@link Checkpoint}; absent where it is not known */
  readonly reference?: Reference;
  /**
   * Scores the turns of a recording, each as if its sound were a recording of its own: in segments of 2 s from its start on,
   * and one under 2 s as a short recording is. Memory grows with the number of turns, not with the sound.
   *
   * @param source as below
   * @throws AttuneError `usage` where there is no turn, more than 100,000, more than 100 at the same time, or one has absurd times or no
   *   speaker; `audio` as below, and where nothing of a turn lies in the recording; both name the turn
   *
   * @example
   * ```ts
   * import { loadRecognizer, parseTurns } from 'attune';
   * import { readAudioStream } from 'attune/node';
   *
   * const rttm = 'SPEAKER call 1 0.1 0.5 <NA> <NA> anna <NA> <NA>\nSPEAKER call 1 0.6 0.4 <NA> <NA> bob <NA> <NA>';
   * const recognizer = await loadRecognizer();
   * const turns = await parseTurns(rttm, 'call.rttm', 'call.wav');
   * const answers = await recognizer.recognize(await readAudioStream('call.wav'), { turns });
   * for (const { speaker, start, emotion } of answers.turns) console.log(speaker, start, emotion);
   * await recognizer.close();
   * ```
   */
  recognize(source: Waveform | SoundStream, options: TurnsOptions): Promise<TurnsRecognition<C>>;
  /**
   * Scores a recording in segments of 2 s. A stream is scored as it comes and not kept, so memory does not grow with
   * its sound; the answer is the same as for its waveform, but for warnings that only the file can give. The stream is closed at the
   * end, whatever that is.
   *
   * @param source mono at 16 kHz: a waveform, as `toWaveform` makes of a file's bytes, or a stream, as `openSound` does
   * @throws AttuneError `audio` where a waveform is empty, at another rate or not finite, or a recording too long, and whatever the stream
   *   throws; `checkpoint` where the network gives no finite numbers; `usage` where an argument is none, samples are taken away
   *   meanwhile, or the recogniser was closed; the signal's reason where it is aborted
   */
  recognize(source: Waveform | SoundStream, options?: RecognizeOptions): Promise<Recognition<C>>;
  /**
   * Listens to sound as it is made, such as a microphone's, and tells of each segment when it has ended, of speech that begins and ends, and of
   * spans. At the end it gives what `recognize` gives for the same sound as a recording. Of the sound no more is kept than a segment, and what waits.
   *
   * @throws AttuneError `usage` where an option is none
   *
   * @example
   * ```ts
   * import { loadRecognizer } from 'attune';
   * import { readAudioFile } from 'attune/node';
   *
   * const recognizer = await loadRecognizer();
   * const listener = recognizer.listen({
   *   onEvent(event) {
   *     if (event.type === 'segment') console.log(`${event.start} s: ${event.emotion}`);
   *     if (event.type === 'speechEnd') console.log(`said from ${event.start} to ${event.end} s: ${event.emotion}`);
   *   },
   * });
   * const { samples } = (await readAudioFile('call.wav')).waveform; // stands for a microphone
   * for (let at = 0; at < samples.length; at += 1600) await listener.push(samples.subarray(at, at + 1600));
   * const { answer } = await listener.end();
   * console.log(answer);
   * await recognizer.close();
   * ```
   */
  listen(options: ListenOptions<C>): Listener<C>;
  /** Frees the runtime's memory, once however often it is called. Nothing can be recognised afterwards. */
  close(): Promise<void>;
}

/** What of a recognizer may be chosen; every default is the checkpoint's or the machine's. */
export interface RecognizerOptions {
  /** threads within one operator; default: as many as there are cores */
  readonly threads?: number;
  /** divides the logits before the softmax, from 0.001 to 1000; default: the checkpoint's own; 1 gives raw probabilities */
  readonly temperature?: number;
  /** of your own, as `openEncoder` gives it, where the checkpoint was trained behind one; it stays yours to close */
  readonly encoder?: OnnxEncoder;
}

export const RECOGNIZER_OPTIONS = v.strictObject({
  ...{ threads: v.optional(numeric), temperature: v.optional(numeric), encoder: v.optional(ONNX_ENCODER) },
} satisfies Options<RecognizerOptions>);

/**
 * Makes a checkpoint ready: front end, network and softmax in one graph.
 *
 * @throws AttuneError `usage` where the temperature is not from 0.001 to 1000, the threads are no whole number from 1 to the
 *   cores or 64, a page cannot have so many, or an encoder is missing or given in vain; `checkpoint` where its weights are no finite numbers, or the encoder is another; `graph` where the runtime refuses the network
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { createRecognizer, readCheckpoint, toWaveform } from 'attune';
 *
 * const recognizer = await createRecognizer(readCheckpoint(await readFile('03.safetensors'), '03.safetensors'));
 * const { waveform } = await toWaveform(await readFile('call.wav'), 'call.wav');
 * const { emotion, probabilities, segments } = await recognizer.recognize(waveform);
 * console.log(emotion, probabilities[emotion]);
 * for (const { start, end, probabilities } of segments) console.log(`${start} s to ${end} s`, probabilities);
 * await recognizer.close();
 * ```
 */
export async function createRecognizer<C extends string = string>(
  checkpoint: Checkpoint<C>,
  options: RecognizerOptions = {},
): Promise<Recognizer<C>> {
  checkCheckpoint(checkpoint);
  checkArgument(options, RECOGNIZER_OPTIONS, 'the options');
  const temperature = options.temperature ?? checkpoint.temperature ?? 1;
  checkTemperature(temperature);
  const { classes, frontEnd, reference } = checkpoint;
  const { segmentSeconds } = frontEnd;
  const { score, features, network } = await modelOf(checkpoint, options.encoder);
  const build = (samples: Tensor) => {
    const { logits } = score(samples);
    return { logits, probabilities: f.softmax(f.div(logits, temperature), 1) };
  };
  const session = await openModel(samplesOf(frontEnd), build, { threads: options.threads, before: features.before });
  return recognizerOf({
    ...{ classes, temperature, ...(reference && { reference }) },
    ...{ hopSeconds: frontEnd.testHopSeconds, layout: frontEnd },
    ...(network.decide && { decide: network.decide }),
    cutter: () => scoringCutter(frontEnd),
    shortness: (seconds) => shortnessOf(seconds, filledBy(frontEnd), segmentSeconds),
    run: session.run,
    close: session.close,
  });
}
