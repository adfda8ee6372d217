import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { CONFIG, moments, PREPROCESSOR, writeFolder } from '../recognize/hugging-face/folders.ts';
import { attuneInTurn, temporaryFolder } from './attune.ts';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);
await writeSyntheticCorpus(at('calls'), { speakers: 1, utterancesPerEmotion: 1, seed: 1 });
const files = { 'config.json': CONFIG, 'preprocessor_config.json': PREPROCESSOR, 'onnx/model.onnx': moments() };
writeFolder(at('model'), files);
writeFolder(at('unlabelled'), { ...files, 'config.json': {} });
writeFolder(at('damaged'), { ...files, 'onnx/model.onnx': 'not a model' });
const attune = attuneInTurn();

it('attune recognize --model answers for a folder in the classes of the model, and by segments', async () => {
  const { status, stdout, stderr } = await attune([
    'recognize',
    at('calls'),
    '--model',
    at('model'),
    '--format',
    'csv',
  ]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const rows: Record<string, string>[] = parse(stdout, { columns: true });
  expect(rows).toHaveLength(4);
  for (const { file, emotion, p_calm, p_tense, error } of rows) {
    expect(file!.startsWith(at('calls'))).toBe(true);
    expect({ emotion, error }).toEqual({ emotion: 'tense', error: '' });
    expect(Number(p_tense)).toBeCloseTo(1 / (1 + Math.exp(-1)), 3); // of logits 0 and 1, but for what is added to the variance
    expect(Number(p_calm) + Number(p_tense)).toBeCloseTo(1, 5);
  }
  const spans = ['--rows', 'spans', '--format', 'csv'];
  const timeline = await attune(['recognize', at('calls/f01_sad_01.wav'), '--model', at('model'), ...spans]);
  const parts: Record<string, string>[] = parse(timeline.stdout, { columns: true });
  expect(parts.map(({ emotion }) => emotion)).toContain('tense');
});

it.each([
  ['no folder', ['--model', at('none')], 1, 'config.json cannot be read (ENOENT); give the folder of an audio'],
  ['no labels', ['--model', at('unlabelled')], 1, 'config.json has no id2label'],
  ['a damaged model', ['--model', at('damaged')], 1, 'model.onnx cannot be used'],
  [
    'a checkpoint beside it',
    ['--model', at('model'), '--checkpoint', 'a.safetensors'],
    2,
    "option '--model <dir>' cannot be used with option '--checkpoint <file>'",
  ],
])('attune recognize --model refuses %s in one line, before any answer', async (_, flags, status, message) => {
  const ended = await attune(['recognize', at('calls'), '--format', 'csv', ...flags]);
  expect(ended.status).toBe(status);
  expect(ended.stderr).toContain(message);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
});
