import { describe, expect, it } from 'vitest';
import { createClock } from '../../src/audio/clock.ts';
import type { RawBlock } from '../../src/audio/decoder.ts';

const RATE = 1_000; // Hz

/** A block of that many samples of a value, heard at a second of the container's clock. */
const block = (samples: number, value: number, seconds?: number, sampleRate = RATE): RawBlock => ({
  channels: [new Float32Array(samples).fill(value)],
  sampleRate,
  seconds,
});

/** What a clock makes of blocks; equal samples that follow each other as [value, how many]. */
async function place(...blocks: RawBlock[]) {
  const clock = createClock();
  const source = (async function* () {
    yield* blocks;
  })();
  const heard: [value: number, samples: number][] = [];
  let [placed, longest] = [0, 0];
  for await (const { channels } of clock.place(source)) {
    placed++;
    longest = Math.max(longest, channels[0]!.length);
    for (const sample of channels[0]!) {
      if (heard.at(-1)?.[0] === sample) heard.at(-1)![1]++;
      else heard.push([sample, 1]);
    }
  }
  const messages = clock.warnings().map(({ code, message }) => `${code}: ${message}`);
  return { heard, placed, longest, start: clock.startSeconds, end: clock.endSeconds, messages };
}

describe('the clock of a container', () => {
  it('leaves blocks without times as they are, and joins small ones that have times', async () => {
    expect(await place(block(20, 1), block(30, 2))).toMatchObject({
      heard: [
        [1, 20],
        [2, 30],
      ],
      ...{ placed: 2, start: 0, end: 0.05, messages: [] },
    });
    expect((await place(block(20, 1, 0), block(30, 2, 0.02))).placed).toBe(1);
    expect((await place(block(20_000, 1, 0), block(20_000, 2, 20))).placed).toBe(2);
  });

  it('tells a late start, and adds nothing before it', async () => {
    const placed = await place(block(100, 1, 5), block(100, 2, 5.1));
    expect(placed).toMatchObject({
      heard: [
        [1, 100],
        [2, 100],
      ],
      start: 5,
      messages: [],
    });
    expect(placed.end).toBeCloseTo(5.2, 9);
  });

  it('fills what the clock leaves out with silence, a second at a time', async () => {
    expect(await place(block(100, 1, 5), block(200, 2, 7.35))).toMatchObject({
      ...{
        heard: [
          [1, 100],
          [0, 2_250],
          [2, 200],
        ],
        longest: 1_000,
        start: 5,
      },
      messages: ['gap: no sound was recorded for 2.25 s from 5.10 s on; silence stands in for it.'],
    });
  });

  it('tells several gaps in one sentence', async () => {
    expect((await place(block(100, 1, 0), block(100, 1, 0.6), block(200, 1, 1.2))).messages).toEqual([
      'gap: no sound was recorded for 1.00 s in 2 places, first for 0.50 s from 0.10 s on; silence stands in for it.',
    ]);
  });

  it('does not follow an uneven clock, until it is a tenth of a second off', async () => {
    const uneven = [0, 0.13, 0.17, 0.35, 0.36].map((seconds) => block(100, 1, seconds));
    expect(await place(...uneven)).toMatchObject({ heard: [[1, 500]], start: 0, messages: [] });
    const slow = Array.from({ length: 10 }, (_, i) => block(100, 1, 0.12 * i)); // 20 ms more each time
    expect((await place(...slow)).heard).toEqual([
      [1, 600],
      [0, 120],
      [1, 400],
    ]);
    expect((await place(block(100, 1, 0.09), block(100, 1, 0.19))).start).toBe(0);
  });

  it('allocates nothing for a gap of a day: it says that times are off, and where', async () => {
    expect(await place(block(100, 1, 0), block(100, 2, 86_400.1), block(200, 3, 86_401.2))).toMatchObject({
      heard: [
        [1, 100],
        [2, 100],
        [0, 1_000],
        [3, 200],
      ],
      messages: [
        'gap: no sound was recorded for 1.00 s from 0.20 s on; silence stands in for it.',
        'gap: no sound was recorded for 86400.00 s from 0.10 s on, too long to be filled with silence: times behind it come too early.',
      ],
    });
  });

  it('fills an hour in all, however many gaps there are', async () => {
    const { heard, messages } = await place(
      block(1, 1, 0),
      block(1, 2, 2_000),
      block(1, 3, 4_000),
      block(200, 4, 4_002),
    );
    expect(heard).toEqual(
      [
        [1, 1],
        [0, 1_999_999],
        [2, 1],
        [3, 1],
        [0, 1_999],
        [4, 200],
      ].map(([v, n]) => [v, n]),
    );
    expect(messages).toHaveLength(2);
  });

  it('keeps sound that the clock repeats, and places what follows from there', async () => {
    expect(await place(block(100, 1, 4), block(100, 5, 4.1), block(100, 2, 1), block(200, 3, 1.6))).toMatchObject({
      ...{
        heard: [
          [1, 100],
          [5, 100],
          [2, 100],
          [0, 500],
          [3, 200],
        ],
        start: 4,
      },
      messages: [
        'gap: no sound was recorded for 0.50 s from 4.30 s on; silence stands in for it.',
        'gap: its clock goes back for 3.20 s from 4.20 s on: times behind it come too late.',
      ],
    });
  });

  it('does not believe a time that the next block denies, nor that of a last short one', async () => {
    const steady = (wrong: number, seconds: number) =>
      place(...Array.from({ length: 5 }, (_, i) => block(100, 1, i === wrong ? seconds : 1 + 0.1 * i)));
    for (const [wrong, seconds] of [
      [2, 30],
      [2, -18],
      [0, 7],
      [0, -18],
      [4, 60],
    ] as const)
      expect(await steady(wrong, seconds), `${wrong}`).toMatchObject({ heard: [[1, 500]], start: 1, messages: [] });
    const sparse = await place(...[0, 0.1, 0.5, 0.9, 1.3, 1.4].map((seconds) => block(100, 1, seconds)));
    expect(sparse.heard.filter(([value]) => value === 0)).toEqual([
      [0, 300],
      [0, 300],
      [0, 300],
    ]);
    for (const seconds of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(await place(block(100, 1, seconds), block(100, 1, 0.1), block(100, 1, seconds))).toMatchObject({
        heard: [[1, 300]],
        messages: [],
      });
  });

  it('takes a start at the time of day of years for 0, and one before 0', async () => {
    expect(await place(block(100, 1, 1.7e9), block(100, 2, 1.7e9 + 0.1))).toMatchObject({
      ...{
        heard: [
          [1, 100],
          [2, 100],
        ],
        start: 0,
      },
      messages: [
        'gap: its clock starts at 1700000000 s, that of a longer recording: times count from its first sample.',
      ],
    });
    expect(await place(block(100, 1, -3), block(100, 2, -2.9))).toMatchObject({
      start: 0,
      heard: [
        [1, 100],
        [2, 100],
      ],
    });
  });

  it('passes changes of rate and channels on, in blocks of their own', async () => {
    const stereo = { channels: [new Float32Array(10).fill(3), new Float32Array(10)], sampleRate: RATE };
    const placed = await place(block(100, 1, 0), block(200, 2, 0.1, 2_000), stereo);
    expect(placed).toMatchObject({ placed: 3, messages: [] });
    expect(placed.end).toBeCloseTo(0.21, 9);
  });
});
