import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { readAudioFile } from '../src/audio/file.ts';
import { EMOTIONS } from '../src/corpus/emotions.ts';
import { writeSyntheticCorpus } from '../src/corpus/synthetic.ts';
import { DEFAULT_FRONT_END } from '../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../src/model/architecture.ts';
import { writeCheckpoint } from '../src/model/checkpoint.ts';
import { initialWeights } from '../src/model/initialize.ts';
import { exportOnnx } from '../src/recognize/export.ts';
import { recognized } from './recognize/exported.ts';

const run = promisify(execFile);

it('examples/recognize.js runs through the public doors, and the README shows the same calls', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'attune-test-'));
  const tensors = initialWeights(DEFAULT_ARCHITECTURE, 1);
  const checkpoint = { architecture: DEFAULT_ARCHITECTURE, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS, tensors };
  await writeFile(join(folder, 'c.safetensors'), writeCheckpoint(checkpoint));
  await writeSyntheticCorpus(folder, { speakers: 1, utterancesPerEmotion: 1, seed: 1 });
  const recording = join(folder, 'f01_sad_01.wav');
  const told = await run(process.execPath, ['examples/recognize.js', recording, join(folder, 'c.safetensors')]);
  const { stdout } = await run(process.execPath, ['examples/recognize.js', recording]); // with the weights of the package
  expect(told.stdout).toMatch(/^(neutral|happy|angry|sad) \{\s+neutral: /);
  await rm(folder, { recursive: true });
  expect(stdout).toMatch(/^(neutral|happy|angry|sad) \{\s+neutral: /);
  const [readme, example] = await Promise.all(
    ['README.md', 'examples/recognize.js'].map((file) => readFile(file, 'utf8')),
  );
  for (const call of ['await loadRecognizer()', 'await readAudioFile(', 'await recognizer.recognize(waveform)']) {
    expect(example).toContain(call);
    expect(readme).toContain(call);
  }
});

it('examples/onnx.js scores a wav with an exported recogniser and ONNX Runtime alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'attune-test-'));
  const classes = ['calm', 'très gai', 'angry'];
  const architecture = { ...DEFAULT_ARCHITECTURE, classes: classes.length };
  const tensors = initialWeights(architecture, 1);
  const checkpoint = { architecture, frontEnd: DEFAULT_FRONT_END, classes, tensors };
  await writeSyntheticCorpus(folder, { speakers: 1, utterancesPerEmotion: 1, seed: 1 });
  const wav = join(folder, 'f01_sad_01.wav');
  await writeFile(join(folder, 'model.onnx'), await exportOnnx(checkpoint));
  const score = (file: string) => run(process.execPath, ['examples/onnx.js', join(folder, 'model.onnx'), file]);
  const { stdout } = await score(wav);
  const { waveform } = await readAudioFile(wav);
  const bytes = await readFile(wav);
  const [header, data] = [bytes.subarray(0, 36), bytes.subarray(36)];
  const framed = join(folder, 'framed.wav'); // an odd chunk that speaks of data before the samples, and another behind them
  const list = Buffer.from('LIST\x05\0\0\0data!\0', 'latin1');
  await writeFile(framed, Buffer.concat([header, list, data, list]));
  expect((await score(framed)).stdout).toBe(stdout);
  const other = join(folder, 'other.wav');
  for (const [at, value] of [
    [20, 3], // floats
    [22, 2], // channels
    [25, 0xac], // the rate's second byte
    [34, 8], // bits
  ] as const) {
    await writeFile(other, bytes.with(at, value));
    await expect(score(other)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^expected a 16 kHz mono/),
    });
  }
  await expect(run(process.execPath, ['examples/onnx.js'])).rejects.toMatchObject({
    stderr: 'usage: node examples/onnx.js MODEL.onnx FILE.wav\n',
  });
  await rm(folder, { recursive: true });
  const expected = await recognized(checkpoint, waveform.samples);
  const lines = classes.map((name, k) => `${name} ${expected.probabilities[k]!.toFixed(3)}`);
  const starts = expected.starts.map((start) => start.toFixed(1)).join(', ');
  expect(stdout.trim().split('\n')).toEqual([...lines, `segments start at ${starts} s`]);
});
