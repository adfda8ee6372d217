import { readFile } from 'node:fs/promises';
import ort from 'onnxruntime-node';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { DEFAULT_FRONT_END, type FrontEnd, type SpectrogramFrontEnd } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { type Checkpoint, readCheckpoint } from '../../src/model/checkpoint.ts';
import type { Pooling } from '../../src/model/cnn/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { Random } from '../../src/random.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';

export interface Answer {
  readonly probabilities: readonly number[];
  readonly segmentProbabilities: readonly number[];
  readonly logits: readonly number[];
  readonly starts: readonly number[];
}

/** Lengths, in samples, at which segmentation changes, and one of an everyday recording. */
export const LENGTHS = { one: 1, half: 8000, two: 32_000, 'two and one': 32_001, hop: 38_400, odd: 57_664 } as const;

/** An untrained network of a quarter of the channels, with a temperature. */
export function narrow(pooling: Pooling = 'attention', frontEnd: Partial<SpectrogramFrontEnd> = {}): Checkpoint {
  const architecture = { ...DEFAULT_ARCHITECTURE, pooling, width: 0.25 };
  return {
    architecture,
    frontEnd: { ...DEFAULT_FRONT_END, ...frontEnd },
    classes: EMOTIONS,
    temperature: 0.25,
    tensors: initialWeights(architecture, 5),
    notes: { trained_on: 'nothing' },
  };
}

/** A network that was trained with the mean of segments left in, which it hears. */
export async function trained(frontEnd: FrontEnd): Promise<Checkpoint> {
  const path = 'results/emodb-attention/checkpoints/03.safetensors';
  return { ...readCheckpoint(await readFile(path), path), frontEnd };
}

/** A tone in faint noise beside a constant of 2 % of full scale, in steps of 16 bits. */
export function humming(length: number): Int16Array {
  const random = new Random(3);
  const tone = (i: number) => 1_000 * Math.sin(i / 3) * Math.sin(i / 4_000);
  return Int16Array.from({ length }, (_, i) => tone(i) + 20 * random.uniform(-1, 1) + 655);
}

/** Noise whose loudness and colour wander, so that segments differ, beside a constant offset. */
export function wandering(length: number): Float32Array {
  const random = new Random(7);
  let before = 0;
  return Float32Array.from({ length }, (_, i) => {
    const colour = 0.5 + 0.49 * Math.sin(i / 9000);
    before = colour * before + (1 - colour) * random.uniform(-1, 1);
    return 0.1 + before * (0.6 + 0.4 * Math.cos(i / 7000));
  });
}

/** What the recogniser says, whose segmentation is not the graph's. */
export async function recognized(checkpoint: Checkpoint, samples: Float32Array): Promise<Answer> {
  const recognizer = await createRecognizer(checkpoint, { threads: 1 });
  const { probabilities, segments } = await recognizer.recognize({ samples, sampleRate: 16_000 });
  await recognizer.close();
  return {
    probabilities: checkpoint.classes.map((name) => probabilities[name]!),
    segmentProbabilities: segments.flatMap((segment) => checkpoint.classes.map((name) => segment.probabilities[name]!)),
    logits: segments.flatMap((segment) => checkpoint.classes.map((name) => segment.logits[name]!)),
    starts: segments.map(({ start }) => start),
  };
}

/** An exported file, as any program would run it. */
export async function openExported(bytes: Uint8Array) {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 });
  const run = (samples: Float32Array) => session.run({ samples: new ort.Tensor(samples, [samples.length]) });
  const numbers = (tensor: ort.Tensor) => Array.from(tensor.data as Float32Array);
  return {
    run,
    answer: async (samples: Float32Array): Promise<Answer> => {
      const out = await run(samples);
      return {
        probabilities: numbers(out.probabilities!),
        segmentProbabilities: numbers(out.segment_probabilities!),
        logits: numbers(out.segment_logits!),
        starts: numbers(out.segment_starts!),
      };
    },
    close: () => session.release(),
  };
}

/** How far an answer is off, each figure in units of what it may be: 1e-4, for logits 1e-3 of the greatest, for starts 1e-3 s. */
export function distance(found: Answer, expected: Answer): number {
  const most = Math.max(...expected.logits.map(Math.abs));
  const scales = { probabilities: 1e-4, segmentProbabilities: 1e-4, logits: 1e-3 * most, starts: 1e-3 };
  const each = (Object.keys(scales) as (keyof Answer)[]).map((key) => {
    if (found[key].length !== expected[key].length) return Number.POSITIVE_INFINITY;
    return Math.max(...found[key].map((value, i) => Math.abs(value - expected[key][i]!) / scales[key]));
  });
  return Math.max(...each.map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value)));
}
