import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import * as f from '../../src/graph/functions.ts';
import { checkFit } from '../../src/model/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { openEncoder, openEncoderFile } from '../../src/recognize/encoder-file.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { blocks, blocksEncoder, encoderWithNumberIn, modelOf } from '../features/outside/models.ts';
import { wandering } from './exported.ts';
import { writeFolder } from './hugging-face/folders.ts';

const folder = await temporaryFolder();
let count = 0;
const write = (onnx: Uint8Array | string, json?: unknown): string =>
  join(
    writeFolder(join(folder, String(count++)), {
      'encoder.onnx': onnx,
      ...(json !== undefined && { 'encoder.json': json }),
    }),
    'encoder.onnx',
  );

const samples = wandering(32_000).map((x) => x - 0.1);
/** What an encoder says of {@link samples}: its shape, a column of its frames, and which are heard. */
async function hear(path: string, segment = samples) {
  const encoder = await openEncoderFile(path, { heardDecibels: 30, threads: 1 });
  const out = await encoder.extract([segment]).finally(encoder.close);
  const [frames, columns] = encoder.shape;
  const column = (k: number) => Array.from({ length: frames }, (_, i) => out[i * columns + k]!);
  return { shape: encoder.shape, column, heard: column(columns - 1) };
}
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const means = (x: Float32Array, length: number) =>
  Array.from({ length: Math.floor(x.length / length) }, (_, i) => mean(x.subarray(i * length, (i + 1) * length)));
const near = (found: readonly number[], expected: readonly number[]) =>
  expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-5);

describe('an encoder of the user’s own', () => {
  it('has its frames of 20 ms as they are', async () => {
    const { shape, column } = await hear(write(blocksEncoder(320)));
    expect(shape).toEqual([100, 3]);
    near(column(0), means(samples, 320));
    near(
      column(1),
      means(
        samples.map((x) => x * x),
        320,
      ),
    );
  });

  it('has faster frames averaged, and slower ones again', async () => {
    near((await hear(write(blocksEncoder(80)))).column(0), means(samples, 320)); // 400 frames
    const slow = means(samples, 640); // 50 frames
    near(
      (await hear(write(blocksEncoder(640)))).column(0),
      slow.flatMap((value) => [value, value]),
    );
  });

  it('hears 2 s and silence where it takes more at a time', async () => {
    const { column } = await hear(write(blocksEncoder(320, ['batch', 64_000])));
    near(column(0), means(samples, 320));
  });

  it('hears samples at mean 0 and deviation 1 where its JSON says so', async () => {
    const moved = samples.map((x) => 0.3 * x + 0.2);
    const { column } = await hear(write(blocksEncoder(320), { normalize: true }), moved);
    const all = mean(moved);
    const deviation = Math.sqrt(mean(moved.map((x) => (x - all) ** 2)) + 1e-7);
    const expected = means(
      moved.map((x) => (x - all) / deviation),
      320,
    );
    expect(Math.max(...column(0).map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-3);
  });

  it('marks frames that are too quiet, and silence that fills a segment', async () => {
    const segment = samples.map((x, i) => (i < 8_000 ? x : i < 16_000 ? x * 1e-3 : 0));
    const { heard } = await hear(write(blocksEncoder(320)), segment);
    expect(heard.slice(25)).toEqual(Array(75).fill(0));
    expect(mean(heard.slice(0, 25))).toBeGreaterThan(0.8);
  });

  it('hears log-mel spectrograms, of which a tone is in one band', async () => {
    const tone = Float32Array.from({ length: 32_000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 1000 * i) / 16_000));
    const mels = write(
      modelOf((graph) => ({ frames: f.transpose(graph.input('mel', ['batch', 80, 'time']), [0, 2, 1]) })),
    );
    const { shape, column } = await hear(mels, tone);
    expect(shape).toEqual([100, 81]);
    const middle = Array.from({ length: 80 }, (_, k) => column(k)[50]!);
    expect(middle.indexOf(Math.max(...middle))).toBe(26); // 1 kHz is at 15 of 45.2 mels (Slaney), the bands' centres 0.558 apart
    const long = write(
      modelOf((graph) => ({ frames: f.transpose(graph.input('mel', ['batch', 80, 3000]), [0, 2, 1]) })),
    );
    expect((await hear(long, tone)).column(26)[50]).toBeCloseTo(middle[26]!, 4);
  });

  it('is asked for the output that its JSON names, and given a mask where it wants one', async () => {
    const two = modelOf((graph) => {
      const x = graph.input('input_values', [1, 32_000]);
      const mask = f.toFloat(graph.input('attention_mask', [1, 32_000], 'int64'));
      return { last_hidden_state: blocks(x, 320), other: blocks(f.mul(mask, 2), 320) };
    });
    expect((await hear(write(two, { output: 'other' }))).column(0)).toEqual(Array(100).fill(2));
  });

  it.each([
    ...(['nothing', ''] as const).map((onnx): [string, string, undefined, string] => [
      onnx ? 'a damaged file' : 'an empty file',
      onnx,
      undefined,
      `encoder.onnx cannot be used as an encoder: ONNX Runtime could not load the model: ${onnx ? 'Protobuf parsing failed' : 'ModelProto does not have a graph'}; give an ONNX file that is whole`,
    ]),
    ['a damaged JSON', blocksEncoder(320), '{', 'encoder.json is damaged and cannot be read as JSON'],
    [
      'another word in it',
      blocksEncoder(320),
      { bands: 80 },
      'encoder.json is damaged at bands: expected no such setting',
    ],
    [
      'another input than it claims',
      blocksEncoder(320),
      { input: 'log-mel' },
      'expected it to take a log-mel spectrogram [batch, 80, frames] alone, got input_values [batch, samples] to last_hidden_state',
    ],
    [
      'two inputs',
      modelOf((graph) => ({
        frames: blocks(f.add(graph.input('a', [1, 32_000]), graph.input('c', [1, 32_000])), 320),
      })),
      undefined,
      'expected it to take samples [batch, samples] alone, got a [1, 32000], c [1, 32000] to frames',
    ],
    [
      '128 bands',
      modelOf((graph) => ({ frames: graph.input('mel', ['batch', 128, 'time']) })),
      undefined,
      'expected it to take a log-mel spectrogram [batch, 80, frames] alone, got mel [batch, 128, time]',
    ],
    [
      'too short an input',
      blocksEncoder(320, ['batch', 16_000]),
      undefined,
      'expected it to take 32000 samples (2 s) or more',
    ],
    [
      'no frames',
      modelOf((graph) => ({ logits: f.reduceMean(graph.input('x', ['batch', 'samples']), [1], true) })),
      undefined,
      'expected it to give frames [batch, frames, width], got x [batch, samples] to logits',
    ],
    ['no such output', blocksEncoder(320), { output: 'other' }, 'expected its output other to give frames'],
    [
      'numbers that are not finite',
      modelOf((graph) => ({ frames: f.log(f.neg(f.add(blocks(graph.input('x', [1, 32_000]), 320), 1))) })),
      undefined,
      'expected finite frames [1, frames, width] of 2 s of sound, got numbers that are not finite',
    ],
  ])('with %s is refused in one line', async (_, onnx, json, message) => {
    const opened = openEncoderFile(write(onnx, json), { heardDecibels: 30 });
    await expect(opened).rejects.toMatchObject({ code: 'checkpoint', message: expect.stringContaining(message) });
  });
});

