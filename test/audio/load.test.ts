import { describe, expect, it } from 'vitest';
import { toWaveform } from '../../src/audio/load.ts';
import { big, concat, s16, wav } from './files.ts';
import { decodeWhole as decode } from './whole.ts';

describe('decode', () => {
  it('gives 16-bit samples as fractions of full scale, channel by channel', async () => {
    const { channels, sampleRate, warnings } = await decode(
      wav(s16(16_384, -32_768, 0, -8_192), { channels: 2, rate: 22_050 }),
      'x.wav',
    );
    expect([sampleRate, warnings, channels.length]).toEqual([22_050, [], 2]);
    expect(channels[0]![0]).toBeCloseTo(0.5, 4);
    expect([...channels[1]!]).toEqual([-1, -0.25]);
  });

  it('reads a view into a larger buffer, and a pooled Buffer, as it reads a whole one', async () => {
    const file = wav(s16(1_000, 2_000, 3_000));
    const expected = (await decode(file, 'x')).channels;
    const larger = concat('RIFF of something else', file, 'tail');
    expect((await decode(larger.subarray(22, 22 + file.length), 'x')).channels).toEqual(expected);
    const floats = wav(new Uint8Array(Float32Array.of(0.5, -0.25).buffer), { format: 3, bits: 32 });
    expect([...(await decode(Buffer.from(floats), 'x')).channels[0]!]).toEqual([0.5, -0.25]);
  });

  it('tells the format by the content, not by the name', async () => {
    expect((await decode(wav(s16(1, 2)), 'song.mp3')).channels[0]).toHaveLength(2);
  });

  it.each([
    ['an unknown length (0xFFFFFFFF)', 0xffffffff],
    ['an unknown length (0)', 0],
  ])('does not warn of %s: such a file was streamed', async (_, dataLength) => {
    expect(await decode(wav(s16(1, 2, 3), { dataLength }), 'x')).toMatchObject({
      warnings: [],
      channels: [{ length: 3 }],
    });
  });

  it('warns of a second that is missing, and not of ten milliseconds', async () => {
    const second = new Uint8Array(32_000);
    expect((await decode(wav(second, { dataLength: 64_000 }), 'a.wav')).warnings).toEqual([
      'a.wav: the file declares 2.000 s, but 1.000 s could be decoded; it is damaged or incomplete.',
    ]);
    expect((await decode(wav(second, { dataLength: 32_320 }), 'a.wav')).warnings).toEqual([]);
  });

  it.each([
    ['blocks that do not fit the channels', wav(s16(1, 2), { channels: 40, block: 2 }), /contradicts itself/],
    ['a rate of 999 Hz', wav(s16(1, 2), { rate: 999 }), /999 Hz, expected 1000 to 768000 Hz/],
    ['65 channels', wav(new Uint8Array(130), { channels: 65 }), /65 channels/],
    ['no data chunk', wav(s16(1)).slice(0, 36), /no data chunk/],
    ['another kind of sound', concat('#!AMR\n', new Uint8Array(50)), /does not decode AMR; convert it to WAV/],
    // as @audio/decode-aiff would take them for unsigned
    [
      '8-bit AIFF',
      concat(
        'FORM',
        big(60, 4),
        'AIFF',
        'COMM',
        big(18, 4),
        big(1, 2),
        big(2, 4),
        big(8, 2),
        big(0x400cfa00, 4),
        new Uint8Array(6),
      ),
      /8-bit/,
    ],
  ])('refuses %s', async (_, bytes, reason) => {
    await expect(decode(bytes, 'f')).rejects.toMatchObject({
      name: 'AttuneError',
      code: 'audio',
      message: expect.stringMatching(reason),
    });
  });
});

describe('toWaveform', () => {
  it('mixes to the mean of the channels', async () => {
    const { waveform } = await toWaveform(wav(s16(-32_768, 0, -16_384, -8_192), { channels: 2 }), 'x');
    expect([...waveform.samples]).toEqual([-0.5, -0.375]);
  });

  it('says that silence is silence, down to the zero of A-law', async () => {
    const zeros = Uint8Array.from({ length: 800 }, (_, i) => (i % 2 ? 0xd5 : 0x55)); // 8 / 32768 and its negative: -72 dBFS
    const silence = wav(zeros, { format: 6, bits: 8 });
    expect((await toWaveform(silence, 'x')).warnings).toEqual(['x: it holds only silence (peak -72 dBFS).']);
    expect((await toWaveform(wav(s16(0, 64, 0)), 'x')).warnings).toEqual([]); // 64 / 32768 is -54 dBFS
  });

  it('refuses a recording too short for one sample', async () => {
    await expect(toWaveform(wav(s16(5), { rate: 768_000 }), 'f')).rejects.toThrow('f: it is too short');
  });
});
