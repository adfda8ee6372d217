import { expect, it } from 'vitest';
import { SPECTROGRAM_SIZE } from '../../src/features/spectrogram.ts';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { Random } from '../../src/random.ts';
import { keep, mayKeep } from '../../src/train/once.ts';
import { numbers } from '../graph/evaluate.ts';

const { once } = createNetwork(DEFAULT_ARCHITECTURE);
const conv1Moments = (count: number) => keep(once!, { count, input: [1, 400, 200], threads: 1 });

it('moments are worth it for the whole network, up to 64 MB', () => {
  const bytes = 4 * (21 * 20 + 17 * 16);
  const most = Math.floor(2 ** 26 / bytes);
  expect(mayKeep(once!, most)).toBe(true);
  expect(mayKeep(once!, most + 1)).toBe(false);
  const figure2 = {
    ...DEFAULT_ARCHITECTURE,
    pooling: 'gap',
    poolAfter: [],
    conv1Only: { height: 10, width: 2 },
  } as const;
  expect(createNetwork(figure2).once).toBeUndefined();
});

it('each spectrogram is computed when it is first met, whatever the batch, and kept', async () => {
  const random = new Random(1);
  const spectrograms = Float32Array.from({ length: 3 * SPECTROGRAM_SIZE }, () => random.uniform());
  const one = (i: number) => spectrograms.subarray(i * SPECTROGRAM_SIZE, (i + 1) * SPECTROGRAM_SIZE);
  const moments = conv1Moments(3);
  const first = await moments.feeds([2], one(2));
  const all = await moments.feeds([0, 1, 2], spectrograms);
  expect(Object.keys(all)).toEqual(['moments.conv1_freq.weight', 'moments.conv1_time.weight']);
  for (const [name, shape] of [
    ['moments.conv1_freq.weight', [21, 20]],
    ['moments.conv1_time.weight', [17, 16]],
  ] as const) {
    expect(all[name]!.shape).toEqual([3, ...shape]);
    const size = shape[0] * shape[1];
    expect(numbers(all[name]!).slice(2 * size)).toEqual(numbers(first[name]!));
  }
  const again = await moments.feeds([0, 2], new Float32Array(2 * SPECTROGRAM_SIZE)); // known: not looked at
  expect(numbers(again['moments.conv1_time.weight']!)).toEqual(
    [0, 2].flatMap((i) => numbers(all['moments.conv1_time.weight']!).slice(i * 17 * 16, (i + 1) * 17 * 16)),
  );
  await moments.close();
});

it('keys may leave gaps; one past the count is refused', async () => {
  const random = new Random(2);
  const spectrograms = Float32Array.from({ length: 2 * SPECTROGRAM_SIZE }, () => random.uniform());
  const moments = conv1Moments(20_000);
  const both = await moments.feeds([19_999, 7], spectrograms);
  const alone = await moments.feeds([7], new Float32Array(SPECTROGRAM_SIZE)); // known: not looked at
  for (const [name, size] of [
    ['moments.conv1_freq.weight', 21 * 20],
    ['moments.conv1_time.weight', 17 * 16],
  ] as const)
    expect(numbers(alone[name]!)).toEqual(numbers(both[name]!).slice(size));
  await expect(moments.feeds([20_000], new Float32Array(SPECTROGRAM_SIZE))).rejects.toThrow(RangeError);
  await moments.close();
});
