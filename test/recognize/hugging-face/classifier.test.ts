import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as f from '../../../src/graph/functions.ts';
import { loadDefaultCheckpoint } from '../../../src/recognize/default-weights.ts';
import { loadClassifier } from '../../../src/recognize/hugging-face/classifier.ts';
import { exportClassifier } from '../../../src/recognize/hugging-face/export.ts';
import { createRecognizer, type Recognizer } from '../../../src/recognize/recognizer.ts';
import { temporaryFolder } from '../../cli/attune.ts';
import { LENGTHS, wandering } from '../exported.ts';
import { CONFIG, model, moments, PREPROCESSOR, writeFolder } from './folders.ts';

const folder = await temporaryFolder();
const write = (name: string, files: Readonly<Record<string, unknown>>) => writeFolder(join(folder, name), files);
const own = await loadDefaultCheckpoint();
const ours = { ...own, frontEnd: { ...own.frontEnd, testHopSeconds: 0.4 } }; // as folders are heard
const exported = write('ours', await exportClassifier(ours));

const ask = (recognizer: Recognizer, samples: Float32Array) => recognizer.recognize({ samples, sampleRate: 16_000 });
async function answerOf(path: string, samples: Float32Array) {
  const recognizer = await loadClassifier(path, { threads: 1 });
  return ask(recognizer, samples).finally(recognizer.close);
}
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** The second of two probabilities. */
const logistic = (difference: number) => 1 / (1 + Math.exp(-difference));

describe('a folder of ours', async () => {
  const [there, here] = [await loadClassifier(exported, { threads: 1 }), await createRecognizer(ours, { threads: 1 })];

  it.each(Object.entries(LENGTHS))('answers as its checkpoint does, whole and by segments: %s', async (_, length) => {
    const samples = wandering(length);
    const [found, expected] = [await ask(there, samples), await ask(here, samples)];
    expect(found.emotion).toBe(expected.emotion);
    expect(found.segments.map(({ start, end }) => [start, end])).toEqual(
      expected.segments.map(({ start, end }) => [start, end]),
    );
    for (const label of ours.classes) {
      expect(found.probabilities[label]).toBeCloseTo(expected.probabilities[label]!, 4);
      for (const [i, segment] of expected.segments.entries())
        expect(found.segments[i]!.probabilities[label]).toBeCloseTo(segment.probabilities[label]!, 4);
    }
  });

  it('answers for turns', async () => {
    const turns = [{ start: 0.1, end: 3, speaker: 'anna' }];
    const waveform = { samples: wandering(LENGTHS.odd), sampleRate: 16_000 };
    const [found, expected] = [await there.recognize(waveform, { turns }), await here.recognize(waveform, { turns })];
    for (const label of ours.classes)
      expect(found.turns[0]!.probabilities[label]).toBeCloseTo(expected.turns[0]!.probabilities[label]!, 4);
  });
});

describe("a folder of another's", () => {
  it('hears samples as they are, or at mean 0 and deviation 1, as transformers.js does', async () => {
    const samples = wandering(50_000);
    writeFileSync(join(folder, 'x.f32'), samples);
    const raw = write('raw', {
      'config.json': CONFIG,
      'preprocessor_config.json': { ...PREPROCESSOR, do_normalize: false },
      'onnx/model.onnx': moments(),
    });
    const plain = await answerOf(raw, samples);
    expect(plain.probabilities.tense).toBeCloseTo(logistic(mean(samples.map((x) => x * x)) - mean(samples)), 5);
    const normal = write('normal', {
      'config.json': CONFIG,
      'preprocessor_config.json': PREPROCESSOR,
      'onnx/model.onnx': moments(),
    });
    const found = await answerOf(normal, samples);
    expect(found.probabilities.tense).toBeCloseTo(logistic(1), 5);
    const program = 'test/recognize/hugging-face/pipeline.js';
    const said = execFileSync(process.execPath, [program, normal, join(folder, 'x.f32')]).toString();
    const [[first]] = JSON.parse(said);
    expect(first.label).toBe('tense');
    expect(found.probabilities.tense).toBeCloseTo(first.score, 5);
  });

  it('answers for a long recording by the mean of its pieces, each by its length', async () => {
    const path = write('pieces', {
      'config.json': CONFIG,
      'preprocessor_config.json': { ...PREPROCESSOR, do_normalize: false, max_length: 48_000 },
      'model.onnx': moments(),
    });
    const samples = wandering(100_000);
    const found = await answerOf(path, samples);
    const pieces = [samples.subarray(0, 48_000), samples.subarray(48_000, 96_000), samples.subarray(96_000)];
    const each = pieces.map((piece) => logistic(mean(piece.map((x) => x * x)) - mean(piece)));
    expect(found.probabilities.tense).toBeCloseTo((each[0]! * 48 + each[1]! * 48 + each[2]! * 4) / 100, 5);
    const second = samples.subarray(6_400, 38_400);
    const { start, logits } = found.segments[1]!;
    expect(start).toBe(0.4);
    expect(logits.calm).toBeCloseTo(mean(second), 5);
    expect(logits.tense).toBeCloseTo(mean(second.map((x) => x * x)), 5);
  });

  it('gets a mask where it wants one, and one sound at a time where it takes no more', async () => {
    const path = write('mask', {
      'config.json': CONFIG,
      'preprocessor_config.json': PREPROCESSOR,
      'onnx/model.onnx': model((graph) => {
        const x = graph.input('input_values', [1, 'samples']);
        const heard = f.reduceMean(f.toFloat(graph.input('attention_mask', [1, 'samples'], 'int64')), [1], true);
        return f.concat([f.mul(f.reduceMean(x, [1], true), 0), heard], 1);
      }),
    });
    const { probabilities, segments } = await answerOf(path, wandering(40_000));
    expect(probabilities.tense).toBeCloseTo(logistic(1), 5);
    expect(segments).toHaveLength(3);
  });
});

