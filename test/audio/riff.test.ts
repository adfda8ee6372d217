import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toWaveform } from '../../src/audio/load.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';

/** A second at 16 kHz as 16-bit integers. */
const INTEGERS = Int16Array.from({ length: 16_000 }, (_, n) =>
  Math.round(9_000 * Math.sin(0.07 * n) + 900 * Math.sin(n)),
);

const ascii = (text: string) => Buffer.from(text, 'latin1');
const u32 = (value: number, little = true) => {
  const out = Buffer.alloc(4);
  if (little) out.writeUInt32LE(value);
  else out.writeUInt32BE(value);
  return out;
};
const chunk = (name: string, body: Buffer, { little = true, length = body.length } = {}) =>
  Buffer.concat([ascii(name), u32(length, little), body, Buffer.alloc(body.length % 2)]);

/** `[tag, channels, rate, bytes/s, block, bits]` of the format chunk. */
function format({ tag = 1, bits = 16, little = true } = {}): Buffer {
  const out = Buffer.alloc(16);
  const view = new DataView(out.buffer, out.byteOffset, 16);
  for (const [at, value] of [
    [0, tag],
    [2, 1],
    [12, bits / 8],
    [14, bits],
  ] as const)
    view.setUint16(at, value, little);
  view.setUint32(4, 16_000, little);
  view.setUint32(8, (16_000 * bits) / 8, little);
  return chunk('fmt ', out, { little });
}

const pcm = (little = true) => {
  const out = Buffer.alloc(2 * INTEGERS.length);
  INTEGERS.forEach((value, n) => void (little ? out.writeInt16LE(value, 2 * n) : out.writeInt16BE(value, 2 * n)));
  return out;
};
const file = (magic: string, chunks: readonly Buffer[], little = true) => {
  const body = Buffer.concat([ascii('WAVE'), ...chunks]);
  return new Uint8Array(Buffer.concat([ascii(magic), u32(magic === 'RIFF' ? body.length : 0xffff_ffff, little), body]));
};
const ds64 = (bytes: number) => {
  const body = Buffer.alloc(28);
  body.writeBigUInt64LE(BigInt(bytes), 8);
  return chunk('ds64', body);
};

const FORMS: Readonly<Record<string, Uint8Array>> = {
  'plain RIFF': file('RIFF', [format(), chunk('data', pcm())]),
  'an odd chunk before the format': file('RIFF', [chunk('LIST', Buffer.alloc(7)), format(), chunk('data', pcm())]),
  'odd chunks before the sound, and one behind it': file('RIFF', [
    ...[format(), chunk('iXML', Buffer.alloc(301)), chunk('bext', Buffer.alloc(1)), chunk('data', pcm())],
    chunk('LIST', Buffer.alloc(999, 77)),
  ]),
  RF64: file('RF64', [
    ds64(32_000),
    format(),
    chunk('data', pcm(), { length: 0xffff_ffff }),
    chunk('LIST', Buffer.alloc(9, 7)),
  ]),
  BW64: file('BW64', [
    ds64(32_000),
    format(),
    chunk('axml', Buffer.alloc(5)),
    chunk('data', pcm(), { length: 0xffff_ffff }),
  ]),
  RIFX: file('RIFX', [format({ little: false }), chunk('data', pcm(false), { little: false })], false),
  ...Object.fromEntries(
    [0, 0x7fff_f000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x7fff_ffff - 44, 0xffff_ffff - 36].map((length) => [
      `a pipe that says ${length} bytes`,
      file('RIFF', [format(), chunk('data', pcm(), { length })]),
    ]),
  ),
};

describe('RIFF and its kin', () => {
  it.each(Object.entries(FORMS))('%s', async (_name, bytes) => {
    const { waveform, warnings } = await toWaveform(bytes, 'a.wav');
    expect(warnings).toEqual([]);
    expect(waveform.samples.length).toBe(16_000);
    let furthest = 0;
    for (const [n, sample] of waveform.samples.entries())
      furthest = Math.max(furthest, Math.abs(sample - INTEGERS[n]! / 32_768));
    expect(furthest).toBeLessThan(2 ** -15); // decoders divide by 32767 or 32768
  });

  it('holds floats in big-endian order', async () => {
    const floats = Buffer.alloc(4 * INTEGERS.length);
    INTEGERS.forEach((value, n) => void floats.writeFloatBE(value / 32_768, 4 * n));
    const bytes = file(
      'RIFX',
      [format({ tag: 3, bits: 32, little: false }), chunk('data', floats, { little: false })],
      false,
    );
    const { waveform } = await toWaveform(bytes, 'a.wav');
    expect(waveform.samples).toEqual(Float32Array.from(INTEGERS, (value) => value / 32_768));
  });

  it('says where sound is missing that was promised', async () => {
    const short = file('RF64', [ds64(64_000), format(), chunk('data', pcm(), { length: 0xffff_ffff })]);
    const { warnings } = await toWaveform(short, 'a.wav');
    expect(warnings).toEqual([expect.stringContaining('declares 2.000 s, but 1.000 s could be decoded')]);
  });
});

describeWith(ATTUNE_AUDIO, 'sound behind what is no sound', async () => {
  const read = async (name: string) => new Uint8Array(await readFile(join(ATTUNE_AUDIO, name)));
  const secondsOf = async (bytes: Uint8Array) => {
    const { waveform } = await toWaveform(bytes, 'input');
    return waveform.samples.length / 16_000;
  };
  const tag = (length: number) => {
    const out = new Uint8Array(10 + length);
    out.set([0x49, 0x44, 0x33, 3, 0, 0, (length >> 21) & 127, (length >> 14) & 127, (length >> 7) & 127, length & 127]);
    return out;
  };
  const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

  it.each([
    ['two tags', [tag(20), tag(300)]],
    ['a tag of 100 kB and a short one', [tag(100_000), tag(5)]],
    ['zeros', [new Uint8Array(5_000)]],
    ['more zeros than are read at a time', [new Uint8Array(50_001)]],
  ] as const)('MP3 behind %s', async (_name, before) => {
    const mp3 = await read('good/mp3-64k.mp3');
    expect(await secondsOf(joined(...before, mp3))).toBe(await secondsOf(mp3));
  });

  it('MP3 that was cut within a frame', async () => {
    const mp3 = await read('good/mp3-64k.mp3');
    for (const cut of [1, 5, 700, 2_001]) {
      const seconds = await secondsOf(mp3.slice(cut));
      expect(Math.abs(seconds - 1.878)).toBeLessThan(0.3);
    }
  });

  // Lengths as ffmpeg and libsndfile have them.
  it.each([
    ['list_odd_pad.wav', 4.1423, 0],
    ['axml_odd_pad.wav', 4.1423, 0],
    ['data_size_7fffffff.wav', 4.1423, 0],
    ['rf64.wav', 4.1423, 0],
    ['aiff_frames_less.aiff', 4.1423, 1],
  ])('%s', async (name, seconds, warned) => {
    const { waveform, warnings } = await toWaveform(await read(`odd/${name}`), name);
    expect(waveform.samples.length / 16_000).toBeCloseTo(seconds, 3);
    expect(warnings.length).toBe(warned);
  });

  it.each(['mp3_two_id3v2.mp3', 'adts_id3_30k.aac'])('%s', async (name) => {
    expect(await secondsOf(await read(`odd/${name}`))).toBeGreaterThan(1);
  });
});
