import { describe, expect, it } from 'vitest';
import { big, concat, little, s16, wav } from './files.ts';
import { decodeWhole } from './whole.ts';

const SAMPLES = s16(16_384, -32_768, 8_192, -16_384);
/** What they are: the decoder divides what is above 0 by 32,767. */
const VALUES = [16_384 / 32_767, -1, 8_192 / 32_767, -0.5].map(Math.fround);

const read = async (file: Uint8Array) => {
  const { channels, sampleRate, warnings } = await decodeWhole(file, 'x');
  return { values: channels.map((channel) => [...channel]), sampleRate, warnings };
};
const FMT = wav(SAMPLES).subarray(12, 36); // the format chunk

describe('chunks before the sound of a WAV file', () => {
  const file = (...chunks: (Uint8Array | string)[]) =>
    concat('RIFF', little(99, 4), 'WAVE', ...chunks, 'data', little(8, 4), SAMPLES);
  const expected = { values: [VALUES], sampleRate: 16_000, warnings: [] };

  it.each([
    ['of an odd length, padded', file(FMT, 'LIST', little(5, 4), 'notes\0')],
    ['of an odd length, padded, before the format', file('bext', little(3, 4), 'abc\0', FMT)],
    ['of an odd length whose padding was forgotten', file(FMT, 'LIST', little(5, 4), 'notes')],
    ['of length 0', file('JUNK', little(0, 4), FMT)],
    ['that hold what looks like sound', file(FMT, 'LIST', little(16, 4), 'data', little(4, 4), 'not yet.')],
    ['behind it, of an odd length', concat(file(FMT), 'LIST', little(5, 4), 'notes\0')],
  ])('%s, are passed', async (_, bytes) => {
    expect(await read(bytes)).toEqual(expected);
  });
});

describe('a WAV file of another form', () => {
  const wide = (form: string, dataBytes: number) =>
    concat(
      ...[form, little(0xffffffff, 4), 'WAVE', 'ds64', little(28, 4)],
      ...[little(1_000, 8), little(dataBytes, 8), little(4, 8), little(0, 4)],
      ...[FMT, 'data', little(0xffffffff, 4), SAMPLES, 'LIST', little(4, 4), 'tail'],
    );

  it.each(['RF64', 'BW64'])('%s: its length stands in a chunk of its own', async (form) => {
    expect(await read(wide(form, 8))).toEqual({ values: [VALUES], sampleRate: 16_000, warnings: [] });
    const { warnings } = await read(wide(form, 40e9));
    expect(warnings).toEqual([
      'x: the file declares 1250000.000 s, but 0.001 s could be decoded; it is damaged or incomplete.',
    ]);
    expect((await read(wide(form, 0))).warnings).toEqual([]); // as where nobody came back to write it
  });

  it.each<[bits: number, format: number, samples: Uint8Array, values: number[]]>([
    [16, 1, concat(big(0x4000, 2), big(0x8000, 2)), [16_384 / 32_767, -1]],
    [24, 1, concat(big(0x400000, 3), big(0xc00000, 3)), [4_194_304 / 8_388_607, -0.5]],
    [32, 1, concat(big(0x40000000, 4), big(0x80000000, 4)), [2 ** 30 / (2 ** 31 - 1), -1]],
    [32, 3, concat(big(0x3f000000, 4), big(0xbe800000, 4)), [0.5, -0.25]],
    [64, 3, concat(big(0x3fe00000, 8 / 2), big(0, 4), big(0xbfd00000, 4), big(0, 4)), [0.5, -0.25]],
    [8, 1, Uint8Array.of(192, 64), [64 / 127, -0.5]],
  ])('RIFX: %i bits of format %i, big-endian', async (bits, format, samples, values) => {
    const head = [
      big(format, 2),
      big(1, 2),
      big(22_050, 4),
      big((22_050 * bits) / 8, 4),
      big(bits / 8, 2),
      big(bits, 2),
    ];
    const file = concat(
      'RIFX',
      big(99, 4),
      'WAVE',
      'fmt ',
      big(16, 4),
      ...head,
      'data',
      big(samples.length, 4),
      samples,
    );
    expect(await read(file)).toEqual({ values: [values.map(Math.fround)], sampleRate: 22_050, warnings: [] });
  });

  it('RIFX with ADPCM is refused', async () => {
    const head = [big(17, 2), big(1, 2), big(22_050, 4), big(11_025, 4), big(256, 2), big(4, 2), big(0, 4)];
    const file = concat('RIFX', big(99, 4), 'WAVE', 'fmt ', big(20, 4), ...head, 'data', big(4, 4), SAMPLES);
    await expect(read(file)).rejects.toThrow('WAVE format 0x11 in big-endian order, which is not supported');
  });
});

describe('the length of a WAV file', () => {
  it.each([
    0,
    0xffffffff, // ffmpeg into a pipe
    0x7fffffff,
    0x80000000, // arecord
    0x7ffff000, // sox, espeak
    0xffffffff - 36,
    0xffffffff - 44,
    0xfffffffe, // whole blocks of two bytes
    0x7fffffda,
  ])('%i stands for one that was not known', async (dataLength) => {
    expect((await read(wav(SAMPLES, { dataLength }))).warnings).toEqual([]);
  });

  it.each([0xfffffff0, 0x7ff00000, 100_000])('%i is a length: less is a damage', async (dataLength) => {
    expect((await read(wav(SAMPLES, { dataLength }))).warnings[0]).toMatch(/^x: the file declares \d/);
  });
});

describe('an AIFF file', () => {
  const samples = concat(big(0x4000, 2), big(0x2000, 2), big(0x1000, 2), big(0xc000, 2));
  const aiff = (frames: number, length: number, tail: Uint8Array = new Uint8Array()) => {
    const comm = concat(
      'COMM',
      big(18, 4),
      big(1, 2),
      big(frames, 4),
      big(16, 2),
      big(0x400cfa00, 4),
      new Uint8Array(6),
    );
    const odd = concat('NAME', big(3, 4), 'abc\0');
    return concat('FORM', big(999, 4), 'AIFF', odd, comm, odd, 'SSND', big(length, 4), big(0, 8), samples, tail);
  };

  it('gives the sound that it holds, whatever it counts, and says that they differ', async () => {
    const values = [[0.5, 0.25, 0.125, -0.5]];
    expect(await read(aiff(4, 16))).toEqual({ values, sampleRate: 16_000, warnings: [] });
    const more = aiff(2, 16_008 * 2, new Uint8Array(2 * 16_000));
    expect((await read(more)).warnings).toEqual([
      'x: the file declares 0.000 s, but 1.000 s could be decoded; its header is wrong.',
    ]);
    expect((await read(aiff(16_004, 16))).warnings).toEqual([
      'x: the file declares 1.000 s, but 0.000 s could be decoded; it is damaged or incomplete.',
    ]);
  });

  it('may have been written to a pipe', async () => {
    for (const unknown of [0, 0x7fffffff, 0xffffffff])
      expect(await read(aiff(unknown, unknown))).toMatchObject({ values: [[0.5, 0.25, 0.125, -0.5]], warnings: [] });
    expect((await read(aiff(3, 0))).values[0]).toHaveLength(3);
  });
});
