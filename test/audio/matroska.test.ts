import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matroskaPackets } from '../../src/audio/matroska.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { big, concat, element } from './files.ts';
import { type MatroskaBlock, matroska } from './muxers.ts';
import { rms } from './signals.ts';
import { hear } from './whole.ts';

/** What is read of a file that comes in pieces of so many bytes. */
async function packetsOf(file: Uint8Array, piece = 7) {
  const blocks = async function* () {
    for (let at = 0; at < file.length; at += piece) yield file.subarray(at, at + piece);
  };
  let broken = false;
  const packets = [];
  for await (const packet of matroskaPackets(blocks(), () => {
    broken = true;
  }))
    packets.push(packet);
  return { packets, broken };
}

describe('the packets of a Matroska file', () => {
  const letters = (word: string) => concat(word);
  const base = { video: true, sound: [['A_OPUS', letters('head')] as const] };
  const read = async (...blocks: MatroskaBlock[]) => packetsOf(matroska({ ...base, blocks }));
  const a = { track: 2, at: 0, frames: [letters('a')] };

  it.each([1, 7, 1e6])('are those of its first sound track, with their times, in pieces of %d bytes', async (piece) => {
    const picture = { track: 1, at: 5, frames: [letters('picture')] };
    const late = { ...a, at: 2_020, frames: [letters('b')], padding: 0.0135 };
    const { packets, broken } = await packetsOf(
      matroska({ ...base, blocks: [a, picture, late], duration: 9_000 }),
      piece,
    );
    expect(packets.map(({ data, seconds, padding }) => [...data, seconds, padding])).toEqual([
      [97, -0.0065, 0], // less the codec's delay
      [98, expect.closeTo(2.0135, 9), 0.0135],
    ]);
    const { track } = packets[0]!;
    expect([track, broken]).toEqual([
      { codec: 'A_OPUS', codecPrivate: letters('head'), seconds: 9, alone: false },
      false,
    ]);
  });

  it.each([
    ['xiph', ['a'.repeat(300), 'bc', 'd'.repeat(255), 'e']],
    ['ebml', ['a'.repeat(300), 'bc', 'd'.repeat(255), 'e']],
    ['fixed', ['abc', 'def', 'ghi']],
  ] as const)('may lie in a lace of %s sizes: the first has the time, the last the padding', async (lacing, frames) => {
    const { packets } = await read({ track: 2, at: 100, frames: frames.map(letters), lacing, padding: 0.01 });
    expect(packets.map(({ data }) => String.fromCharCode(...data))).toEqual(frames);
    expect(packets.map(({ seconds }) => seconds)).toEqual([
      expect.closeTo(0.0935, 9),
      ...frames.slice(1).map(() => undefined),
    ]);
    expect(packets.map(({ padding }) => padding)).toEqual([...frames.slice(1).map(() => 0), 0.01]);
  });

  it('end at damage, with a word', async () => {
    const whole = matroska({ ...base, blocks: [a, { ...a, at: 20 }] });
    for (const file of [whole.slice(0, -1), whole.slice(0, -18), concat(whole, big(0, 9), whole)])
      expect((await packetsOf(file)).broken).toBe(true);
    expect((await packetsOf(whole.slice(0, -1))).packets).toHaveLength(1);
    const wrongLace = element(0xa3, big(0x82, 1), big(0, 2), big(2, 1), big(3, 1), big(0xfffe, 2), 'short');
    expect((await packetsOf(concat(matroska({ ...base, blocks: [a] }), wrongLace))).packets).toHaveLength(1);
  });

  it('are looked for in vain where there is no sound track', async () => {
    await expect(packetsOf(matroska({ video: true, sound: [], blocks: [] }))).rejects.toThrow('it has no audio track');
  });
});

