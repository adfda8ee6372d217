import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMp4 } from '../../src/audio/mp4.ts';
import { findFrames } from '../../src/audio/mpeg.ts';
import { Random } from '../../src/random.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { big, concat, s16, wav } from './files.ts';
import { align } from './signals.ts';
import { hear } from './whole.ts';

/** An ID3v2 tag whose content has a length. */
const tag = (length: number) =>
  concat(
    'ID3',
    big(0x0400, 2),
    big(0, 1),
    ...[21, 14, 7, 0].map((shift) => big((length >> shift) & 127, 1)),
    new Uint8Array(length).fill(0xff),
  );

describe('what stands before the sound', () => {
  it.each([
    ['a tag', tag(30_000)],
    ['two tags', concat(tag(100), tag(20_000))],
    ['zeros', new Uint8Array(70_000)],
    ['tags and zeros in turn', concat(tag(10), new Uint8Array(16_384), tag(16_374), new Uint8Array(3))],
  ])('%s, is passed', async (_, before) => {
    const { samples, warnings } = await hear(concat(before, wav(s16(16_384, -16_384))));
    expect([samples.length, warnings]).toEqual([2, []]);
  });

  it.each([
    ['nothing but a tag', tag(500)],
    ['a tag that is cut off', tag(5_000).subarray(0, 3_000)],
    ['nothing but zeros', new Uint8Array(40_000)],
  ])('%s, is no sound', async (_, file) => {
    await expect(hear(file)).rejects.toThrow('x: nothing follows its tags');
  });
});

describe('frames of MPEG sound', () => {
  it('are not found in noise', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = Random.named(seed, 'noise');
      expect(findFrames(Uint8Array.from({ length: 65_536 }, () => random.integer(256)))).toBeUndefined();
    }
  });

  it.each<[name: string, header: number[], length: number]>([
    ['MPEG-1, layer III, 128 kbit/s, 44.1 kHz', [0xff, 0xfb, 0x90, 0], 417], // 144 * 128,000 / 44,100
    ['the same with a byte of padding', [0xff, 0xfb, 0x92, 0], 418],
    ['MPEG-2, layer III, 64 kbit/s, 24 kHz', [0xff, 0xf3, 0x84, 0], 192],
    ['MPEG-2.5, layer III, 16 kbit/s, 8 kHz', [0xff, 0xe3, 0x28, 0], 144],
    ['MPEG-1, layer II, 192 kbit/s, 48 kHz', [0xff, 0xfd, 0xa4, 0], 576],
    ['MPEG-1, layer I, 384 kbit/s, 32 kHz', [0xff, 0xff, 0xc8, 0], 576], // 12 * 384,000 / 32,000 slots of 4 bytes
  ])('%s, have their length', (_, header, length) => {
    const frame = concat(Uint8Array.from(header), new Uint8Array(length - 4));
    expect(findFrames(concat('cut', frame, frame, frame, frame))).toEqual({ type: 'mp3', at: 3 });
    expect(findFrames(concat('cut', frame, frame, frame))).toBeUndefined();
    const short = frame.subarray(0, -1);
    expect(findFrames(concat('cut', short, short, short, short))).toBeUndefined();
  });
});

describeWith(ATTUNE_AUDIO, 'sound without a container', async () => {
  const mp3 = new Uint8Array(readFileSync(join(ATTUNE_AUDIO, 'good', 'mp3-64k.mp3')));
  const frames = mp3.subarray(45); // behind its tag
  const original = await hear(mp3);

  it.each([
    ['behind two tags', concat(tag(50_000), mp3)],
    ['behind zeros', concat(new Uint8Array(30_000), frames)],
    ['with a tag at its end', concat(mp3, 'TAG', new Uint8Array(125).fill(32))],
  ])('is the same %s', async (_, file) => {
    expect(await hear(file)).toEqual(original);
  });

  it.each([1, 300, 5_000])('is MP3 that starts within a frame: %i bytes are cut off', async (cut) => {
    const { samples, warnings } = await hear(frames.slice(cut));
    expect(warnings).toEqual([]);
    // the encoder's delay stays on, and up to two frames go: what remains is the end of the original
    const end = 12_000;
    const { correlation } = align(
      original.samples.subarray(-end - 2_000, -2_000),
      samples.subarray(-end - 2_000),
      2_500,
    );
    expect(correlation).toBeGreaterThan(0.999);
  });

  it('may be several files one behind the other, each at its own rate: more than the first declares is no damage', async () => {
    const other = new Uint8Array(readFileSync(join(ATTUNE_AUDIO, 'odd', 'mp3_two_id3v2.mp3'))); // 44.1 kHz, stereo
    const { samples, warnings } = await hear(concat(mp3, other));
    expect(warnings).toEqual([]);
    const alone = (await hear(other)).samples;
    const { correlation } = align(alone.subarray(-10_000, -2_000), samples.subarray(-10_000), 1_500);
    expect(correlation).toBeGreaterThan(0.99);
    const seconds = samples.length / 16_000;
    expect(seconds).toBeGreaterThan(1.878 + 4.142); // and some of the encoders' padding at most
    expect(seconds).toBeLessThan(1.878 + 4.142 + 0.15);
  });

  it('is AAC behind a long tag, behind two, and cut within a frame', async () => {
    const m4a = readMp4(new Uint8Array(readFileSync(join(ATTUNE_AUDIO, 'good', 'aac.m4a'))));
    const adts = concat(
      ...[...m4a.packets()].flatMap(({ data }) => {
        const length = data.length + 7; // LC, 16 kHz, mono (ISO/IEC 14496-3, section 1.A.2)
        return [
          Uint8Array.of(0xff, 0xf1, 0x60, 0x40 | (length >> 11), (length >> 3) & 255, ((length & 7) << 5) | 31, 0xfc),
          data,
        ];
      }),
    );
    const plain = await hear(adts);
    expect(plain.samples).toHaveLength(30 * 1_024); // of 31 packets the first prepares the second
    for (const file of [concat(tag(100_000), adts), concat(tag(20), tag(16_384), adts)])
      expect(await hear(file)).toEqual(plain);
    const cut = await hear(adts.slice(50));
    expect([cut.samples.length, cut.warnings]).toEqual([29 * 1_024, []]);
  });
});
