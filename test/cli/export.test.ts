import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { provenanceOf } from '../../src/corpus/provenance.ts';
import { writeCheckpoint } from '../../src/model/checkpoint.ts';
import { distance, narrow, openExported, recognized, wandering } from '../recognize/exported.ts';
import { attune, temporaryFolder } from './attune.ts';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);
const provenance = provenanceOf('emodb', [{ speaker: '03', sha256: 'ab'.repeat(32) }]);
const checkpoint = { ...narrow(), provenance };
writeFileSync(at('c.safetensors'), writeCheckpoint(checkpoint));
writeFileSync(at('damaged.safetensors'), writeCheckpoint(checkpoint).subarray(0, 5000));
writeFileSync(at('other.safetensors'), Buffer.from('\x02\0\0\0\0\0\0\0{}'));
mkdirSync(at('folder.onnx'));

it('attune export writes a file that answers like the recogniser', async () => {
  const { status, stdout, stderr } = await attune([
    ...['export', '--out', at('m.onnx'), '--checkpoint', at('c.safetensors')],
  ]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(`${at('m.onnx')}: 2.`);
  const exported = await openExported(readFileSync(at('m.onnx')));
  const samples = wandering(40_000);
  expect(distance(await exported.answer(samples), await recognized(checkpoint, samples))).toBeLessThan(1);
  await exported.close();
});

it('attune export --format transformers writes a folder of the layout, with the classes in order', async () => {
  const { status, stdout, stderr } = await attune([
    ...['export', '--format', 'transformers', '--out', at('models/emotion'), '--checkpoint', at('c.safetensors')],
  ]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(`${at('models/emotion')}: 2.`);
  const written = readdirSync(at('models'), { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('.'));
  expect(written.sort()).toEqual(
    ['config.json', 'onnx/model.onnx', 'preprocessor_config.json', 'provenance.json'].map((p) => `emotion/${p}`),
  );
  expect(JSON.parse(readFileSync(at('models/emotion/provenance.json'), 'utf8'))).toEqual({
    corpora: [{ name: 'emodb', licence: 'CC0 1.0', speakers: ['03'] }],
    recordings: 'q6urq6urq6s=',
  });
  const { id2label } = JSON.parse(readFileSync(at('models/emotion/config.json'), 'utf8'));
  expect(id2label).toEqual({ 0: 'neutral', 1: 'happy', 2: 'angry', 3: 'sad' });
});

it.each([
  ['a file in the place of the folder', 'c.safetensors', 1, 'c.safetensors could not be written'],
  ['the name of a file', 'm.onnx', 2, 'expected --out to be a folder for --format transformers'],
])('attune export --format transformers refuses %s in one line', async (_, out, status, message) => {
  const ended = await attune([
    ...['export', '--format', 'transformers', '--out', at(out), '--checkpoint', at('c.safetensors')],
  ]);
  expect(ended).toMatchObject({ status, stdout: '' });
  expect(ended.stderr).toContain(message);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
});

it.each([
  ['another extension', 'm.ort', 'c.safetensors', 2, 'expected --out to end in .onnx'],
  ['a folder that is not there', 'nowhere/m.onnx', 'c.safetensors', 1, 'nowhere/m.onnx could not be written'],
  ['a folder in the place of the file', 'folder.onnx', 'c.safetensors', 1, 'folder.onnx could not be written'],
  ['no checkpoint', 'n.onnx', 'none.safetensors', 1, 'none.safetensors: the checkpoint cannot be read (ENOENT)'],
  ['a damaged checkpoint', 'n.onnx', 'damaged.safetensors', 1, 'damaged.safetensors'],
  ["another program's weights", 'n.onnx', 'other.safetensors', 1, 'other.safetensors is no checkpoint of Attune'],
])('attune export refuses %s in one line and leaves nothing behind', async (_, out, weights, status, message) => {
  const before = readdirSync(folder);
  const ended = await attune(['export', '--out', at(out), '--checkpoint', at(weights)]);
  expect(ended).toMatchObject({ status, stdout: '' });
  expect(ended.stderr).toContain(message);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  expect(readdirSync(folder)).toEqual(before);
});
