import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type MatroskaPacket, matroskaPackets } from '../../src/audio/matroska.ts';
import { readMp4 } from '../../src/audio/mp4.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { big, box, concat } from './files.ts';
import { aacEntry, type Coded, mp4, soundEntry } from './muxers.ts';
import { hear } from './whole.ts';

describe('the boxes of an MP4 file', () => {
  const packets: Coded[] = [3, 1, 2].map((length) => ({ data: new Uint8Array(length).fill(length), duration: 1_024 }));
  const base = { entry: aacEntry(Uint8Array.of(0x12, 0x10)), timescale: 48_000, packets };
  const read = (change: Partial<Parameters<typeof mp4>[0]> = {}) => readMp4(mp4({ ...base, ...change }));

  it.each([
    ['before the sound', {}],
    ['behind it', { tableLast: true }],
    ['in fragments', { fragment: 2 }],
  ])('tell packets and their times, with tables %s', (_, change) => {
    const { codec, mediaSeconds, ...track } = read(change);
    expect([...track.packets()].map(({ data, seconds }) => [...data, seconds])).toEqual([
      [3, 3, 3, 0],
      [1, 1_024 / 48_000],
      [2, 2, 2_048 / 48_000],
    ]);
    expect([codec.kind, [...codec.config], mediaSeconds]).toEqual(['aac', [0x12, 0x10], 3_072 / 48_000]);
  });

  it('tell the edits in seconds', () => {
    const edits = [[2_000, -1] as const, [500, 480] as const, [0, 48_000] as const];
    expect(read({ edits }).edits).toEqual([
      { from: 0.01, to: 0.51, at: 2 },
      { from: 1, to: Number.POSITIVE_INFINITY, at: 2.5 },
    ]);
    expect(read().edits).toBeUndefined();
  });

  it('find the decoder setting where QuickTime keeps it, in a box named wave', () => {
    const esds = box(
      'esds',
      big(0, 4),
      big(0x0319, 2),
      big(0, 3),
      big(0x0411, 2),
      big(0x40, 1),
      big(0, 12),
      big(0x0502, 2),
      big(0x1210, 2),
    );
    const entry = soundEntry('mp4a', big(0, 16), box('wave', box('frma', 'mp4a'), esds));
    entry.set([0, 1], 16); // version 1, with 16 bytes more
    expect([...read({ entry }).codec.config]).toEqual([0x12, 0x10]);
  });

  it.each([
    ['MP3', aacEntry(Uint8Array.of(1)).map((byte) => (byte === 0x40 ? 0x6b : byte)), 'its audio is MP3'],
    ['AC-3', soundEntry('ac-3'), 'its audio is AC-3, and only AAC, Apple Lossless and Opus are supported in MP4'],
  ])('name %s, which is not supported', (_, entry, message) => {
    expect(() => read({ entry })).toThrow(message);
  });

  it.each([
    ['stsz', big(0, 8), big(0xffffffff, 4)],
    ['stsz', big(1, 8), big(0xffffffff, 4)], // all samples of one byte
    ['stco', big(0, 4), big(0x40000000, 4)],
    ['stsc', big(0, 4), big(2, 4), big(0, 12)],
  ])('refuse a %s table that claims more than the file holds', (type, ...parts) => {
    const file = concat(
      mp4(base),
      box('moov', box('trak', box('mdia', box('minf', box('stbl', box(type, ...parts)))))),
    );
    expect(() => readMp4(file)).toThrow(`${type} table claims`);
  });

  it('refuse fragments that claim more samples than the file has bytes', () => {
    const run = box(
      'moof',
      box('traf', box('tfhd', big(0x020000, 4), big(1, 4)), box('trun', big(0, 4), big(0x7fffffff, 4))),
    );
    const head = mp4({ ...base, fragment: 3 });
    expect(() => readMp4(concat(head, run))).toThrow('fragments claim 2147483650 samples');
  });

  it('refuse a file without sound, or without its tables', () => {
    expect(() => readMp4(box('moov', box('trak', box('mdia', box('minf', box('vmhd', big(0, 8)))))))).toThrow(
      'no audio track',
    );
    expect(() => readMp4(box('mdat', 'sound'))).toThrow('table of tracks (moov) is missing');
  });
});

