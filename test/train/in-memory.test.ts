import { describe, expect, it } from 'vitest';
import { createExtractor } from '../../src/features/extractor.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/model/checkpoint.ts';
import { Random } from '../../src/random.ts';
import type { Example } from '../../src/train/examples.ts';
import { type LearningEvent, trainNetwork } from '../../src/train/in-memory.ts';
import { type TrainingState, train, weightsOf } from '../../src/train/loop.ts';
import { DEFAULT_OPTIMIZER } from '../../src/train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../../src/train/schedule.ts';

const architecture = { ...DEFAULT_ARCHITECTURE, classes: 2, width: 0.125 };
const schedule = { ...DEFAULT_SCHEDULE, epochs: 2, batchSize: 2 };
const noise = (seconds: number, seed: number) => {
  const random = new Random(seed);
  return Float32Array.from({ length: seconds * 16_000 }, () => random.uniform(-0.5, 0.5));
};
/** Of 3 s, two segments, and of 1 s, one. */
const SOUNDS = [noise(3, 1), noise(1, 2), noise(2, 3)];
const EXAMPLES = SOUNDS.map((samples, i) => ({ label: i ? 'b' : 'a', waveform: { samples, sampleRate: 16_000 } }));

describe('training in memory', () => {
  it('gives the bytes of the loop on the segments of the front end, and tells of all that it does', async () => {
    const events: LearningEvent[] = [];
    const before = SOUNDS.map((samples) => Buffer.from(samples.slice().buffer));
    const checkpoint = await trainNetwork(EXAMPLES, { architecture, schedule, onEvent: (event) => events.push(event) });
    const after = SOUNDS.map(({ buffer }) => Buffer.from(buffer as ArrayBuffer));
    expect(after.map((bytes, i) => bytes.equals(before[i]!))).toEqual([true, true, true]); // not changed
    const told = (name: string) => events.filter(({ event }) => event === name);
    expect([told('features').length, told('epoch').length]).toEqual([3, 2]);
    expect(told('step')).toEqual(
      [2, 4, 6, 8].map((segmentsSeen) => ({ event: 'step', segmentsSeen, segmentsInAll: 8 })),
    );

    // 3 s every second from 0; 1 s padded after its mean is out; means out of all
    const cut = [SOUNDS[0]!.slice(0, 32_000), SOUNDS[0]!.slice(16_000), SOUNDS[1]!, SOUNDS[2]!].map((part) => {
      const mean = part.reduce((sum, x) => sum + x, 0) / part.length;
      const segment = new Float32Array(32_000);
      segment.set(part.map((x) => x - mean));
      return segment;
    });
    const extractor = await createExtractor(DEFAULT_FRONT_END, 1);
    const features = await extractor.extract(cut).finally(extractor.close);
    const data = {
      labels: [0, 0, 1, 1],
      shape: [1, 400, 200],
      read: (i: number, target: Float32Array) => target.set(features.subarray(80_000 * i, 80_000 * (i + 1))),
      repeated: { count: 4, which: (i: number) => i },
    };
    const state = await train(data, { architecture, schedule, optimizer: DEFAULT_OPTIMIZER, seed: 1, threads: 1 });
    expect(checkpoint.classes).toEqual(['a', 'b']);
    const other = { ...checkpoint, tensors: weightsOf(state) };
    expect(Buffer.compare(writeCheckpoint(checkpoint), writeCheckpoint(other))).toBe(0);
    expect(readCheckpoint(writeCheckpoint(checkpoint), 'it')).toEqual(checkpoint);
  });

  it('stops between steps, and goes on from the last epoch with features in the place of sound, to the same bytes', async () => {
    const options = { architecture, schedule };
    const whole = await trainNetwork(EXAMPLES, options);
    const controller = new AbortController();
    let kept: TrainingState | undefined;
    const stopped = trainNetwork(EXAMPLES, {
      ...{ ...options, signal: controller.signal },
      onState: (state) => {
        kept = state;
      },
      onEvent: (event) => event.event === 'epoch' && controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(kept!.history).toHaveLength(1);
    const extractor = await createExtractor(DEFAULT_FRONT_END, 1);
    const mean = SOUNDS[2]!.reduce((sum, x) => sum + x, 0) / 32_000;
    const last = SOUNDS[2]!.map((x) => x - mean);
    const features = await extractor.extract([last]).finally(extractor.close);
    const examples: Example[] = [EXAMPLES[0]!, EXAMPLES[1]!, { label: 'b', features }];
    const resumed = await trainNetwork(examples, { ...options, resume: kept! });
    expect(Buffer.compare(writeCheckpoint(resumed), writeCheckpoint(whole))).toBe(0);
  });

  it.each<[string, () => Promise<unknown>, string, RegExp]>([
    ['no examples', () => trainNetwork([]), 'usage', /expected the classes to be two classes or more, got a list of 0/],
    ['one class', () => trainNetwork(EXAMPLES.slice(1)), 'usage', /two classes or more/],
    [
      'a label that is no class',
      () => trainNetwork(EXAMPLES, { classes: ['a', 'c'], architecture }),
      'usage',
      /expected a label among a, c, got b in example 1/,
    ],
    [
      'a network of another number of classes',
      () => trainNetwork(EXAMPLES, { architecture: DEFAULT_ARCHITECTURE }),
      'usage',
      /expected an architecture of 2 classes, got 4/,
    ],
    [
      'features of another size',
      () => trainNetwork([EXAMPLES[0]!, { label: 'b', features: new Float32Array(100) }], { architecture }),
      'usage',
      /expected features of example 1 to be a multiple of 80000 numbers \(\[1,400,200\] a segment\), got 100/,
    ],
    [
      'neither',
      () => trainNetwork([{ label: 'b' } as never]),
      'usage',
      /\[0\].* to be a label with a waveform or features, got an object/,
    ],
    [
      'an option that is none',
      () => trainNetwork(EXAMPLES, { epochs: 3 } as never),
      'usage',
      /expected epochs to be no such setting/,
    ],
    [
      'a waveform at another rate',
      () => trainNetwork([EXAMPLES[0]!, { label: 'b', waveform: { ...EXAMPLES[1]!.waveform, sampleRate: 8000 } }]),
      'audio',
      /16000 Hz, got 8000 Hz/,
    ],
  ])('refuses %s', async (_, training, code, message) => {
    const refused = await training().catch((error: Error) => error);
    expect(refused).toMatchObject({ name: 'AttuneError', code });
    expect((refused as Error).message).toMatch(message);
  });
});
