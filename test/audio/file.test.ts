import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAudioFile, readAudioStream } from '../../src/audio/file.ts';
import { waveformOf } from '../../src/audio/stream.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { s16, wav } from './files.ts';

describe('readAudioFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'attune-audio-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const put = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };

  it('gives the waveform and the SHA-256 of the file', async () => {
    const { waveform, warnings, sha256 } = await readAudioFile(put('a.wav', wav(s16(-16_384, 0, -32_768))));
    expect([...waveform.samples]).toEqual([-0.5, 0, -1]);
    expect(warnings).toEqual([]);
    expect(sha256).toBe('a75bc47e570ea93bf09895b6b3147f52f04a5f9373c28c3415a528e4a2686cc2');
  });

  it.each([
    ['a file that is not there', join(folder, 'none.wav'), 'no such file'],
    ['a folder', folder, 'this is a folder'],
    ['a path through a file', join(put('b.wav', s16(1)), 'c.wav'), 'not a folder'],
    ['an empty file', put('empty.wav', new Uint8Array()), 'the file is empty'],
  ])('refuses %s by name', async (_, path, reason) => {
    await expect(readAudioFile(path)).rejects.toMatchObject({
      code: 'audio',
      message: expect.stringContaining(reason),
    });
    await expect(readAudioFile(path)).rejects.toThrow(path);
  });

  it.skipIf(process.getuid?.() === 0)('refuses a file that may not be read', async () => {
    const path = put('locked.wav', wav(s16(1)));
    chmodSync(path, 0);
    await expect(readAudioFile(path)).rejects.toThrow('not permitted');
  });
});

describe('readAudioStream', () => {
  const folder = mkdtempSync(join(tmpdir(), 'attune-audio-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads a file in blocks, and knows its size', async () => {
    const path = join(folder, 'a.wav');
    writeFileSync(path, wav(new Uint8Array(100_000)));
    const stream = await readAudioStream(path);
    expect(stream.bytesRead).toBeCloseTo(16_384 / 100_044, 5);
    expect((await waveformOf(stream)).samples).toHaveLength(50_000);
  });

  it('goes on with what it opened where the file is taken away, and tells of a cut', async () => {
    const path = join(folder, 'b.wav');
    writeFileSync(path, wav(new Uint8Array(1_000_000)));
    const stream = await readAudioStream(path);
    truncateSync(path, 500_000);
    unlinkSync(path);
    expect((await waveformOf(stream)).samples.length).toBeLessThan(251_000);
    expect(stream.warnings.map(({ code }) => code)).toContain('incomplete');
  });

  it.each([
    ['a file that is not there', join(folder, 'none.wav'), 'no such file'],
    ['a folder', folder, 'this is a folder'],
  ])('refuses %s by name', async (_, path, reason) => {
    const failure = { code: 'audio', message: expect.stringContaining(reason) };
    await expect(readAudioStream(path)).rejects.toMatchObject(failure);
    await expect(readAudioStream(path)).rejects.toThrow(path);
  });

  it.skipIf(process.platform !== 'linux')('names a device that fails while it is read', async () => {
    await expect(readAudioStream('/proc/self/mem')).rejects.toMatchObject({
      code: 'audio',
      message: expect.stringMatching(/^\/proc\/self\/mem: the disk or the network failed while it was read/),
    });
  });
});

describeWith(ATTUNE_AUDIO, 'files that end with more than sound, or are odd', () => {
  it('are hashed whole, whatever their decoder makes of them', async () => {
    const folders = ['good', 'bad', 'odd']
      .map((name) => join(ATTUNE_AUDIO, name))
      .filter((folder) => existsSync(folder));
    const files = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
    let decoded = 0;
    for (const file of files.filter((file) => statSync(file).isFile() && statSync(file).size < 2e5)) {
      const read = await readAudioFile(file).catch(() => undefined); // what is no sound is another test's
      if (!read) continue;
      decoded++;
      const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
      expect(read.sha256, file).toBe(sha256);
    }
    expect(decoded).toBeGreaterThan(10);
  });
});
