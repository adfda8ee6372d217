import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { readAudioFile } from '../../../src/audio/file.ts';
import { SAMPLE_RATE } from '../../../src/audio/waveform.ts';
import { writeSyntheticCorpus } from '../../../src/corpus/synthetic.ts';
import { type Checkpoint, readCheckpoint } from '../../../src/model/checkpoint.ts';
import { loadDefaultCheckpoint } from '../../../src/recognize/default-weights.ts';
import { exportClassifier } from '../../../src/recognize/hugging-face/export.ts';
import { createRecognizer } from '../../../src/recognize/recognizer.ts';
import { temporaryFolder } from '../../cli/attune.ts';
import { LENGTHS, narrow, wandering } from '../exported.ts';
import { writeFolder } from './folders.ts';

const folder = await temporaryFolder();
await writeSyntheticCorpus(join(folder, 'voices'), { speakers: 1, utterancesPerEmotion: 1, seed: 1 });
const wav = (await readAudioFile(join(folder, 'voices', 'f01_sad_01.wav'))).waveform.samples;
const recordings = [wav, ...[LENGTHS.one, LENGTHS.half, LENGTHS.odd].map(wandering)];
const files = recordings.map((samples, i) => {
  const file = join(folder, `${i}.f32`);
  writeFileSync(file, samples);
  return file;
});

const stored = (path: string) => readCheckpoint(readFileSync(path), path);

/** What the recogniser says of a recording as a whole. */
async function recognized(checkpoint: Checkpoint, all: readonly Float32Array[]) {
  const recognizer = await createRecognizer(checkpoint, { threads: 1 });
  const answers = [];
  for (const samples of all)
    answers.push((await recognizer.recognize({ samples, sampleRate: SAMPLE_RATE })).probabilities);
  await recognizer.close();
  return answers;
}

const write = async (name: string, checkpoint: Checkpoint) =>
  writeFolder(join(folder, name), await exportClassifier(checkpoint));

it.each([
  ['the default weights', () => loadDefaultCheckpoint()],
  ['a network behind the speech encoder', async () => stored('results/encoder/statistics/checkpoints/03.safetensors')],
])('the pipeline of transformers.js answers as the recogniser does: %s', async (name, open) => {
  const checkpoint = await open();
  const program = 'test/recognize/hugging-face/pipeline.js';
  const said = execFileSync(process.execPath, [program, await write(name.replaceAll(' ', '-'), checkpoint), ...files]);
  const answers = JSON.parse(said.toString()) as { label: string; score: number }[][];
  for (const [i, expected] of (await recognized(checkpoint, recordings)).entries()) {
    const found = Object.fromEntries(answers[i]!.map(({ label, score }) => [label, score]));
    expect(Object.keys(found).sort(), `recording ${i}`).toEqual([...checkpoint.classes].sort());
    for (const label of checkpoint.classes)
      expect(Math.abs(found[label]! - expected[label]!), `${label} of recording ${i}`).toBeLessThan(1e-4);
  }
});

it('scores several recordings of one length at once, and has finite logits where a probability is 0', async () => {
  const checkpoint = { ...narrow(), temperature: 0.001 };
  const { 'onnx/model.onnx': model } = await exportClassifier(checkpoint);
  const session = await ort.InferenceSession.create(model!, { logSeverityLevel: 4 });
  const length = 40_000;
  const two = [wandering(length), Float32Array.from(wandering(length), (value, i) => value * Math.sin(i / 5_000))];
  const data = Float32Array.from(two.flatMap((samples) => [...samples]));
  const { logits } = await session.run({ input_values: new ort.Tensor(data, [2, length]) });
  await session.release();
  expect(logits!.dims).toEqual([2, 4]);
  const rows = logits!.data as Float32Array;
  for (const [i, expected] of (await recognized(checkpoint, two)).entries())
    for (const [k, label] of checkpoint.classes.entries()) {
      expect(Number.isFinite(rows[4 * i + k])).toBe(true);
      expect(Math.exp(rows[4 * i + k]!), `${label} of recording ${i}`).toBeCloseTo(expected[label]!, 4);
    }
});
