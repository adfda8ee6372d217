import { joinSamples } from './bytes.ts';
import type { SoundWarning } from './quality.ts';

/** Seconds that are decided on at a time: more than a syllable. */
const FRAME_SECONDS = 0.5;
/** Seconds in which one way to mix fades into another. */
const FADE_SECONDS = 0.01;
/**
 * Power of the channels by the power of their sum from which on they cancel each other. Channels that have nothing in common have 1, n that
 * are alike 1 / n; at 8 the mean of two lies 12 dB under them. What cancels does so until it falls below the second.
 */
const [CANCELS, STILL_CANCELS] = [8, 4];
/** A frame 30 dB under the loudest of the last seconds is mixed as the one before it: the noise of a pause decides nothing. */
const FAINT = 0.001;
/** The channel that was heard alone last is so again until another has four times its power (6 dB): two that are equal do not take turns. */
const STAYS = 4;
/** By so much the loudest frame is forgotten in each later one: 30 dB in 10 s. */
const FORGET = FAINT ** (FRAME_SECONDS / 10);

/** Makes one channel of several, which come in blocks of any length. Blocks do not show in what comes out. */
export interface Mixer {
  /** One `[samples]` a channel, all of one length, to what can be said of the output so far: `[samples]`, perhaps none. */
  push(channels: readonly Float32Array[]): Float32Array;
  /** The rest; in all they are as many samples as went in. */
  end(): Float32Array;
  /** that channels cancelled each other, where they did; complete after `end` */
  warnings(): SoundWarning[];
}

/**
 * Mixes channels to their mean; but where they cancel each other in it, as where one microphone is wired the wrong way round, the loudest
 * is heard alone. Each half second decides for itself by the powers of its channels and of their sum, their offsets left out, so that a
 * recording is heard alike whole and as a stream.
 *
 * @param count channels, 1 or more; a single one is left as it is
 * @param sampleRate Hz
 */
export function createMixer(count: number, sampleRate: number): Mixer {
  if (count === 1) return { push: ([only]) => only!, end: () => new Float32Array(), warnings: () => [] };
  const frame = Array.from({ length: count }, () => new Float32Array(Math.round(FRAME_SECONDS * sampleRate)));
  const decide = createJudge(count);
  const fade = Math.round(FADE_SECONDS * sampleRate);
  let [filled, begun] = [0, false];
  let before: Heard;
  const mixFrame = (): Float32Array => {
    const channels = frame.map((channel) => channel.subarray(0, filled));
    const sum = sumOf(channels);
    const now = decide.on(channels, sum);
    const mixed = mix(channels, sum, now);
    if (begun && now !== before) fadeIn(mixed, mix(channels, sum, before), fade);
    [begun, before, filled] = [true, now, 0];
    return mixed;
  };
  return {
    push(channels) {
      const mixed: Float32Array[] = [];
      const { length } = channels[0]!;
      for (let at = 0; at < length; ) {
        const taken = Math.min(length - at, frame[0]!.length - filled);
        for (const [k, channel] of channels.entries()) frame[k]!.set(channel.subarray(at, at + taken), filled);
        [at, filled] = [at + taken, filled + taken];
        if (filled === frame[0]!.length) mixed.push(mixFrame());
      }
      return joinSamples(mixed);
    },
    end: () => (filled > 0 ? mixFrame() : new Float32Array()),
    warnings: () => decide.warnings(sampleRate),
  };
}

/** Which channel is heard alone; undefined: the mean of all. */
type Heard = number | undefined;

/** Says frame after frame what is heard of it, and keeps count. */
function createJudge(count: number) {
  let heard: Heard;
  let [loudest, last] = [0, 0];
  const alone = new Float64Array(count); // samples heard of each channel alone
  let [samples, power, powerOfSum] = [0, 0, 0]; // of all; and of those that cancelled
  return {
    on(channels: readonly Float32Array[], added: Float64Array): Heard {
      const [powers, sum] = [channels.map(powerOf), powerOf(added)];
      const total = powers.reduce((a, b) => a + b);
      loudest = Math.max(FORGET * loudest, total);
      if (total > FAINT * loudest) {
        const cancels = total > (heard === undefined ? CANCELS : STILL_CANCELS) * sum;
        if (cancels && (power === 0 || Math.max(...powers) > STAYS * powers[last]!)) last = greatest(powers);
        heard = cancels ? last : undefined;
      }
      const { length } = channels[0]!;
      samples += length;
      if (heard !== undefined)
        [alone[heard], power, powerOfSum] = [alone[heard]! + length, power + total, powerOfSum + sum];
      return heard;
    },
    warnings(sampleRate: number): SoundWarning[] {
      if (power === 0) return [];
      const seconds = (n: number) => (n / sampleRate).toFixed(1);
      const depth = 10 * Math.log10((count * power) / powerOfSum);
      const under = Number.isFinite(depth) ? `is ${depth.toFixed(0)} dB quieter than they are` : 'is silent';
      const most = greatest([...alone]);
      return [
        {
          code: 'cancellation',
          message: `its ${count} channels cancel each other: their mean ${under}, as where one is wired the wrong way round. For ${seconds(alone.reduce((a, b) => a + b))} of ${seconds(samples)} s the louder one, mostly number ${most + 1}, was heard alone. Keep one channel, or turn one round.`,
        },
      ];
    },
  };
}

const greatest = (values: readonly number[]) => values.indexOf(Math.max(...values));

/** The energy of a frame without its mean. */
function powerOf(samples: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    sum += sample;
    squares += sample * sample;
  }
  return Math.max(0, squares - (sum * sum) / samples.length);
}

/** `[channels][samples]` to `[samples]`, added up in double precision. */
function sumOf(channels: readonly Float32Array[]): Float64Array {
  const sums = new Float64Array(channels[0]!.length);
  for (const channel of channels) for (let i = 0; i < sums.length; i++) sums[i]! += channel[i]!;
  return sums;
}

/** A copy of the channel that is heard alone, or the mean of all. */
function mix(channels: readonly Float32Array[], sum: Float64Array, heard: Heard): Float32Array {
  if (heard !== undefined) return channels[heard]!.slice();
  const mean = new Float32Array(sum.length);
  for (let i = 0; i < mean.length; i++) mean[i] = sum[i]! / channels.length;
  return mean;
}

/** Starts as `from` does. */
function fadeIn(samples: Float32Array, from: Float32Array, length: number): void {
  for (let i = 0; i < Math.min(length, samples.length); i++) {
    const share = (i + 1) / (length + 1);
    samples[i] = share * samples[i]! + (1 - share) * from[i]!;
  }
}
