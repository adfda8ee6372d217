import * as v from 'valibot';
import { abortable, untilAborted } from '../abort.ts';
import { callback, type Options, signal } from '../arguments.ts';
import { boundsIn, placeIn } from '../audio/excerpt.ts';
import { bounded, type SoundStream, seconds, streamOf } from '../audio/stream.ts';
import { checkedWaveform, SAMPLE_RATE, type Waveform } from '../audio/waveform.ts';
import { AttuneError } from '../errors.ts';
import { segmentSamples } from '../features/segments.ts';
import { checkArgument, list } from '../json.ts';
import { createAnswer } from './answer.ts';
import { hear } from './hearing.ts';
import { createListener, type HearOptions, type Listener, type ListenOptions } from './live/listener.ts';
import type {
  Recognition,
  RecognizeOptions,
  RecognizeProgress,
  Recognizer,
  SegmentResult,
  TurnRecognition,
  TurnsOptions,
  TurnsRecognition,
} from './recognizer.ts';
import type { Scorer } from './scorer.ts';
import { createScoring } from './scoring.ts';
import { checkedTurns, TURN, type Turn } from './turns.ts';

const RECOGNIZE_OPTIONS = v.strictObject({
  turns: v.optional(list(TURN)),
  ...{ onProgress: v.optional(callback), onBlock: v.optional(callback) },
  ...{ maxSeconds: v.optional(seconds), signal: v.optional(signal) },
} satisfies Options<RecognizeOptions & Partial<TurnsOptions>>);

/** Makes a scorer listen to recordings: whatever it is, sound comes to it and answers go from it in one way. */
export function recognizerOf<C extends string>(scorer: Scorer<C>): Recognizer<C> {
  const answer = createAnswer(scorer);
  const { classes, temperature, reference, close, hopSeconds, layout = {} } = scorer;

  async function recognize(source: Waveform | SoundStream, options: TurnsOptions): Promise<TurnsRecognition<C>>;
  async function recognize(source: Waveform | SoundStream, options?: RecognizeOptions): Promise<Recognition<C>>;
  async function recognize(
    source: Waveform | SoundStream,
    options: RecognizeOptions & Partial<TurnsOptions> = {},
  ): Promise<Recognition<C> | TurnsRecognition<C>> {
    const stream = streamFrom(source);
    try {
      checkArgument(options, RECOGNIZE_OPTIONS, 'the options');
      return await answerTo(stream, options);
    } finally {
      await stream.close?.(); // a stream of a caller's own may have nothing to close
    }
  }
  const listen = (options: ListenOptions<C>): Listener<C> =>
    createListener(
      { ready: { classes, hopSeconds, segmentSeconds: segmentSamples(layout) / SAMPLE_RATE }, hear: hearLive },
      options,
    );
  async function hearLive(stream: SoundStream, { onSegment, ...options }: HearOptions<C>): Promise<Recognition<C>> {
    try {
      return (await answerTo(stream, options, onSegment)) as Recognition<C>;
    } finally {
      await stream.close();
    }
  }
  /** @param onSegment told of each as soon as it has ended: then segments are scored one at a time */
  async function answerTo(
    stream: SoundStream,
    options: RecognizeOptions & Partial<TurnsOptions>,
    onSegment?: (segment: SegmentResult<C>) => void,
  ): Promise<Recognition<C> | TurnsRecognition<C>> {
    const { onProgress, onBlock, maxSeconds = Number.POSITIVE_INFINITY, signal } = options;
    const turns = options.turns && checkedTurns(options.turns);
    const { startSeconds } = stream;
    const { run, whole, cutter } = scorer;
    const parts = turns?.map((turn) => boundsIn(turn, startSeconds)) ?? [{ from: 0, to: Number.POSITIVE_INFINITY }];
    const { length, heard } = await hear(bounded(untilAborted(stream, signal), maxSeconds, 'the recording'), parts, {
      scorer: {
        cutter,
        ...(whole && { whole: { ...whole, score: (samples) => abortable(whole.score(samples), signal) } }),
      },
      scoring: createScoring({ run: (feeds) => abortable(run(feeds), signal) }, onSegment && 1),
      ...(onSegment && { onRow: (row, heard) => onSegment(answer.segment(row, heard)) }),
      checks: turns !== undefined,
      lastGap: () => stream.gaps?.at(-1),
      onBlock: (samples, part) => onBlock?.(samples, options.turns?.[part]),
      onScored: (samples) => onProgress?.(progressOf(stream, samples / SAMPLE_RATE)),
    });
    if (!length) throw new AttuneError('audio', 'the stream holds no samples; record or decode some sound first');
    onProgress?.({ seconds: length / SAMPLE_RATE, fraction: 1 });
    const { warnings } = stream;
    if (!turns) return answer.whole({ ...heard[0]!, warnings }, startSeconds);
    const answerTurn = (turn: Turn, i: number): TurnRecognition<C> => {
      const place = placeIn(turn, { length, startSeconds }, 'the recording');
      const cut = place.warnings.map((message) => ({ code: 'cut', message }) as const);
      const said = answer.whole(heard[i]!, startSeconds + place.from / SAMPLE_RATE);
      return { ...options.turns![i]!, ...said, warnings: [...cut, ...said.warnings] };
    };
    return { startSeconds, durationSeconds: length / SAMPLE_RATE, turns: turns.map(answerTurn), warnings };
  }
  return { classes, temperature, ...(reference && { reference }), recognize, listen, close };
}

const SOURCE = v.custom<Waveform | SoundStream>(
  (source) =>
    typeof source === 'object' &&
    source !== null &&
    ('samples' in source || (Symbol.asyncIterator in source && 'warnings' in source)),
  'a waveform, as toWaveform gives, or a stream, as openSound gives',
);

function streamFrom(source: Waveform | SoundStream): SoundStream {
  checkArgument(source, SOURCE, 'the sound');
  return 'samples' in source ? streamOf(checkedWaveform(source)) : source;
}

function progressOf({ declaredSeconds, bytesRead }: SoundStream, seconds: number): RecognizeProgress {
  return { seconds, fraction: declaredSeconds ? Math.min(1, seconds / declaredSeconds) : bytesRead };
}