describe('an encoder to train behind', () => {
  it('is its file and how it is fed, and opens again as a checkpoint has it, whatever the JSON says', async () => {
    const path = write(blocksEncoder(320), { normalize: true });
    const encoder = await openEncoder(path, { threads: 1 });
    const expected = await hear(path);
    const found = await encoder.extract([samples]).finally(encoder.close);
    expect(Array.from({ length: 100 }, (_, i) => found[3 * i])).toEqual(expected.column(0));
    expect(encoder.frontEnd).toMatchObject({ kind: 'onnx', normalize: true, width: 2, heardDecibels: 30 });
    const elsewhere = write(blocksEncoder(320));
    const again = await openEncoder(elsewhere, { frontEnd: encoder.frontEnd, threads: 1 });
    expect(again.frontEnd).toEqual(encoder.frontEnd);
    expect(await again.extract([samples]).finally(again.close)).toEqual(found);
  });

  it('holds all of its numbers itself, for what lies beside it has no hash', async () => {
    const path = write(encoderWithNumberIn('numbers.bin'));
    writeFolder(dirname(path), { 'numbers.bin': new Uint8Array(Float32Array.of(1).buffer) });
    expect((await hear(path)).shape).toEqual([100, 201]); // which `attune embed` takes
    await expect(openEncoder(path)).rejects.toMatchObject({
      ...{ code: 'checkpoint', message: expect.stringContaining('keeps numbers in files beside it') },
    });
  });

  it('is refused where its frames are of another width than the network takes', async () => {
    const path = write(blocksEncoder(320));
    const encoder = await openEncoder(path, { threads: 1 });
    await encoder.close();
    const wider = { ...encoder.frontEnd, width: 3 };
    await expect(openEncoder(path, { frontEnd: wider })).rejects.toMatchObject({
      ...{ code: 'usage', message: expect.stringContaining('expected an encoder with width 3') },
    });
    const network = { kind: 'frames', pooling: 'mean', classes: 4, channels: 0, frameWidth: 3 } as const;
    expect(() => checkFit(network, encoder.frontEnd)).toThrow('expected features [100,4] of a segment');
    const checkpoint = {
      ...{ architecture: network, frontEnd: wider, classes: EMOTIONS, tensors: initialWeights(network, 1) },
    };
    await expect(createRecognizer(checkpoint, { encoder, threads: 1 })).rejects.toThrow('with width 3');
    await expect(createRecognizer(checkpoint)).rejects.toThrow(`SHA-256 ${wider.encoder}), got none`);
  });
});
