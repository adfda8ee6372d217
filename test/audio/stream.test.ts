import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { toWaveform } from '../../src/audio/load.ts';
import { openSound, waveformOf } from '../../src/audio/stream.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { big, concat, little, s16, wav } from './files.ts';
import { sine } from './signals.ts';
import { decodeWhole, resampleWhole } from './whole.ts';

/** Bytes in pieces of the given lengths, again and again; `then` is run behind `after` bytes. */
async function* pieces(
  bytes: Uint8Array,
  lengths: readonly number[],
  after = Number.POSITIVE_INFINITY,
  then = () => {},
) {
  for (let [at, i] = [0, 0]; at < bytes.length; i++) {
    await setTimeout(0); // as from a disk or a socket
    if (at >= after) then();
    const length = lengths[i % lengths.length]!;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

const bytesOf = (samples: Float32Array) => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
const ramp = (samples: number) => s16(...Array.from({ length: samples }, (_, i) => (i % 1_000) * 30));

describe('a stream of sound', () => {
  it('gives the samples of a file, however its bytes arrive', async () => {
    const file = wav(ramp(50_000));
    const expected = Float32Array.from({ length: 50_000 }, (_, i) => ((i % 1_000) * 30) / 32_767);
    for (const source of [file, new Blob([file]), pieces(file, [1, 9_999, 30_001])])
      expect((await waveformOf(await openSound(source, 'x'))).samples).toEqual(expected);
  });

  it('is walked through once', async () => {
    const stream = await openSound(wav(ramp(100)), 'x');
    await waveformOf(stream);
    await expect(waveformOf(stream)).rejects.toThrow('x was read before: a stream is walked through once');
  });

  it('gives sound before the file ends', async () => {
    let ended = false;
    const source = pieces(wav(ramp(50_000)), [16_384], 80_000, () => {
      ended = true;
    });
    for await (const block of await openSound(source, 'x')) {
      expect([block.length > 0, ended]).toEqual([true, false]);
      break;
    }
  });

  it('lets go of its source where the listener leaves', async () => {
    let closed = false;
    const source = (async function* () {
      try {
        yield* pieces(wav(ramp(50_000)), [16_384]);
      } finally {
        closed = true;
      }
    })();
    for await (const _ of await openSound(source, 'x')) break;
    expect(closed).toBe(true);
  });

  it('knows the length that a header declares, and how much was read', async () => {
    const stream = await openSound(wav(ramp(32_000)), 'x');
    expect(stream.declaredSeconds).toBe(2);
    expect(stream.bytesRead).toBeLessThan(0.6);
    await waveformOf(stream);
    expect(stream.bytesRead).toBe(1);
    const unknown = await openSound(pieces(wav(ramp(100), { dataLength: 0xffffffff }), [50]), 'x');
    expect([unknown.declaredSeconds, unknown.bytesRead]).toEqual([undefined, undefined]);
  });

  it('passes what lies behind the sound of an AIFF file', async () => {
    const comm = concat('COMM', big(18, 4), big(1, 2), big(3, 4), big(16, 2), big(0x400cfa00, 4), new Uint8Array(6));
    const sound = concat('SSND', big(14, 4), big(0, 8), big(0x4000, 2), big(0x2000, 2), big(0x1000, 2));
    const tail = concat('ANNO', big(40_000, 4), new Uint8Array(40_000).fill(99));
    const file = concat('FORM', big(4 + comm.length + sound.length + tail.length, 4), 'AIFF', comm, sound, tail);
    expect([...(await waveformOf(await openSound(file, 'x'))).samples]).toEqual([0.5, 0.25, 0.125]);
    const late = concat('FORM', big(4 + comm.length + sound.length, 4), 'AIFF', sound, comm);
    await expect(openSound(late, 'x')).rejects.toThrow('does not stand before its sound');
  });

  it('passes what lies behind the sound of a WAV file, however long', async () => {
    const stream = await openSound(concat(wav(s16(16_384)), 'LIST', little(5e6, 4), new Uint8Array(5e6)), 'x');
    expect((await waveformOf(stream)).samples).toHaveLength(1);
    expect(stream.warnings.map(({ code }) => code)).not.toContain('damaged');
  });

  it('finds sound behind a long header', async () => {
    const file = wav(s16(16_384));
    const withNotes = concat(
      file.subarray(0, 12),
      'LIST',
      little(100_000, 4),
      new Uint8Array(100_000),
      file.subarray(12),
    );
    expect((await decodeWhole(pieces(withNotes, [7_000]), 'x')).channels).toHaveLength(1);
  });
});

describe('a source that fails', () => {
  it('names the file and how far it came', async () => {
    const source = pieces(wav(ramp(50_000)), [10_000], 50_000, () => {
      throw new Error('the cable was pulled');
    });
    const stream = await openSound(source, 'a.wav');
    await expect(waveformOf(stream)).rejects.toMatchObject({
      code: 'audio',
      message: expect.stringMatching(/^a\.wav: reading it failed after \d+ bytes: the cable was pulled\. Try again\.$/),
    });
  });

  it('warns of a stream that ends early', async () => {
    const stream = await openSound(pieces(wav(ramp(50_000)).subarray(0, 60_000), [999]), 'x');
    expect((await waveformOf(stream)).samples).toHaveLength((60_000 - 44) / 2);
    expect(stream.warnings[0]).toEqual({
      code: 'incomplete',
      message: 'the file declares 3.125 s, but 1.874 s could be decoded; it is damaged or incomplete.',
    });
  });

  it.each([
    ['text', /gives string where bytes were expected/],
    ['nothing', /the file is empty/],
  ])('refuses a stream of %s', async (kind, reason) => {
    const source = (async function* () {
      if (kind === 'text') yield 'RIFF' as unknown as Uint8Array;
    })();
    await expect(openSound(source, 'x')).rejects.toMatchObject({
      code: 'audio',
      message: expect.stringMatching(reason),
    });
  });

  it('refuses a sample that is not a number late in the file, by its place', async () => {
    const samples = new Float32Array(40_000);
    samples[30_000] = Number.NaN;
    const file = wav(bytesOf(samples), { format: 3, bits: 32 });
    await expect(waveformOf(await openSound(file, 'x'))).rejects.toThrow('x: sample 30000 is NaN');
  });
});

describe('resampling in blocks', () => {
  it.each([44_100, 8_000, 11_025])('gives the same bytes as in one piece, from %i Hz', async (rate) => {
    const input = sine(440, rate, 2 * rate + 17);
    const whole = await resampleWhole(input, rate, 16_000);
    for (const block of [1_000, 4_096, 20_001]) {
      const blockwise = await resampleWhole(input, rate, 16_000, block);
      expect(Buffer.from(bytesOf(blockwise)).equals(Buffer.from(bytesOf(whole))), `${block}`).toBe(true);
    }
  });
});

describeWith(ATTUNE_AUDIO, 'recordings as streams', () => {
  const read = (folder: string, file: string) => new Uint8Array(readFileSync(join(ATTUNE_AUDIO, folder, file)));

  it.each(readdirSync(join(ATTUNE_AUDIO, 'good')))('%s gives the same samples in small pieces', async (file) => {
    const bytes = read('good', file);
    const { waveform } = await toWaveform(bytes, file);
    const streamed = await waveformOf(await openSound(pieces(bytes, [5_003, 70_001]), file));
    expect(Buffer.from(bytesOf(streamed.samples)).equals(Buffer.from(bytesOf(waveform.samples)))).toBe(true);
  });

  it.each(readdirSync(join(ATTUNE_AUDIO, 'bad')))('%s says the same in small pieces', async (file) => {
    const bytes = read('bad', file);
    const outcome = (source: Parameters<typeof toWaveform>[0]) =>
      toWaveform(source, file).then(
        ({ waveform, warnings }) => [waveform.samples.length, warnings],
        (error) => error.message,
      );
    expect(await outcome(pieces(bytes, [11, 4_099]))).toEqual(await outcome(bytes));
  });

  it('gives a decoder no more where 4 MiB hold no sound, and says so', async () => {
    const flac = read('good', 'flac.flac');
    const stream = await openSound(concat(flac.subarray(0, 20_000), new Uint8Array(6e6)), 'x');
    await waveformOf(stream);
    expect(stream.warnings.map(({ message }) => message)).toContain(
      'the FLAC decoder met damage: it finds no more sound and gives up.',
    );
  });

  it('keeps every frame of a FLAC file longer than a block, by the MD5 that its encoder wrote', async () => {
    const bytes = read('good', 'long-60s.flac');
    const [samples] = (await decodeWhole(bytes, 'x')).channels;
    const integers = Int16Array.from(samples!, (x) => Math.round(32_767 * x));
    const md5 = createHash('md5').update(new Uint8Array(integers.buffer)).digest('hex');
    expect(md5).toBe(Buffer.from(bytes.subarray(26, 42)).toString('hex')); // in STREAMINFO
  });
});