describeWith(ATTUNE_AUDIO, 'WebM files made of one recording', async () => {
  const file = new Uint8Array(readFileSync(join(ATTUNE_AUDIO, 'good', 'browser-recorder.webm')));
  const source = (await packetsOf(file, 16_384)).packets;
  const sound = [['A_OPUS', source[0]!.track.codecPrivate] as const];
  const last = source.at(-1)!.padding;
  /** Every packet a block, at its place of 20 ms; `time` moves it, `keep` drops it. */
  const blocks = (time = (at: number) => at, keep = (_: number) => true): MatroskaBlock[] =>
    source.flatMap(({ data }, i) =>
      keep(i) ? [{ at: time(20 * i), frames: [data], ...(i === source.length - 1 && { padding: last }) }] : [],
    );
  const original = await hear(file); // 30,045 samples by its README
  const make = (change: Partial<Parameters<typeof matroska>[0]>) =>
    hear(matroska({ sound, blocks: blocks(), ...change }));
  const onTrack = (track: number, of: MatroskaBlock[]) => of.map((block) => ({ ...block, track }));

  it('sound the same packet by packet, in laces, and beside a track with padding of its own', async () => {
    expect(original.samples).toHaveLength(30_045);
    expect(await make({})).toEqual({ ...original, declaredSeconds: undefined });
    const laces = [0, 20, 40, 60, 80].map((from) => ({
      at: 20 * from,
      frames: source.slice(from, from + 20).map(({ data }) => data),
      ...(from === 80 ? { padding: last } : {}),
      lacing: from % 40 ? ('xiph' as const) : ('ebml' as const),
    }));
    expect((await make({ blocks: laces })).samples).toEqual(original.samples);
    const second = onTrack(
      2,
      blocks().map((block) => ({ ...block, padding: 0.013 })),
    );
    const both = blocks().flatMap((block, i) => [second[i]!, block]);
    expect(await make({ sound: [...sound, ...sound], blocks: both })).toMatchObject({
      samples: original.samples,
      warnings: [],
    });
  });

  it.each([
    [
      'beside a picture',
      {
        video: true,
        blocks: onTrack(
          2,
          blocks((at) => at + 4_987),
        ),
        duration: 12_000,
      },
    ],
    ['alone', { blocks: blocks((at) => at + 4_987) }],
  ])('start late %s, and no damage is told', async (_, change) => {
    const { startSeconds, samples, warnings } = await make(change);
    expect(startSeconds).toBeCloseTo(4.987, 3);
    expect([samples, warnings]).toEqual([original.samples, []]);
  });

  it('have silence where packets are missing, and the rest at its time', async () => {
    const { samples, warnings } = await make({ blocks: blocks(undefined, (i) => i < 30 || i >= 60) });
    const [from, to] = [(0.02 * 30 - 0.0065) * 16_000, (0.02 * 60 - 0.0065) * 16_000];
    expect(samples).toHaveLength(30_045);
    expect(rms(samples.subarray(0, from - 100).map((x, i) => x - original.samples[i]!))).toBeLessThan(1e-6);
    expect(samples.subarray(from + 100, to - 100).every((x) => Math.abs(x) < 1e-4)).toBe(true); // the resampler rings
    const difference = samples.subarray(to + 1_600).map((x, i) => x - original.samples[to + 1_600 + i]!); // once Opus has caught up
    expect(rms(difference)).toBeLessThan(0.1 * rms(original.samples, to + 1_600));
    expect(warnings).toEqual(['no sound was recorded for 0.60 s from 0.59 s on; silence stands in for it.']);
  });

  it('have the same samples where the clock of their recorder is uneven', async () => {
    const uneven = blocks((at) => at + ((at * 7) % 90)); // up to 90 ms late
    expect(await make({ blocks: uneven })).toMatchObject({ samples: original.samples, warnings: [] });
  });

  it('take no memory for a gap of five hours, and say so', async () => {
    const { samples, warnings } = await make({ blocks: blocks((at) => (at < 1_000 ? at : at + 18_000_000)) });
    expect(samples).toEqual(original.samples);
    expect(warnings).toEqual([
      'no sound was recorded for 18000.00 s from 0.99 s on, too long to be filled with silence: times behind it come too early.',
    ]);
  });

  it('warn where the header promises more, but not where that is the picture', async () => {
    expect((await make({ duration: 3_000 })).warnings).toEqual([
      'the file declares 3.000 s, but 1.878 s could be decoded; it is damaged or incomplete.',
    ]);
    expect((await make({ duration: 1_878 })).warnings).toEqual([]);
    const beside = { video: true, blocks: onTrack(2, blocks()), duration: 3_000 };
    expect((await make(beside)).warnings).toEqual([]);
  });
});