const whole = {
  'config.json': CONFIG,
  'preprocessor_config.json': PREPROCESSOR,
  'onnx/model.onnx': moments(),
} satisfies Record<string, unknown>;
const { 'preprocessor_config.json': _, ...unprepared } = whole;
const { 'onnx/model.onnx': __, ...modelless } = whole;

it.each([
  ['nothing', {}, 'config.json cannot be read (ENOENT); give the folder of an audio classifier'],
  ['no labels', { ...whole, 'config.json': {} }, 'config.json has no id2label, the names of the model'],
  [
    'a label too few',
    { ...whole, 'config.json': { id2label: { 0: 'calm', 2: 'tense' } } },
    'expected id2label[1] to be a name of 1 to 100 characters without control characters, got nothing',
  ],
  [
    'one label',
    { ...whole, 'config.json': { id2label: { 0: 'calm' } } },
    'expected id2label to be two classes or more, got a list of 1',
  ],
  ['a damaged file', { ...whole, 'config.json': '{' }, 'config.json is damaged and cannot be read as JSON'],
  ['nothing of its input', unprepared, 'preprocessor_config.json cannot be read (ENOENT)'],
  [
    'another rate',
    { ...whole, 'preprocessor_config.json': { ...PREPROCESSOR, sampling_rate: 8000 } },
    'expected a sampling_rate of 16000, got 8000',
  ],
  [
    'spectrograms to come',
    { ...whole, 'preprocessor_config.json': { ...PREPROCESSOR, feature_size: 80 } },
    'expected a feature_size of 1, as of models that take samples, got 80; models that take spectrograms (input_features) are not run',
  ],
  [
    'mel bands to come',
    { ...whole, 'preprocessor_config.json': { ...PREPROCESSOR, num_mel_bins: 128, max_length: 1024 } },
    'expected a feature_size of 1, as of models that take samples, got 128 mel bins',
  ],
  [
    'less than a segment to hear',
    { ...whole, 'preprocessor_config.json': { ...PREPROCESSOR, max_length: 16_000 } },
    'expected a max_length from 32000 samples (2 s) to 57600000 (an hour), got 16000; give a model that hears so much',
  ],
  [
    'pieces without end',
    { ...whole, 'preprocessor_config.json': { ...PREPROCESSOR, max_length: 1e300 } },
    'to 57600000 (an hour), got 1e+300; leave it out for pieces of 30 s',
  ],
  [
    'two tables of labels',
    { ...whole, 'config.json': { ...CONFIG, label2id: { calm: 1, tense: 0 } } },
    'config.json: label2id has calm as 1, and id2label has tense as 1; mend the wrong one',
  ],
  [
    'a label that has no name',
    { ...whole, 'config.json': { ...CONFIG, label2id: { calm: '0', tense: '1', sad: '2' } } },
    'label2id has sad as 2, and id2label has nothing as 2',
  ],
  [
    'several labels at a time',
    { ...whole, 'config.json': { ...CONFIG, problem_type: 'multi_label_classification' } },
    'expected a problem_type of single_label_classification, got multi_label_classification, whose outputs',
  ],
  ['no model', modelless, 'has neither onnx/model.onnx nor model.onnx'],
  [
    'a damaged model',
    { ...whole, 'onnx/model.onnx': 'not a model' },
    'model.onnx cannot be used: ONNX Runtime could not load',
  ],
  [
    'a model of spectrograms',
    {
      ...whole,
      'onnx/model.onnx': model((graph) => f.reduceMean(graph.input('input_features', ['batch', 80, 'frames']), [2])),
    },
    'expected it to take input_values [batch, samples] of any length, got input_features [batch, 80, frames]',
  ],
  [
    'a model of one length',
    { ...whole, 'onnx/model.onnx': moments(['batch', 16_000]) },
    'expected it to take input_values [batch, samples] of any length, got input_values [batch, 16000]',
  ],
  [
    'a model without logits',
    { ...whole, 'onnx/model.onnx': model((graph) => graph.input('input_values', ['batch', 'samples']), 'frames') },
    'expected it to give logits [batch, classes], got frames [batch, samples]',
  ],
])('a folder with %s is refused in one line', async (what, files, message) => {
  const path = write(`bad/${what}`, { 'README.md': what, ...files });
  await expect(loadClassifier(path)).rejects.toMatchObject({
    code: 'checkpoint',
    message: expect.stringContaining(message),
  });
});

it('a model with other classes than its labels is refused when it answers', async () => {
  const path = write('three', { ...whole, 'config.json': { id2label: { 0: 'calm', 1: 'tense', 2: 'sad' } } });
  await expect(answerOf(path, wandering(8000))).rejects.toThrow(
    'expected logits of float32 [1, 3], one for each label of config.json, got [1,2]',
  );
});
