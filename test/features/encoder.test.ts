import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encoderFrames } from '../../src/features/encoder/frames.ts';
import { ENCODER_FRAMES, ENCODER_SHA256, ENCODER_WIDTH } from '../../src/features/encoder/identity.ts';
import { logMel } from '../../src/features/encoder/log-mel.ts';
import { encode } from '../../src/features/encoder/transformer.ts';
import { encoderOf, loadEncoder } from '../../src/features/encoder/weights.ts';
import { Graph, type Tensor } from '../../src/graph/graph.ts';
import { difference, evaluate, numbers } from '../graph/evaluate.ts';

/** From encoder-reference.py. */
const REFERENCE: {
  readonly logMel: readonly number[];
  readonly frames: readonly (readonly number[])[];
  readonly short: readonly number[];
  readonly original: readonly (readonly number[])[];
} = JSON.parse(readFileSync(new URL('./encoder.json', import.meta.url), 'utf8'));

/** A voice-like tone that rises and falls, as encoder-reference.py makes it. */
function sound(samples: number): Float32Array {
  return Float32Array.from({ length: samples }, (_, i) => {
    const t = i / 16_000;
    let tone = 0;
    for (let k = 1; k < 20; k++)
      tone += Math.sin(2 * Math.PI * k * (120 * t + 10 * Math.sin(2 * Math.PI * 0.7 * t))) / k;
    return (0.02 + 0.3 * Math.abs(Math.sin(2 * Math.PI * 1.3 * t))) * 0.3 * tone;
  });
}

function normalised(samples: Float32Array): Float32Array {
  const mean = samples.reduce((sum, x) => sum + x, 0) / samples.length;
  const variance = samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / samples.length;
  return samples.map((x) => (x - mean) / Math.sqrt(variance + 1e-7));
}

const every = (values: readonly number[], step: number) => values.filter((_, i) => i % step === 0);

async function run(samples: Float32Array, build: (x: Tensor) => Tensor): Promise<number[]> {
  const graph = new Graph();
  graph.output('y', build(graph.input('x', ['batch', samples.length])));
  const { y } = await evaluate(graph, { x: { data: samples, shape: [1, samples.length] } });
  return numbers(y!);
}

const { tensors } = await loadEncoder();
const all = (x: Tensor, frames: number) => x.graph.constant(new Float32Array(frames).fill(1), [1, frames]);

/** of `[100, 385]`: the frames without their marks, or the marks */
const framesOf = (out: readonly number[]) => out.filter((_, i) => i % (ENCODER_WIDTH + 1) < ENCODER_WIDTH);
const marksOf = (out: readonly number[]) => out.filter((_, i) => i % (ENCODER_WIDTH + 1) === ENCODER_WIDTH);
const heard = (samples: Float32Array, heardDecibels = 30, blocks = 1) =>
  run(samples, (x) => encoderFrames(x, tensors, { blocks, heardDecibels }));

