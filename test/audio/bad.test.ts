import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readAudioFile } from '../../src/audio/file.ts';
import { toWaveform } from '../../src/audio/load.ts';
import { AttuneError } from '../../src/errors.ts';
import { Random } from '../../src/random.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';

/** What the message must say is wrong. */
const REFUSED: Record<string, RegExp> = {
  '65535-channels.wav': /65535 channels/,
  'absurd-rate.wav': /rate is 4294967295 Hz/,
  'all-infinite.wav': /sample 0 is Infinity/,
  'all-nan.wav': /sample 0 is NaN/,
  'cut-header.ogg': /no sound/,
  'empty.wav': /file is empty/,
  'header-only.wav': /format chunk/,
  'no-samples.wav': /holds no samples/,
  'random-bytes.mp3': /no sound file/,
  'text.wav': /no sound file/,
  'truncated-in-fmt.wav': /format chunk/,
  'unknown-codec.wav': /0x7777/,
  'zero-channels.wav': /0 channels/,
  'zero-rate.wav': /rate is 0 Hz/,
};
/** What comes back with a warning: seconds of sound, and what the warning says. */
const RECOVERED: Record<string, readonly [seconds: number, warning: RegExp]> = {
  'damaged-frame.flac': [0.576, /declares 1\.878 s, but 0\.576 s/], // 8 frames of 1152 samples stand before the damage
  'cut-in-frame.mp3': [0.543, /declares 1\.878 s, but 0\.543 s/],
  'claims-4-gigabytes.wav': [0.006, /declares 134217\.728 s, but 0\.006 s/], // 4294967280 / 2 / 16000; 200 bytes are there
  'silence-only.wav': [2, /only silence/],
};

describeWith(ATTUNE_AUDIO, 'bad recordings', () => {
  const folder = join(ATTUNE_AUDIO, 'bad');
  const printed = vi.fn();
  beforeEach(() => {
    for (const name of ['log', 'warn', 'error'] as const) vi.spyOn(console, name).mockImplementation(printed);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    expect(printed).not.toHaveBeenCalled();
  });

  it('have an expectation each', () => {
    expect([...Object.keys(REFUSED), ...Object.keys(RECOVERED)].sort()).toEqual(readdirSync(folder).sort());
  });

  it.each(Object.entries(REFUSED))('%s is refused with its name and the reason', async (file, reason) => {
    const path = join(folder, file);
    const error = await readAudioFile(path).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(AttuneError);
    expect(error).toMatchObject({ code: 'audio', message: expect.stringMatching(reason) });
    expect((error as AttuneError).message.startsWith(`${path}: `)).toBe(true);
  });

  it.each(Object.entries(RECOVERED))(
    '%s gives what sound it holds, with a warning',
    async (file, [seconds, warning]) => {
      const path = join(folder, file);
      const { waveform, warnings } = await readAudioFile(path);
      expect(waveform.samples.length / 16_000).toBeCloseTo(seconds, 3);
      expect(waveform.samples.every(Number.isFinite)).toBe(true);
      expect(warnings[0]).toMatch(warning);
      expect(warnings.every((line) => line.startsWith(`${path}: `) && line.endsWith('.'))).toBe(true);
    },
  );

  const damage: Record<string, (bytes: Uint8Array, random: Random) => Uint8Array> = {
    'cut off': (bytes, random) => bytes.slice(0, random.integer(bytes.length)),
    'with twenty wrong bytes': (bytes, random) => {
      for (let i = 0; i < 20; i++) bytes[random.integer(bytes.length)] = random.integer(256);
      return bytes;
    },
    'with a damaged header': (bytes, random) => {
      for (let i = 0; i < 8; i++) bytes[random.integer(Math.min(300, bytes.length))] = random.integer(256);
      return bytes;
    },
  };
  const copies = [
    'aac.m4a',
    'aiff.aiff',
    'browser-recorder.webm',
    'flac.flac',
    'mp3-64k.mp3',
    'opus.opus',
    'pcm-f32.wav',
    'vorbis.ogg',
  ];
  it.each(copies.flatMap((file) => Object.keys(damage).map((kind) => [file, kind] as const)))(
    '%s %s gives finite sound or an AttuneError',
    async (file, kind) => {
      for (let seed = 0; seed < 12; seed++) {
        const bytes = damage[kind]!(
          new Uint8Array(readFileSync(join(ATTUNE_AUDIO, 'good', file))),
          Random.named(seed, kind),
        );
        try {
          const { samples } = (await toWaveform(bytes, file)).waveform;
          expect(
            samples.length > 0 && samples.length < 10 * 30_045 && samples.every(Number.isFinite),
            `seed ${seed}`,
          ).toBe(true);
        } catch (error) {
          expect(error, `seed ${seed}: ${error}`).toBeInstanceOf(AttuneError);
        }
      }
    },
  );
});
