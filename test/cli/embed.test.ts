import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { readAudioFile } from '../../src/audio/file.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { createEmbedder } from '../../src/recognize/embed.ts';
import { blocksEncoder } from '../features/outside/models.ts';
import { writeFolder } from '../recognize/hugging-face/folders.ts';
import { attuneInTurn, temporaryFolder } from './attune.ts';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);
await writeSyntheticCorpus(at('voices'), { speakers: 1, utterancesPerEmotion: 1, seed: 1 });
const files = readdirSync(at('voices'))
  .filter((name) => name.endsWith('.wav'))
  .sort();
const embedder = await createEmbedder({ threads: 1 });
const expected = await Promise.all(
  files.map(async (file) => embedder.embed((await readAudioFile(at(`voices/${file}`))).waveform)),
);
await embedder.close();
const attune = attuneInTurn();

/** The numbers of an npy, row by row, as its head says. */
function npy(name: string): { rows: number; columns: number; numbers: Float32Array } {
  const bytes = readFileSync(at(name));
  const [, rows, columns] = /'shape': \((\d+), (\d+)\)/.exec(bytes.toString('latin1', 10, 128))!.map(Number);
  return {
    rows: rows!,
    columns: columns!,
    numbers: new Float32Array(bytes.buffer.slice(bytes.byteOffset + 128, bytes.byteOffset + bytes.length)),
  };
}
const table = (name: string): Record<string, string>[] => parse(readFileSync(at(name)), { columns: true });

it('attune embed writes a vector a recording, and beside it whose each is', async () => {
  const { status, stdout, stderr } = await attune(['embed', at('voices'), '--out', at('v.npy'), '--threads', '1']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toBe(`${at('v.npy')}: 4 rows of 2304 numbers\n`);
  const { rows, columns, numbers } = npy('v.npy');
  expect({ rows, columns }).toEqual({ rows: 4, columns: 2304 });
  expect(numbers).toEqual(Float32Array.from(expected.flatMap(({ vector }) => [...vector])));
  const names = table('v.npy.csv');
  expect(names.map(({ file }) => file)).toEqual(files.map((file) => at(`voices/${file}`)));
  expect(names.map(({ seconds }) => Number(seconds))).toEqual(
    expected.map(({ heard }) => expect.closeTo(heard.length / 50)),
  );
});

it('attune embed --frames writes a row a frame, and a CSV has the same numbers', async () => {
  await attune(['embed', at('voices'), '--out', at('f.npy'), '--frames', '--threads', '1']);
  await attune(['embed', at(`voices/${files[0]}`), '--out', at('f.csv'), '--frames', '--threads', '1']);
  const { rows, columns, numbers } = npy('f.npy');
  const count = expected[0]!.heard.length;
  expect({ rows, columns }).toEqual({ rows: expected.reduce((sum, { heard }) => sum + heard.length, 0), columns: 768 });
  const marks = table('f.npy.csv');
  expect(marks).toHaveLength(rows);
  expect(marks.slice(0, count).map(({ heard }) => heard === '1')).toEqual(expected[0]!.heard);
  const own = table('f.csv');
  expect(own.map(({ start }) => start).slice(0, 3)).toEqual(['0.00', '0.02', '0.04']);
  const written = own.flatMap((row) => Array.from({ length: 768 }, (_, k) => Math.fround(Number(row[`frame_${k}`]))));
  expect(Float32Array.from(written)).toEqual(numbers.subarray(0, count * 768));
});

it('attune embed names what cannot be read, and writes the others', async () => {
  mkdirSync(at('mixed'));
  writeFileSync(at('mixed/a.wav'), 'no sound');
  writeFileSync(at('mixed/b.wav'), readFileSync(at(`voices/${files[0]}`)));
  const { status, stderr } = await attune(['embed', at('mixed'), '--out', at('m.csv'), '--threads', '1']);
  expect(status).toBe(1);
  expect(stderr).toContain('mixed/a.wav');
  const [row, ...more] = table('m.csv');
  expect(more).toEqual([]);
  expect(row!.file).toBe(at('mixed/b.wav'));
  expect(Math.fround(Number(row!.mean_0))).toBe(expected[0]!.vector[0]);
});

it.each([
  ['another extension', ['voices', '--out', 'v.mat'], 2, 'expected --out to end in .npy or .csv'],
  ['a folder that is not there', ['voices', '--out', 'none/v.npy'], 1, 'could not be written'],
  [
    'a folder without recordings',
    ['empty', '--out', 'e.npy'],
    1,
    'none of 1 recording could be read; nothing was written',
  ],
])('attune embed refuses %s and leaves nothing behind', async (_, [path, ...flags], status, message) => {
  mkdirSync(at('empty'), { recursive: true });
  const before = readdirSync(folder);
  const ended = await attune(['embed', at(path!), flags[0]!, at(flags[1]!)]);
  expect(ended).toMatchObject({ status, stdout: '' });
  expect(ended.stderr).toContain(message);
  expect(readdirSync(folder)).toEqual(before);
});

it('attune embed --encoder hears by an encoder of the user’s own', async () => {
  writeFolder(at('own'), { 'encoder.onnx': blocksEncoder(320) });
  const own = ['--encoder', at('own/encoder.onnx'), '--threads', '1'];
  const { status, stdout } = await attune(['embed', at(`voices/${files[0]}`), '--out', at('own.npy'), ...own]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${at('own.npy')}: 1 row of 6 numbers\n` });
  const { samples } = (await readAudioFile(at(`voices/${files[0]}`))).waveform;
  const { numbers } = npy('own.npy');
  expect(numbers[0]).toBeCloseTo(0, 3); // the mean of the means of heard frames
  const loudest = Math.max(
    ...Array.from({ length: Math.ceil(samples.length / 320) }, (_, i) => {
      const frame = samples.subarray(320 * i, 320 * (i + 1));
      return frame.reduce((sum, x) => sum + x * x, 0) / 320;
    }),
  );
  expect(numbers[5]).toBeCloseTo(loudest, 5); // the greatest mean square
  const refused = await attune(['embed', at('voices'), '--out', at('x.npy'), '--encoder', at('none.onnx')]);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain('none.onnx: the encoder cannot be read (ENOENT); give the path of an ONNX file');
  expect(refused.stderr.trim().split('\n')).toHaveLength(1);
});
