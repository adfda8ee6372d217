import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import encodeWav from '@audio/encode-wav';
import { expect, it } from 'vitest';
import { Random } from '../../src/random.ts';
import { attune, temporaryFolder } from './attune.ts';

/** Half a second of noise, another for each seed. */
async function noise(seed: number): Promise<Uint8Array> {
  const random = new Random(seed);
  const encoder = await encodeWav({ sampleRate: 16_000, bitDepth: 16 });
  encoder.encode([Float32Array.from({ length: 8000 }, () => 0.1 * random.normal())]);
  return encoder.flush();
}

it('finds a speaker of the corpus to test on who is spelt in another way in the one to train on, beside much else', async () => {
  const folder = await temporaryFolder();
  const files = ['angry/Anna/1', 'sad/bob/2', 'happy/bob/3', 'neutral/bob/4'].map((id) => `train/${id}.wav`);
  for (const [i, file] of [...files, 'test/5.wav'].entries()) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), await noise(i));
  }
  for (const copy of [6, 7, 8, 9]) await writeFile(join(folder, `train/angry/Anna/${copy}.wav`), await noise(0));
  await writeFile(join(folder, 'test', 'labels.csv'), 'file,emotion,speaker\n5.wav,sad, anna\n');
  const [train, test] = ['train', 'test'].map((part) => join(folder, part));
  const out = ['--out', join(folder, 'run'), '--cache', join(folder, 'cache')];
  const { status, stderr } = await attune(['crossval', train!, '--test-on', test!, ...out]);
  const lines = stderr.trimEnd().split('\n');
  const [first, ...points] = lines.slice(lines.findIndex((line) => line.includes('spoil the figures')));
  expect(first).toBe('attune: the audit found 11 things that would spoil the figures:'); // a speaker, and 10 pairs of 5 copies
  expect(points).toHaveLength(6);
  expect(points[0]).toMatch(/^ {2}Fold csv is trained and tested on the same speakers \(Anna\)/);
  for (const point of points.slice(1, 5))
    expect(point).toMatch(/^ {2}\S+ and \S+ are one recording .*: take one out\./);
  expect(points[5]).toBe('  and 6 more: same-audio (6); --accept takes the name of a kind');
  expect(status).toBe(1);
});
