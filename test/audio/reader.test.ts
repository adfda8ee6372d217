import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeIn } from '../../src/audio/excerpt.ts';
import { createReader, soundHash } from '../../src/audio/reader.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { s16, wav } from './files.ts';

/** A second of sound whose sample n is -n / 32768, but for the last quarter, which is silent. */
const SAMPLES = Array.from({ length: 16_000 }, (_, n) => (n < 12_000 ? -n : 0));

describe('an excerpt of a recording', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'counting.wav');
  await writeFile(path, wav(s16(...SAMPLES)));

  const heard = async (start?: number, end?: number) =>
    createReader()(path, { ...(start !== undefined && { start }), ...(end !== undefined && { end }) });
  const firstAndLast = async (start?: number, end?: number) => {
    const { samples } = (await heard(start, end)).waveform;
    return [samples[0]! * -32_768, samples.at(-1)! * -32_768, samples.length].map((x) => x || 0); // no -0
  };

  it('holds the samples that lie nearest to its times', async () => {
    expect(await firstAndLast(0.25, 0.5)).toEqual([4000, 7999, 4000]);
    expect(await firstAndLast(0.00003, 0.00016)).toEqual([0, 2, 3]); // 0.48 and 2.56 samples
    expect(await firstAndLast(0.25)).toEqual([4000, 0, 12_000]);
    expect(await firstAndLast(undefined, 0.5)).toEqual([0, 7999, 8000]);
    expect(await firstAndLast()).toEqual([0, 0, 16_000]);
  });

  it('that ends beyond the recording ends with it, and more than rounding is told', async () => {
    expect(await firstAndLast(0.5, 1.05)).toEqual([8000, 0, 8000]);
    expect((await heard(0.5, 1.05)).warnings).toEqual([]);
    expect((await heard(0.5, 1.5)).warnings).toEqual([
      'the excerpt is to end at 1.5 s, but the recording ends at 1.00 s; what is there was used.',
    ]);
  });

  it('says that it is silent, where the rest is not, and not where only the rest is', async () => {
    expect((await heard(0.8, 1)).warnings).toEqual(['it holds only silence (peak zero).']);
    expect((await heard(0, 0.5)).warnings).toEqual([]);
    await writeFile(join(folder, 'silent.wav'), wav(s16(...new Array(16_000).fill(0))));
    expect((await createReader()(join(folder, 'silent.wav'), { end: 0.5 })).warnings).toHaveLength(1);
  });

  it('goes by the clock of a recording whose sound starts late', () => {
    const late = { length: 16_000, startSeconds: 5 };
    expect(placeIn({ start: 5.25, end: 5.5 }, late, 'x')).toEqual({ from: 4_000, to: 8_000, warnings: [] });
    expect(placeIn({ end: 5.5 }, late, 'x')).toEqual({ from: 0, to: 8_000, warnings: [] });
    expect(placeIn({ start: 4.95, end: 5.5 }, late, 'x')).toMatchObject({ from: 0, warnings: [] });
    expect(placeIn({ start: 1, end: 8 }, late, 'x')).toEqual({
      ...{ from: 0, to: 16_000 },
      warnings: [
        'the excerpt is to start at 1 s, but the recording starts at 5.00 s; what is there was used.',
        'the excerpt is to end at 8 s, but the recording ends at 6.00 s; what is there was used.',
      ],
    });
    expect(() => placeIn({ start: 1, end: 2 }, late, 'x')).toThrow(
      'x: the excerpt ends at 2 s, but x starts at 5.00 s; correct its times.',
    );
  });

  it.each<[start: number | undefined, end: number | undefined, message: string]>([
    [1, undefined, 'l.csv, line 3: the excerpt starts at 1 s, but PATH ends at 1.00 s; correct its times.'],
    [12, 15, 'l.csv, line 3: the excerpt starts at 12 s, but PATH ends at 1.00 s; correct its times.'],
    [0.5, 0.5, 'its end, 0.5 s, does not lie after its start, 0.5 s, by a sample of 16000 Hz at least'],
    [0.5, 0.50003, 'does not lie after its start'],
    [-1, 0.5, 'its start, -1 s, lies before the recording'],
    [Number.NaN, 0.5, 'its start is NaN, expected a finite number of seconds'],
    [0, Number.POSITIVE_INFINITY, 'its end is Infinity, expected a finite number of seconds'],
  ])('from %s s to %s s is refused by name', async (start, end, message) => {
    const excerpt = {
      ...(start !== undefined && { start }),
      ...(end !== undefined && { end }),
      source: 'l.csv, line 3',
    };
    await expect(createReader()(path, excerpt)).rejects.toMatchObject({
      code: 'audio',
      message: expect.stringContaining(message.replace('PATH', path)),
    });
  });

  it('is told from others, and from the whole, whose name is the hash of its bytes', async () => {
    const { sha256 } = await heard(0.25, 0.5);
    expect(sha256).toBe(
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
    expect(soundHash(sha256, {})).toBe(sha256);
    const excerpts = [{ start: 0.25, end: 0.5 }, { start: 0.25, end: 0.75 }, { start: 0.25 }, { end: 0.5 }];
    const names = excerpts.map((excerpt) => soundHash(sha256, excerpt));
    expect(new Set([sha256, ...names]).size).toBe(5);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{64}$/);
    expect(soundHash(sha256, { start: 0.250_001, end: 0.500_001 })).toBe(names[0]); // the same samples
    expect(soundHash('ab'.repeat(32), excerpts[0]!)).not.toBe(names[0]);
  });

  it('is cut from the sound that the excerpt before it was cut from', async () => {
    const moving = join(folder, 'moving.wav');
    await writeFile(moving, wav(s16(...SAMPLES)));
    const read = createReader();
    const before = await read(moving, { start: 0.25, end: 0.5 });
    await writeFile(moving, wav(s16(...SAMPLES.map((x) => -x))));
    const after = await read(moving, { start: 0.5, end: 0.75 });
    expect([after.sha256, after.waveform.samples[0]]).toEqual([before.sha256, -8000 / 32_768]);
    expect((await createReader()(moving)).sha256).not.toBe(before.sha256);
  });
});
