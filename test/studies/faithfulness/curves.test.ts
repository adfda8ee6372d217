import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../../src/corpus/emotions.ts';
import type { Grid } from '../../../src/explain/grid.ts';
import { createExtractor } from '../../../src/features/extractor.ts';
import { DEFAULT_FRONT_END } from '../../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../../src/model/architecture.ts';
import { initialWeights } from '../../../src/model/initialize.ts';
import { Random } from '../../../src/random.ts';
import { createRecognizer } from '../../../src/recognize/recognizer.ts';
import { areaUnder, curvesOf, openNetwork } from '../../../src/studies/faithfulness/curves.ts';
import { descending, energyOf, fillOf, randomlyShifted, shifted } from '../../../src/studies/faithfulness/orders.ts';
import { donorOf, ORDERS, ordersOf, type Subject, studySubject } from '../../../src/studies/faithfulness/study.ts';

/** Two by two cells of two bins by two frames in the corner of a spectrogram. */
const GRID: Grid = {
  ...{ rows: 2, columns: 2, cellBins: 2, cellFrames: 2 },
  ...{ cellHz: 20, cellSeconds: 0.02, seesHz: 20, seesSeconds: 0.02 },
};
const CORNER = [0, 2, 400, 402]; // the first element of each cell

/** A spectrogram whose cells hold these values, and zeros elsewhere. */
function spectrogramOf(values: readonly number[]): Float32Array {
  const spectrogram = new Float32Array(80_000);
  for (const [cell, start] of CORNER.entries())
    for (const element of [start, start + 1, start + 200, start + 201]) spectrogram[element] = values[cell]!;
  return spectrogram;
}

describe('orders', () => {
  it('run from the greatest to the least, equal ones as they stand among the ties', () => {
    expect(descending(Float32Array.of(1, -2, 3, 1, 1), [4, 2, 0, 1, 3])).toEqual([2, 4, 0, 3, 1]);
  });

  it('of a shifted map go around the edges', () => {
    const grid = { ...GRID, rows: 2, columns: 3 };
    // 1 2 3 / 4 5 6, down by one and right by two
    expect([...shifted(Float32Array.of(1, 2, 3, 4, 5, 6), grid, 1, 2)]).toEqual([5, 6, 4, 2, 3, 1]);
  });

  it('of a randomly shifted map are never those of the map, and every shift occurs', () => {
    const map = Float32Array.of(1, 2, 3, 4);
    const random = Random.named(1, 'shifts');
    const seen = new Set(Array.from({ length: 60 }, () => randomlyShifted(map, GRID, random).join()));
    expect([...seen].sort()).toEqual(['2,1,4,3', '3,4,1,2', '4,3,2,1']);
  });

  it('by energy go by the mean of each cell', () => {
    const spectrogram = spectrogramOf([0.25, 0.5, 0.75, 1]);
    spectrogram[0] = 0.75; // (0.75 + 3 x 0.25) / 4
    expect([...energyOf(spectrogram, GRID)]).toEqual([0.375, 0.5, 0.75, 1]);
  });

  it('are filled by bin', () => {
    const fill = fillOf(Float32Array.of(0.5, 0.25));
    expect([fill.length, fill[0], fill[199], fill[200], fill[399]]).toEqual([400, 0.5, 0.5, 0.25, 0.25]);
  });
});

describe('curves', () => {
  /** a network whose logit is 1, 2, 4 and 8 times the means of the four cells */
  const logit = async (images: Float32Array) =>
    Array.from({ length: images.length / 80_000 }, (_, n) =>
      energyOf(images.subarray(n * 80_000, (n + 1) * 80_000), GRID).reduce((sum, x, cell) => sum + x * 2 ** cell, 0),
    );
  const options = { grid: GRID, spectrogram: spectrogramOf([1, 1, 1, 1]), fill: spectrogramOf([0, 0, 0, 0.5]), logit };

  it('take cells away and put them in, in their order', async () => {
    const [best, worst] = await curvesOf(
      [
        [3, 2, 1, 0],
        [0, 1, 2, 3],
      ],
      { ...options, steps: 4 },
    );
    // whole: 1 + 2 + 4 + 8; the fill: 8 x 0.5
    expect(best).toEqual({ deletion: [15, 11, 7, 5, 4], insertion: [4, 8, 12, 14, 15] });
    expect(worst).toEqual({ deletion: [15, 14, 12, 8, 4], insertion: [4, 5, 7, 11, 15] });
    expect(areaUnder(best!.deletion)).toBe((7.5 + 11 + 7 + 5 + 2) / 4);
    expect(areaUnder(worst!.insertion)).toBe((2 + 5 + 7 + 11 + 7.5) / 4);
  });

  it('take equal shares of the cells at each step', async () => {
    const [curves] = await curvesOf([[3, 2, 1, 0]], { ...options, steps: 2 });
    expect(curves).toEqual({ deletion: [15, 7, 4], insertion: [4, 12, 15] });
  });
});

