import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { SAMPLE_RATE } from '../src/audio/waveform.ts';
import { EMOTIONS } from '../src/corpus/emotions.ts';
import { synthesizeCorpus, writeSyntheticCorpus } from '../src/corpus/synthetic.ts';
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
  const args = ['examples/recognize.js', join(folder, 'c.safetensors'), join(folder, 'f01_sad_01.wav')];
  const { stdout } = await run(process.execPath, args);
  await rm(folder, { recursive: true });
  expect(stdout).toMatch(/^(neutral|happy|angry|sad) \{\s+neutral: /);
  const [readme, example] = await Promise.all(
    ['README.md', 'examples/recognize.js'].map((file) => readFile(file, 'utf8')),
  );
  for (const call of [
    'createRecognizer(readCheckpoint(await readFile(',
    'await readAudioFile(',
    'await recognizer.recognize(waveform)',
  ]) {
    expect(example).toContain(call);
    expect(readme).toContain(call);
  }
});

it('examples/onnx.js scores a wav with an exported recogniser and ONNX Runtime alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'attune-test-'));
  const tensors = initialWeights(DEFAULT_ARCHITECTURE, 1);
  const checkpoint = { architecture: DEFAULT_ARCHITECTURE, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS, tensors };
  const [voice] = [...synthesizeCorpus({ speakers: 1, utterancesPerEmotion: 1, seed: 1 })];
  const pcm = Int16Array.from(voice!.waveform.samples, (sample) => Math.round(32_767 * sample));
  await writeFile(join(folder, 'model.onnx'), exportOnnx(checkpoint));
  await writeFile(join(folder, 'voice.wav'), wavFile(pcm));
  const { stdout } = await run(process.execPath, [
    'examples/onnx.js',
    ...['model.onnx', 'voice.wav'].map((name) => join(folder, name)),
  ]);
  await rm(folder, { recursive: true });
  const expected = await recognized(
    checkpoint,
    Float32Array.from(pcm, (sample) => sample / 32_768),
  );
  const lines = EMOTIONS.map((name, k) => `${name} ${expected.probabilities[k]!.toFixed(3)}`);
  const starts = expected.starts.map((start) => start.toFixed(1)).join(', ');
  expect(stdout.trim().split('\n')).toEqual([...lines, `segments start at ${starts} s`]);
});

/** http://soundfile.sapp.org/doc/WaveFormat: 16-bit mono. */
function wavFile(pcm: Int16Array): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(36 + pcm.byteLength, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(SAMPLE_RATE, 24);
  head.writeUInt32LE(2 * SAMPLE_RATE, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(pcm.byteLength, 40);
  return Buffer.concat([head, Buffer.from(pcm.buffer)]);
}
