import { isAlike, joinBlocks, type RawBlock } from './decoder.ts';
import type { SoundWarning } from './quality.ts';

/**
 * Seconds by which packets may come early or late on their container's clock without being followed: recorders' clocks are that
 * uneven, and emotions are told by the tenth of a second.
 */
const UNEVEN = 0.1;
/** Seconds of silence that stand in for gaps at most, in all: 230 MB as a waveform. */
const MOST_SILENCE = 3_600;
/** Sound that starts later, in seconds, goes by the clock of something longer that it was cut out of. */
const LATEST_START = 86_400;
/** Samples in a block of packets at least, but for the last one before a gap or a change: a packet holds far less. */
const LEAST = 16_384;

/** Puts the blocks of one file where its container's clock says that they are heard. */
export interface Clock {
  /** when the first sample is heard, in seconds from the start of the file's clock, 0 or more; known when it was given */
  readonly startSeconds: number;
  /** when the sound that was given ends, in seconds of the same clock */
  readonly endSeconds: number;
  /** The same blocks, those that have a time joined where they are small, with silence where the clock leaves sound out. */
  place(blocks: AsyncIterable<RawBlock>): AsyncGenerator<RawBlock>;
  /** where the clock and the sound part; complete when all has been given */
  warnings(): SoundWarning[];
}

/**
 * The same blocks, without times that are damaged: where one leaps, and the next goes on as if it had not, it is taken to follow the one
 * before. A first one is, where the next lies before it. A last block that leaps must be longer than a clock is uneven.
 *
 * @param next when a block would start that follows, in seconds; undefined at the first
 */
async function* confirmed(blocks: AsyncIterable<RawBlock>, next: () => number | undefined): AsyncGenerator<RawBlock> {
  let held: { readonly block: RawBlock; readonly seconds: number; readonly expected: number | undefined } | undefined;
  for await (const block of blocks) {
    if (held) {
      const { seconds = Number.NaN } = block;
      const end = lengthOf(held.block);
      const first = held.expected === undefined;
      const returns = first
        ? seconds < held.seconds + end - UNEVEN || (held.seconds < -UNEVEN && seconds > held.seconds + end + UNEVEN)
        : Math.abs(seconds - held.expected! - end) <= UNEVEN;
      yield returns ? { ...held.block, seconds: first ? seconds - end : undefined } : held.block;
      held = undefined;
    }
    const [{ seconds }, expected] = [block, next()];
    if (seconds !== undefined && Number.isFinite(seconds) && !(Math.abs(seconds - (expected ?? Number.NaN)) <= UNEVEN))
      held = { block, seconds, expected };
    else yield block;
  }
  if (!held) return;
  const isTrusted = held.expected === undefined || lengthOf(held.block) > UNEVEN;
  yield isTrusted ? held.block : { ...held.block, seconds: undefined };
}

/** How often the clock leaves sound out, or goes back: where first and how far, and seconds in all. */
interface Leaps {
  first: { readonly at: number; readonly seconds: number } | undefined;
  count: number;
  seconds: number;
}

export function createClock(): Clock {
  const [filled, unfilled, back] = [noLeaps(), noLeaps(), noLeaps()];
  let [start, strayed]: (number | undefined)[] = [undefined, undefined];
  let [origin, made] = [0, 0]; // seconds: what the clock says of the first sample, and of sound since

  /** How many seconds of silence a block that is heard at `seconds` needs before it. */
  const silenceBefore = (seconds: number): number => {
    if (start === undefined) {
      strayed = seconds > LATEST_START ? seconds : undefined;
      start = seconds > UNEVEN && !strayed ? seconds : 0;
      origin = seconds;
    }
    const ahead = seconds - origin - made;
    if (Math.abs(ahead) <= UNEVEN) return 0;
    const fits = ahead > 0 && filled.seconds + ahead <= MOST_SILENCE;
    count(fits ? filled : ahead > 0 ? unfilled : back, start + made, Math.abs(ahead));
    if (!fits) origin += ahead; // what follows is placed by its distance from here
    return fits ? ahead : 0;
  };

  const next = () => (start === undefined ? undefined : origin + made);

  return {
    get startSeconds() {
      return start ?? 0;
    },
    get endSeconds() {
      return origin + made;
    },
    async *place(blocks) {
      let [waiting, samples]: [RawBlock[], number] = [[], 0];
      const handOn = function* () {
        if (waiting.length > 0) yield joinBlocks(waiting);
        [waiting, samples] = [[], 0];
      };
      for await (const block of confirmed(blocks, next)) {
        const silence = silenceBefore(Number.isFinite(block.seconds) ? block.seconds! : origin + made);
        if (silence > 0 || (waiting[0] && !isAlike(waiting[0], block))) yield* handOn();
        for (const zeros of silent(block, silence)) {
          made += lengthOf(zeros);
          yield zeros;
        }
        waiting.push(block);
        samples += block.channels[0]!.length;
        made += lengthOf(block);
        if (samples >= LEAST || block.seconds === undefined) yield* handOn();
      }
      yield* handOn();
    },
    warnings: () => [
      ...told(filled, (of) => `no sound was recorded ${of}; silence stands in for it.`),
      ...told(
        unfilled,
        (of) => `no sound was recorded ${of}, too long to be filled with silence: times behind it come too early.`,
      ),
      ...told(back, (of) => `its clock goes back ${of}: times behind it come too late.`),
      ...(strayed === undefined ? [] : [strayedWarning(strayed)]),
    ],
  };
}

const noLeaps = (): Leaps => ({ first: undefined, count: 0, seconds: 0 });
const lengthOf = ({ channels, sampleRate }: RawBlock) => channels[0]!.length / sampleRate;

function count(leaps: Leaps, at: number, seconds: number): void {
  leaps.first ??= { at, seconds };
  leaps.count++;
  leaps.seconds += seconds;
}

/** So many seconds of silence, a second at a time, in the form of a block. */
function* silent({ channels, sampleRate }: RawBlock, seconds: number): Generator<RawBlock> {
  for (let left = Math.round(seconds * sampleRate); left > 0; left -= Math.min(left, sampleRate)) {
    const zeros = new Float32Array(Math.min(left, sampleRate));
    yield { channels: channels.map(() => zeros), sampleRate, isSilence: true };
  }
}

/** `for 2.00 s from 1.08 s on`, or of several the sum, their number and the first. */
function told({ first, count, seconds }: Leaps, sentence: (of: string) => string): SoundWarning[] {
  if (!first) return [];
  const one = `for ${first.seconds.toFixed(2)} s from ${first.at.toFixed(2)} s on`;
  const of = count === 1 ? one : `for ${seconds.toFixed(2)} s in ${count} places, first ${one}`;
  return [{ code: 'gap', message: sentence(of) }];
}

const strayedWarning = (seconds: number): SoundWarning => ({
  code: 'gap',
  message: `its clock starts at ${seconds.toFixed(0)} s, that of a longer recording: times count from its first sample.`,
});