describeWith(ATTUNE_AUDIO, 'MP4 files made of one recording', async () => {
  const file = new Uint8Array(readFileSync(join(ATTUNE_AUDIO, 'good', 'aac.m4a')));
  const source = readMp4(file);
  const rate = 16_000;
  const times = [...source.packets()];
  const packets = times.map(({ data, seconds }, i) => ({
    data,
    duration: Math.round(((times[i + 1]?.seconds ?? source.mediaSeconds) - seconds!) * rate),
  }));
  const base = { entry: aacEntry(source.codec.config), timescale: rate, packets };
  const trimmed = [[0, 1_024]] as const; // as the file's own: a packet of padding goes before the sound
  const original = (await hear(file)).samples; // 30,045 samples by its README
  const make = (change: Partial<Parameters<typeof mp4>[0]>) => hear(mp4({ ...base, edits: trimmed, ...change }));

  it.each([
    ['with its tables first', {}],
    ['with its tables last', { tableLast: true }],
    ['in fragments of five packets', { fragment: 5 }],
  ])('sound the same %s', async (_, change) => {
    const { samples, ...rest } = await make(change);
    expect(samples).toEqual(original);
    expect(rest).toEqual({ startSeconds: 0, declaredSeconds: expect.closeTo(30_045 / rate, 9), warnings: [] });
  });

  it('start late where an empty edit delays them', async () => {
    const { samples, ...rest } = await make({ edits: [[2_500, -1], ...trimmed] });
    expect(samples).toEqual(original);
    expect(rest).toEqual({ startSeconds: 2.5, declaredSeconds: expect.closeTo(30_045 / rate, 9), warnings: [] });
  });

  it('hold what several edits leave, at its place: half a second, a pause, and the end', async () => {
    const edits = [
      [500, 1_024],
      [1_000, -1],
      [0, 1_024 + 24_000],
    ] as const; // 0 to 0.5 s, and from 1.5 s on
    const { samples, startSeconds, warnings } = await make({ edits });
    expect(samples.subarray(0, 8_000)).toEqual(original.subarray(0, 8_000));
    expect(samples.subarray(8_000, 24_000).every((sample) => sample === 0)).toBe(true);
    expect(samples.subarray(24_000)).toEqual(original.subarray(24_000));
    expect([startSeconds, warnings]).toEqual([
      0,
      ['no sound was recorded for 1.00 s from 0.50 s on; silence stands in for it.'],
    ]);
  });

  it('have silence where fragments leave a gap in their clock', async () => {
    const { samples, declaredSeconds, warnings } = await make({ fragment: 15, gap: 16_000 });
    const before = 14 * 1_024; // the first packet holds padding
    expect(samples.subarray(0, before)).toEqual(original.subarray(0, before));
    expect(samples.subarray(before, before + 16_000).every((sample) => sample === 0)).toBe(true);
    expect(samples.subarray(before + 16_000)).toEqual(original.subarray(before));
    expect(declaredSeconds).toBeCloseTo((30_045 + 16_000) / rate, 9);
    expect(warnings).toEqual(['no sound was recorded for 1.00 s from 0.90 s on; silence stands in for it.']);
  });

  it('warn of an edit list that repeats sound, and of a file that was cut off', async () => {
    const twice = await make({
      edits: [
        [1_000, 1_024],
        [1_000, 1_024],
      ],
    });
    expect(twice.warnings).toEqual(['the M4A decoder met damage: its edit list repeats sound, which is not heeded.']);
    const cut = await hear(mp4({ ...base, edits: trimmed }).slice(0, -3_000));
    expect(cut.warnings).toEqual([expect.stringMatching(/^the file declares 1\.878 s, but 1\.\d+ s could be decoded/)]);
  });

  it('give what a recorder wrote before it broke off, even within a box', async () => {
    const whole = mp4({ ...base, edits: trimmed, fragment: 15 });
    const last = Buffer.from(whole).lastIndexOf('moof');
    const { samples, warnings } = await hear(whole.slice(0, last + 80));
    expect(samples.subarray(0, 29 * 1_024)).toEqual(original.subarray(0, 29 * 1_024)); // 30 packets, the first padding
    expect(warnings).toEqual([expect.stringContaining('the file ends within a box')]);
  });

  it('may hold Opus: the same as in WebM, sample by sample', async () => {
    const recorded = new Uint8Array(readFileSync(join(ATTUNE_AUDIO, 'good', 'browser-recorder.webm')));
    const source = (async function* () {
      yield recorded;
    })();
    const track: MatroskaPacket[] = [];
    for await (const packet of matroskaPackets(source, () => {})) track.push(packet);
    const head = track[0]!.track.codecPrivate;
    const settings = concat(
      big(0, 1),
      head.slice(9, 10),
      big(head[10]! + 256 * head[11]!, 2),
      big(48_000, 4),
      big(0, 3),
    );
    const opus = track.map(({ data }) => ({ data, duration: 960 }));
    for (const fragment of [0, 20]) {
      const entry = soundEntry('Opus', box('dOps', settings));
      const { samples } = await hear(mp4({ entry, timescale: 48_000, packets: opus, ...(fragment && { fragment }) }));
      const expected = (await hear(recorded)).samples;
      expect(samples.subarray(0, expected.length - 300)).toEqual(expected.subarray(0, -300)); // padding stays on
    }
  });
});
