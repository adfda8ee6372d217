import type { DecodedSound, SoundBlock } from '../../audio/decode.ts';
import type { SoundWarning } from '../../audio/quality.ts';
import { sampleFault } from '../../audio/waveform.ts';
import { AttuneError } from '../../errors.ts';
import { count } from '../../text.ts';

/** Seconds of sound that wait before whoever pushes should, and the most that may. */
const [FULL, MOST] = [1, 60];
/** Of a stretch that nobody recorded, seconds given at a time. */
const SILENCE = 1;

/** Sound that somebody pushes, at any pace. */
export interface PushedSound {
  readonly decoded: Pick<
    DecodedSound,
    'startSeconds' | 'declaredSeconds' | 'bytesRead' | 'blocks' | 'warnings' | 'close'
  >;
  /** seconds that were pushed and not taken yet, without what was skipped */
  waiting(): number;
  /** takes a copy; resolves when a second of sound or less waits */
  push(channels: readonly Float32Array[]): Promise<void>;
  /** as much that nobody recorded */
  skip(seconds: number): Promise<void>;
  end(): void;
}

/** @param sampleRate of what is pushed, Hz */
export function createPushedSound(sampleRate: number): PushedSound {
  /** sound, and in the place of what nobody recorded how many samples that is */
  const queue: (SoundBlock | number)[] = [];
  const warnings: SoundWarning[] = [];
  let [waiting, pushed, ended] = [0, 0, false];
  const skipped = { seconds: 0, times: 0 };
  let [more, taken]: ((() => void) | undefined)[] = [undefined, undefined];
  let room: Promise<void> | undefined;
  const wake = () => {
    more?.();
    more = undefined;
  };
  const settle = () => {
    if (!ended && waiting > FULL * sampleRate) return;
    taken?.();
    [taken, room] = [undefined, undefined];
  };
  async function* blocks(): AsyncGenerator<SoundBlock> {
    for (;;) {
      const next = queue.shift();
      if (typeof next === 'number') {
        const length = Math.min(next, SILENCE * sampleRate);
        if (length < next) queue.unshift(next - length);
        yield { channels: [new Float32Array(length)], sampleRate, isSilence: true };
      } else if (next) {
        waiting -= next.channels[0]!.length;
        settle();
        yield next;
      } else if (ended) return;
      else
        await new Promise<void>((resolve) => {
          more = resolve;
        });
    }
  }
  const refuseEnded = () => {
    if (ended) throw new AttuneError('usage', 'the sound has ended: listen anew for more');
  };
  const add = (block: SoundBlock): Promise<void> => {
    refuseEnded();
    if (waiting > MOST * sampleRate)
      throw new AttuneError(
        'usage',
        `expected at most ${MOST} s of sound that wait, got more: await each \`push\`, or \`skip\` what cannot be heard in time`,
      );
    queue.push(block);
    waiting += block.channels[0]!.length;
    wake();
    if (waiting <= FULL * sampleRate) return Promise.resolve();
    room ??= new Promise((resolve) => {
      taken = resolve;
    });
    return room;
  };
  return {
    decoded: {
      ...{ startSeconds: 0, declaredSeconds: undefined, bytesRead: undefined, warnings, blocks: blocks() },
      async close() {
        ended = true;
        queue.length = 0;
        settle();
        wake();
      },
    },
    waiting: () => waiting / sampleRate,
    async push(channels) {
      const length = channels[0]?.length ?? 0;
      if (!channels.length || channels.some((channel) => channel.length !== length))
        throw new AttuneError('usage', 'expected channels of one length each, one at least');
      for (const channel of channels) {
        const fault = sampleFault(channel, pushed);
        if (fault) throw new AttuneError('audio', `the pushed sound's ${fault}; push what was recorded, in [-1, 1]`);
      }
      pushed += length;
      if (length) await add({ channels: channels.map((channel) => channel.slice()), sampleRate, isSilence: false });
    },
    async skip(seconds) {
      refuseEnded();
      const length = Math.round(seconds * sampleRate);
      if (!length) return;
      skipped.seconds += seconds;
      skipped.times++;
      queue.push(length); // whole, before what is pushed next, though nobody waits for this
      wake();
    },
    end() {
      if (skipped.times && !ended)
        warnings.push({
          code: 'gap',
          message: `${skipped.seconds.toFixed(3)} s were skipped at ${count(skipped.times, 'place')}, and silence stands in for them.`,
        });
      ended = true;
      settle();
      wake();
    },
  };
}
