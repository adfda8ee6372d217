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

it('finds a speaker of the corpus to test on who is spelt in another way in the one to train on', async () => {
  const folder = await temporaryFolder();
  const files = ['angry/Anna/1', 'sad/bob/2', 'happy/bob/3', 'neutral/bob/4'].map((id) => `train/${id}.wav`);
  for (const [i, file] of [...files, 'test/5.wav'].entries()) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), await noise(i));
  }
  await writeFile(join(folder, 'test', 'labels.csv'), 'file,emotion,speaker\n5.wav,sad, anna\n');
  const [train, test] = ['train', 'test'].map((part) => join(folder, part));
  const out = ['--out', join(folder, 'run'), '--cache', join(folder, 'cache')];
  const { status, stderr } = await attune(['crossval', train!, '--test-on', test!, ...out]);
  expect(stderr).toContain('Fold csv is trained and tested on the same speakers (Anna)');
  expect(stderr.match(/that would spoil the figures/g)).toHaveLength(1);
  expect(status).toBe(1);
});
