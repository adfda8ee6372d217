import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readClasses } from '../../src/run/predictions-file.ts';
import { attune, temporaryFolder } from './attune.ts';

it('makes the demo again in the place of the former one, and leaves alone what else is there', async () => {
  const out = join(await temporaryFolder(), 'demo');
  const demo = (voices: string, ...more: string[]) =>
    attune(['demo', '--out', out, '--voices', voices, '--utterances', '1', '--epochs', '1', ...more]);
  const five = await demo('2', '--classes', 'fearful,neutral,happy,angry,sad');
  expect(five.status, five.stderr).toBe(0);
  expect(five.stdout).toMatch(/^true \\ predicted +fearful +neutral +happy +angry +sad$/m);
  expect(five.stdout).toContain('10 utterances of 2 speakers in 2 folds');
  expect(await readClasses(join(out, 'predictions.csv'))).toEqual(['fearful', 'neutral', 'happy', 'angry', 'sad']);
  const checkpoint = join(out, 'checkpoints', 'm01.safetensors');
  const said = await attune([
    'recognize',
    join(out, 'voices', 'f01_fearful_01.wav'),
    '--checkpoint',
    checkpoint,
    '--format',
    'csv',
  ]);
  expect(said.stdout).toContain('emotion,p_fearful,p_neutral,p_happy,p_angry,p_sad,speech_seconds');
  const verified = await attune(['verify', out, join(out, 'voices')]);
  expect(verified.status, verified.stdout).toBe(0);
  const mine = ['notes.txt', 'cache/mine.f32', 'checkpoints/best.safetensors', 'folds/keep/notes.txt', 'thesis.part'];
  await mkdir(join(out, 'folds', 'keep'));
  for (const file of mine) await writeFile(join(out, file), 'mine');
  await writeFile(join(out, 'folds', '.f01.json.attune-12-0a1b2c3d.part'), 'half');
  const { status, stdout } = await demo('2');
  expect(status).toBe(0);
  expect(stdout).toContain('8 utterances of 2 speakers in 2 folds');
  for (const file of mine) expect(await readFile(join(out, file), 'utf8')).toBe('mine');
  expect(await readdir(join(out, 'voices'))).toHaveLength(8);
  expect((await readdir(join(out, 'checkpoints'))).sort()).toEqual([
    'best.safetensors',
    'f01.safetensors',
    'm01.safetensors',
  ]);
  expect((await readdir(join(out, 'folds'))).sort()).toEqual(['f01.json', 'keep', 'm01.json']);

  await writeFile(join(out, 'voices', 'mine.wav'), 'mine');
  const before = await readdir(out, { recursive: true });
  const refused = await demo('2');
  expect(refused.stderr).toContain(`${out} holds voices/mine.wav, which no demo made`);
  expect(refused.status).toBe(2);
  expect(await readdir(out, { recursive: true })).toEqual(before);
});
