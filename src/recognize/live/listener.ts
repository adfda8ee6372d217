import * as v from 'valibot';
import { createLife } from '../../abort.ts';
import { callback, floats, type Options, signal } from '../../arguments.ts';
import { type SoundStream, seconds, streamOfDecoded } from '../../audio/stream.ts';
import { SAMPLE_RATE } from '../../audio/waveform.ts';
import { checkArgument, within } from '../../json.ts';
import type { Recognition, SegmentResult } from '../recognizer.ts';
import { createSpeechDetector } from '../speech.ts';
import { answerOf, DEFAULT_TIMELINE, type TimelineOptions, timelineOf } from '../timeline.ts';
import type { LiveAnswer, LiveEvent, ReadyEvent } from './events.ts';
import { createPushedSound } from './pushed-sound.ts';
import { createTeller } from './teller.ts';

/** How live sound is listened to. */
export interface ListenOptions<C extends string = string> extends Partial<TimelineOptions> {
  /** told of all that is known, as soon as it is; it must not throw */
  readonly onEvent: (event: LiveEvent<C>) => void;
  /** of what is pushed, 1000 to 768000 Hz; default: 16000 */
  readonly sampleRate?: number;
  /** the most seconds of sound that are taken, above 0; more is an error; default: any */
  readonly maxSeconds?: number;
  /** stops it all: who waits gets the signal's reason */
  readonly signal?: AbortSignal;
}

/** Takes sound as it comes, and tells of it. */
export interface Listener<C extends string = string> {
  /** seconds of sound that were pushed and not heard yet: it grows where the machine is too slow */
  readonly waitingSeconds: number;
  /**
   * Takes the next samples, any number of them; they are copied.
   *
   * @param samples `[samples]` in [-1, 1], or one such a channel
   * @returns when a second of sound or less waits: await it where the sound can wait, as that of a file
   * @throws AttuneError `usage` where the sound has ended, or more than a minute waits; `audio` where they are not finite, or too long;
   *   what has failed meanwhile; the signal's reason
   */
  push(samples: Float32Array | readonly Float32Array[]): Promise<void>;
  /**
   * So much was not recorded, or cannot be heard in time: it is not scored, and what follows keeps its place.
   *
   * @param seconds 0 to 3600
   */
  skip(seconds: number): Promise<void>;
  /** Ends the sound: what a recording of it would be answered. */
  end(): Promise<LiveAnswer<C>>;
}

const LISTEN_OPTIONS = v.strictObject({
  ...{ onEvent: callback, sampleRate: v.optional(within(1000, 768_000)), maxSeconds: v.optional(seconds) },
  ...{ signal: v.optional(signal), smoothSeconds: v.optional(within(0, 1e9)), abstainBelow: v.optional(within(0, 1)) },
} satisfies Options<ListenOptions>);
const PUSHED = v.union([floats, v.array(floats)], 'a Float32Array, or one a channel');
const SKIPPED = within(0, 3600);

/** Seconds of sound between two looks at what is wrong with it. */
const LOOK = 5;

/** Who scores the sound. */
export interface Hearer<C extends string> {
  readonly ready: Pick<ReadyEvent<C>, 'classes' | 'segmentSeconds' | 'hopSeconds'>;
  /** scores a stream segment by segment, and tells of each that ends within it */
  hear(stream: SoundStream, options: HearOptions<C>): Promise<Recognition<C>>;
}

export interface HearOptions<C extends string> {
  readonly onBlock: (samples: Float32Array) => void;
  readonly onSegment: (segment: SegmentResult<C>) => void;
  readonly signal?: AbortSignal;
  readonly maxSeconds?: number;
}

/** Listens to live sound; see `Recognizer.listen`. */
export function createListener<C extends string>(hearer: Hearer<C>, options: ListenOptions<C>): Listener<C> {
  checkArgument(options, LISTEN_OPTIONS, 'the options');
  const { onEvent, sampleRate = SAMPLE_RATE, maxSeconds, signal } = options;
  const { smoothSeconds, abstainBelow } = { ...DEFAULT_TIMELINE, ...options };
  const pushed = createPushedSound(Math.round(sampleRate));
  const life = createLife(signal);
  const { stream, warningsSoFar } = streamOfDecoded(pushed.decoded, 'the live sound', {
    ...{ life, maxSeconds: maxSeconds ?? Number.POSITIVE_INFINITY },
  });
  const tell = createTeller(onEvent, { smoothSeconds, abstainBelow });
  const whole = createSpeechDetector();
  let samples = 0;
  const onBlock = (block: Float32Array) => {
    const before = Math.floor(samples / (LOOK * SAMPLE_RATE));
    samples += block.length;
    whole.push(block);
    tell.speech.push(block);
    if (Math.floor(samples / (LOOK * SAMPLE_RATE)) > before)
      for (const warning of warningsSoFar()) tell.warning(warning);
  };
  const listen = async (): Promise<LiveAnswer<C>> => {
    onEvent({ type: 'ready', ...hearer.ready, sampleRate });
    const bounds = { ...(signal && { signal }), ...(maxSeconds !== undefined && { maxSeconds }) };
    const recognition = await hearer.hear(stream, { onBlock, onSegment: tell.segment, ...bounds });
    const speech = whole.end();
    const spans = timelineOf(recognition, speech, { smoothSeconds, abstainBelow });
    const answer = { recognition, speech, spans, answer: answerOf(recognition, speech, abstainBelow) };
    tell.end(answer);
    return answer;
  };
  // begins when whoever calls has its listener; what fails is told by the next call
  const answer = Promise.resolve().then(listen);
  let failed: { readonly reason: unknown } | undefined;
  answer.catch((reason) => {
    failed = { reason };
  });
  const orFailed = async (work: () => Promise<void>) => {
    if (failed) throw failed.reason;
    await work();
    if (failed) throw (failed as { readonly reason: unknown }).reason;
  };
  return {
    get waitingSeconds() {
      return pushed.waiting();
    },
    push: (samples) =>
      orFailed(async () => {
        checkArgument(samples, PUSHED, 'the samples');
        await pushed.push(Array.isArray(samples) ? samples : [samples as Float32Array]);
      }),
    skip: (seconds) =>
      orFailed(async () => {
        checkArgument(seconds, SKIPPED, 'the seconds');
        await pushed.skip(seconds);
      }),
    end() {
      pushed.end();
      return answer;
    },
  };
}
