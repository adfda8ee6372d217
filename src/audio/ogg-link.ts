import type { RawBlock } from './decoder.ts';
import type { OggPage } from './ogg-pages.ts';
import type { PageDecoder, PageSound } from './ogg-stream.ts';

/** A stream of sound, heard from a moment of the file's clock on. */
export interface Link {
  readonly serial: number;
  /** when its sound ends, in seconds of the file's clock, by the pages so far */
  readonly endSeconds: number;
  /** whether its last page came */
  readonly isComplete: boolean;
  /** @param besidePicture whether the stream's clock is that of a film: else it may start to count anywhere */
  push(page: OggPage, besidePicture: boolean): Generator<RawBlock>;
  end(): Generator<RawBlock>;
  free(): void;
}

/** @param startSeconds when the link starts, in seconds of the file's clock */
export function createLink(serial: number, decoder: PageDecoder, startSeconds: number): Link {
  const { preSkip } = decoder;
  // all in samples from the first that was decoded on: where the sound starts, where it ends so far by itself and by the pages
  let [first, next, last, sampleRate] = [preSkip, 0, 0, 1];
  let offset: number | undefined; // what the stream counted before these; known from the first page that tells
  let [isComplete, isFilm] = [false, false];
  const secondsAt = (sample: number) =>
    startSeconds + (sample - preSkip + (isFilm ? (offset ?? 0) : preSkip - first)) / sampleRate;

  /** What of a page's sound is heard, and when. */
  function* place({ channels, granule, isLast, ...sound }: PageSound): Generator<RawBlock> {
    const { length } = channels[0]!;
    sampleRate = sound.sampleRate;
    if (offset === undefined && granule !== undefined) {
      offset = isLast ? Math.max(0, granule - next - length) : granule - next - length;
      // without a pre-skip, a count that starts below 0 says how much of the start is padding
      if (offset < 0 && preSkip === 0 && next === 0) first = -offset;
    }
    const told = granule === undefined ? undefined : granule - offset!;
    const from = told === undefined ? next : Math.max(next, told - length);
    next = from + length;
    last = told !== undefined && isLast ? told : next;
    const [start, end] = [Math.max(from, first), Math.min(next, last)];
    if (start >= end) return;
    const heard = channels.map((channel) => channel.subarray(start - from, end - from));
    yield { channels: heard, sampleRate, seconds: secondsAt(start) };
  }

  return {
    serial,
    get endSeconds() {
      return last > first ? secondsAt(last) : startSeconds;
    },
    get isComplete() {
      return isComplete;
    },
    *push(page, besidePicture) {
      isComplete ||= page.isLast;
      isFilm ||= besidePicture;
      for (const sound of decoder.push(page)) yield* place(sound);
    },
    *end() {
      for (const sound of decoder.end()) yield* place(sound);
    },
    free: () => decoder.free(),
  };
}