describe('the speech encoder against NumPy, by the same numbers', () => {
  it('has Whisper’s log-mel spectrogram', async () => {
    const found = await run(normalised(sound(32_000)), logMel);
    expect(difference(every(found, 13), REFERENCE.logMel)).toBeLessThan(2e-4);
  });

  it.each([0, 1, 2])('gives the frames behind %i blocks', async (blocks) => {
    const found = framesOf(await heard(sound(32_000), 30, blocks));
    expect(difference(every(found, 97), REFERENCE.frames[blocks]!)).toBeLessThan(2e-4);
  });

  it('gives the frames behind each block side by side', async () => {
    const joined = await run(sound(32_000), (x) =>
      encoderFrames(x, tensors, { blocks: 2, joined: true, heardDecibels: 30 }),
    );
    const width = 2 * ENCODER_WIDTH + 1;
    for (const block of [0, 1]) {
      const own = joined.filter((_, i) => Math.floor((i % width) / ENCODER_WIDTH) === block);
      expect(difference(every(own, 97), REFERENCE.frames[block + 1]!)).toBeLessThan(2e-4);
    }
  });

  it('gives the frames behind each block side by side', async () => {
    const joined = await run(sound(32_000), (x) =>
      encoderFrames(x, tensors, { blocks: 2, joined: true, heardDecibels: 30 }),
    );
    const width = 2 * ENCODER_WIDTH + 1;
    for (const block of [0, 1]) {
      const own = joined.filter(
        (_, i) => i % width < 2 * ENCODER_WIDTH && Math.floor((i % width) / ENCODER_WIDTH) === block,
      );
      expect(difference(every(own, 97), REFERENCE.frames[block + 1]!)).toBeLessThan(2e-4);
    }
  });

  it('does not attend to samples that are 0', async () => {
    const short = new Float32Array(32_000);
    short.set(sound(19_200));
    const found = framesOf(await heard(short)).slice(0, 60 * ENCODER_WIDTH);
    expect(difference(every(found, 97), REFERENCE.short)).toBeLessThan(2e-4);
  });

  it('is near the file that it was taken from, whose activations are int8 too: 10 % off before the blocks, 20 % behind one, 25 % behind two', async () => {
    const eight = normalised(sound(128_000));
    for (const [blocks, most] of [0.1, 0.2, 0.25].entries()) {
      const found = every(await run(eight, (x) => encode(logMel(x), all(x, 400), tensors, blocks).at(-1)!), 997);
      const original = REFERENCE.original[blocks]!;
      const far = Math.hypot(...found.map((value, i) => value - original[i]!)) / Math.hypot(...original);
      expect(far).toBeLessThan(most);
      expect(far).toBeGreaterThan(0.001); // it is rounded
    }
  });
});

describe('what is heard', () => {
  const marked = async (samples: Float32Array, decibels?: number) => await marksOf(await heard(samples, decibels));

  it('is all of a steady sound, at any level', async () => {
    const tone = sound(32_000).map((_, i) => Math.sin(0.3 * i));
    for (const level of [1e-4, 1])
      expect(await marked(tone.map((x) => level * x))).toEqual(new Array(ENCODER_FRAMES).fill(1));
  });

  it('is what lies within so many decibels of the loudest frame', async () => {
    const tone = Float32Array.from(
      { length: 32_000 },
      (_, i) => (i < 16_000 ? 1 : 10 ** (-25 / 20)) * Math.sin(0.3 * i),
    );
    const first = Array.from({ length: ENCODER_FRAMES }, (_, i) => (i < 50 ? 1 : 0));
    expect(await marked(tone, 24)).toEqual(first);
    expect(await marked(tone, 26)).toEqual(new Array(ENCODER_FRAMES).fill(1));
  });

  it('is nothing of the zeros that fill a short segment, and all of a silent one', async () => {
    const short = new Float32Array(32_000);
    short.set(sound(6400), 3200);
    expect(await marked(short, 200)).toEqual(
      Array.from({ length: ENCODER_FRAMES }, (_, i) => (i >= 10 && i < 30 ? 1 : 0)),
    );
    const silent = await heard(new Float32Array(32_000));
    expect(marksOf(silent)).toEqual(new Array(ENCODER_FRAMES).fill(1));
    expect(silent.every(Number.isFinite)).toBe(true);
  });

  it('does not depend on the mean of the samples, nor on their level', async () => {
    const plain = await heard(sound(32_000));
    const moved = await heard(sound(32_000).map((x) => 0.1 * x + 0.5));
    expect(difference(moved, plain)).toBeLessThan(5e-3);
  });
});

describe('the file of an encoder', () => {
  const bytes = readFileSync('weights/encoder.safetensors');
  it('is that of this version', async () => {
    const encoder = await loadEncoder();
    expect(encoder).toMatchObject({ sha256: ENCODER_SHA256, width: ENCODER_WIDTH, blocks: 2 });
    expect(bytes.length).toBeLessThan(5e6);
  });

  it('is refused where a tensor is missing, another file is there, or none', async () => {
    expect(() => encoderOf(readFileSync('weights/paper.safetensors'), 'paper.safetensors')).toThrow(
      'paper.safetensors: expected conv1.weight to be',
    );
    await expect(loadEncoder(new URL('../../weights/paper.safetensors', import.meta.url))).rejects.toThrow(
      /does not hold the speech encoder of this version: expected SHA-256 [0-9a-f]{64}, got/,
    );
    await expect(loadEncoder(new URL('../../weights/none.safetensors', import.meta.url))).rejects.toMatchObject({
      code: 'checkpoint',
    });
  });
});
