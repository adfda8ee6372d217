import { describe, expect, it } from 'vitest';
import { Graph } from '../../../src/graph/graph.ts';
import { DEFAULT_ARCHITECTURE } from '../../../src/model/architecture.ts';
import { HEADS } from '../../../src/model/cnn/heads.ts';
import { Random } from '../../../src/random.ts';
import { difference, evaluate, normal, numbers, values } from '../../graph/evaluate.ts';

const [SAMPLES, CHANNELS, HEIGHT, WIDTH, CLASSES] = [3, 5, 4, 6, 4];
const POSITIONS = HEIGHT * WIDTH;

/** Feature maps and the two filters that a rank-1 W_k = a_k b^T is made of. */
function draw() {
  const random = new Random(5);
  return {
    maps: normal(random, [SAMPLES, CHANNELS, HEIGHT, WIDTH]),
    'top_down.weight': normal(random, [CLASSES, CHANNELS, 1, 1]), // a_k
    'bottom_up.weight': normal(random, [1, CHANNELS, 1, 1]), // b
  };
}
type Drawn = ReturnType<typeof draw>;

/** What the attention head makes of them, its biases zero. */
async function head(drawn: Drawn, attentionSoftmax: boolean, attentionScore: 'sum' | 'mean'): Promise<number[]> {
  const feeds = {
    ...drawn,
    'top_down.bias': values(Array(CLASSES).fill(0), [CLASSES]),
    'bottom_up.bias': values([0], [1]),
  };
  const graph = new Graph();
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, { shape }]) => [name, graph.input(name, shape)]),
  );
  const architecture = { ...DEFAULT_ARCHITECTURE, attentionSoftmax, attentionScore };
  graph.output('logits', HEADS.attention(tensors.maps!, tensors, architecture));
  const { logits } = await evaluate(graph, feeds);
  expect(logits!.shape).toEqual([SAMPLES, CLASSES]);
  return numbers(logits!);
}

type Matrix = number[][];
const matrix = (rows: number, columns: number, at: (row: number, column: number) => number): Matrix =>
  Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => at(row, column)));
const transpose = (a: Matrix) => matrix(a[0]!.length, a.length, (row, column) => a[column]![row]!);
const times = (a: Matrix, b: Matrix) =>
  matrix(a.length, b[0]!.length, (row, column) => a[row]!.reduce((sum, value, k) => sum + value * b[k]![column]!, 0));
const trace = (a: Matrix) => a.reduce((sum, row, i) => sum + row[i]!, 0);

/** X `[HW, C]` of each sample, a_k as columns, b as a column. */
function matrices(drawn: Drawn) {
  const [maps, a, b] = [drawn.maps, drawn['top_down.weight'], drawn['bottom_up.weight']].map(numbers);
  const X = Array.from({ length: SAMPLES }, (_, n) =>
    matrix(POSITIONS, CHANNELS, (position, channel) => maps![(n * CHANNELS + channel) * POSITIONS + position]!),
  );
  const as = Array.from({ length: CLASSES }, (_, k) => matrix(CHANNELS, 1, (channel) => a![k * CHANNELS + channel]!));
  return { X, a: as, b: matrix(CHANNELS, 1, (channel) => b![channel]!) };
}

describe('attention pooling as second-order pooling of rank 1', () => {
  /** Eq. 4: score(k) = Tr(X^T X W_k^T), with W_k = a_k b^T, in float64. */
  const scores = (drawn: Drawn) => {
    const { X, a, b } = matrices(drawn);
    return X.flatMap((x) => a.map((ak) => trace(times(times(transpose(x), x), transpose(times(ak, transpose(b)))))));
  };

  it('gives the score of Eq. 4, as Eqs. 7 and 8 say, without the softmax', async () => {
    const drawn = draw();
    expect(difference(await head(drawn, false, 'sum'), scores(drawn))).toBeLessThan(1e-5);
  });

  it('gives that score over the size of the map where it averages', async () => {
    const drawn = draw();
    const expected = scores(drawn).map((score) => score / POSITIONS);
    expect(difference(await head(drawn, false, 'mean'), expected)).toBeLessThan(1e-5);
  });

  it.each([
    ['sum', 1],
    ['mean', POSITIONS],
  ] as const)('%s: weighs the class maps by a softmax over the bottom-up map', async (score, divisor) => {
    const drawn = draw();
    const { X, a, b } = matrices(drawn);
    const expected = X.flatMap((x) => {
      const weights = times(x, b).map(([value]) => Math.exp(value!));
      const total = weights.reduce((sum, weight) => sum + weight);
      return a.map((ak) => times(x, ak).reduce((sum, [value], i) => sum + (value! * weights[i]!) / total, 0) / divisor);
    });
    expect(difference(await head(drawn, true, score), expected)).toBeLessThan(1e-5);
  });
});