it('a network that is given spectrograms says what recognize says of the sound', async () => {
  const architecture = { ...DEFAULT_ARCHITECTURE, width: 0.5 };
  const tensors = initialWeights(architecture, 4);
  const checkpoint = { architecture, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS, tensors };
  const random = Random.named(5, 'noise');
  const samples = Float32Array.from({ length: 32_000 }, () => random.uniform(-0.5, 0.5));
  const recognizer = await createRecognizer(checkpoint);
  const { segments } = await recognizer.recognize({ samples, sampleRate: 16_000 });
  const extractor = await createExtractor(DEFAULT_FRONT_END);
  const one = await extractor.extract([samples]);
  const network = await openNetwork(checkpoint);
  const two = new Float32Array(160_000);
  two.set(one, 80_000);
  for (const [k, emotion] of EMOTIONS.entries())
    expect((await network.logitOf(two, k))[1]).toBeCloseTo(segments[0]!.logits[emotion], 4);
  await Promise.all([recognizer.close(), extractor.close(), network.close()]);
});

describe('the subjects of a study', () => {
  const subject = (utterance: string, predicted: 'sad' | 'happy', product: readonly number[]): Subject => {
    const maps = Float32Array.from(product);
    const byClass = { neutral: maps, happy: maps, angry: maps, sad: maps };
    const topDown = { ...byClass, [predicted]: Float32Array.of(4, 3, 2, 1) };
    const bottomUp = Float32Array.of(0.1, 0.4, 0.3, 0.2);
    const logits = { neutral: 0, happy: 0, angry: 0, sad: 0 };
    const spectrogram = spectrogramOf([0.5, 1, 0, 0.2]);
    return {
      ...{ utterance, predicted, speaker: '03' },
      maps: { start: 0, spectrogram, bottomUp, topDown, product: byClass, logits },
    };
  };
  const all = [
    subject('a', 'sad', [1, 2, 3, 4]),
    subject('b', 'happy', [4, 2, 3, 1]),
    subject('c', 'sad', [2, 4, 1, 3]),
  ];

  it('borrow a map of the same predicted class, or of any where there is none', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(donorOf(all[0]!, all, seed).utterance).toBe('c');
      expect(donorOf(all[2]!, all, seed).utterance).toBe('a');
    }
    const lent = new Set(Array.from({ length: 20 }, (_, seed) => donorOf(all[1]!, all, seed).utterance));
    expect([...lent].sort()).toEqual(['a', 'c']);
  });

  it('have an order by each map', () => {
    const orders = ordersOf(all[0]!, all[2]!, GRID, 1);
    const found = Object.fromEntries(ORDERS.map((name, i) => [name, orders[i]!.join('')]));
    expect(found).toMatchObject({
      ...{ product: '3210', other: '1302', energy: '1032', 'bottom-up': '1230', 'top-down': '0123' },
    });
    expect(['2301', '1032', '0123']).toContain(found.shifted); // by a column, a row or both
    expect([...orders[ORDERS.indexOf('random')]!].sort()).toEqual([0, 1, 2, 3]);
    expect(ordersOf(all[0]!, all[2]!, GRID, 1)).toEqual(orders);
  });

  it('are studied with each fill and in each order, from the same start to the same end', async () => {
    const trainingMeans = new Float32Array(400).fill(0.25);
    const logit = async (images: Float32Array) =>
      Array.from({ length: images.length / 80_000 }, (_, n) => images[n * 80_000 + 402]!); // an element of the last cell
    const curves = await studySubject(all[0]!, all[2]!, { grid: GRID, trainingMeans, steps: 4, seed: 1, logit });
    for (const name of ORDERS) {
      expect([curves.mean[name].deletion[0], curves.mean[name].deletion[4]]).toEqual([Math.fround(0.2), 0.25]);
      expect([curves.zero[name].insertion[0], curves.zero[name].insertion[4]]).toEqual([0, Math.fround(0.2)]);
    }
    expect(curves.zero.product.deletion.slice(1)).toEqual([0, 0, 0, 0]); // the last cell comes first
    expect(curves.zero['top-down'].deletion.slice(0, 4)).toEqual(Array(4).fill(Math.fround(0.2))); // and last
  });
});
