import { describe, expect, it } from 'vitest';
import type { Emotion } from '../../src/corpus/emotions.ts';
import { readPredictions } from '../../src/run/predictions-file.ts';
import { calibrationOf } from '../../src/statistics/calibration.ts';
import { predict } from '../evaluate/predict.ts';

const said = (utterance: string, emotion: Emotion, predicted: Emotion, probabilities: readonly number[]) => ({
  ...predict(utterance, 's', emotion, predicted),
  probabilities,
});

describe('calibration by hand', () => {
  const PREDICTIONS = [
    said('sure and right', 'angry', 'angry', [0, 0, 1, 0]),
    said('unsure and wrong', 'sad', 'happy', [0.2, 0.5, 0.2, 0.1]),
    said('rather sure and right', 'neutral', 'neutral', [0.8, 0.1, 0.1, 0]),
  ];
  const { bins, ece, brier, nll } = calibrationOf(PREDICTIONS);

  it('sorts by confidence into bins of one where there are fewer than ten', () => {
    expect(bins).toEqual([
      { count: 1, meanConfidence: 0.5, accuracy: 0 },
      { count: 1, meanConfidence: 0.8, accuracy: 1 },
      { count: 1, meanConfidence: 1, accuracy: 1 },
    ]);
    expect(ece).toBeCloseTo((0.5 + 0.2 + 0) / 3, 12);
  });

  it('measures probabilities against the truth', () => {
    expect(brier).toBeCloseTo((0 + (0.04 + 0.25 + 0.04 + 0.81) + (0.04 + 0.01 + 0.01)) / 3, 12);
    expect(nll).toBeCloseTo(-(Math.log(1) + Math.log(0.1) + Math.log(0.8)) / 3, 12);
  });

  it('divides 23 utterances into ten bins, the first three holding one more', () => {
    // confidences 0.25, 0.27, ..., right from 0.47 on
    const many = Array.from({ length: 23 }, (_, i) => {
      const confidence = 0.25 + 0.02 * i;
      return said(`u${i}`, i < 11 ? 'sad' : 'happy', 'happy', [1 - confidence, confidence, 0, 0]);
    });
    const { bins } = calibrationOf([...many].reverse());
    expect(bins.map(({ count }) => count)).toEqual([3, 3, 3, 2, 2, 2, 2, 2, 2, 2]);
    expect(bins.map(({ accuracy }) => accuracy)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    expect(bins[0]!.meanConfidence).toBeCloseTo(0.27, 12);
    expect(bins[3]!.meanConfidence).toBeCloseTo(0.44, 12);
  });

  it('takes the recognised class for confidence, also where a peer recognises by other means', () => {
    const { bins } = calibrationOf([said('u', 'sad', 'sad', [0.5, 0.1, 0, 0.4])]);
    expect(bins).toEqual([{ count: 1, meanConfidence: 0.4, accuracy: 1 }]);
  });

  it('takes an impossible class for half of the sixth decimal', () => {
    expect(calibrationOf([said('u', 'sad', 'happy', [0, 1, 0, 0])]).nll).toBeCloseTo(14.508657738524219, 9); // -ln 5e-7
  });
});

it("of eight classes agrees with scikit-learn's log_loss and brier_score_loss(scale_by_half=False)", () => {
  // rng.integers(1, 40, (12, 8)), each row divided by its sum, and the true classes beside them
  const rows = [
    [2, [10, 17, 5, 22, 12, 24, 23, 37]],
    [0, [2, 22, 35, 14, 9, 18, 31, 13]],
    [1, [25, 30, 24, 34, 27, 7, 27, 2]],
    [3, [34, 34, 11, 26, 15, 37, 23, 14]],
    [2, [6, 8, 3, 36, 31, 3, 19, 31]],
    [5, [32, 32, 11, 33, 29, 18, 35, 9]],
    [3, [21, 2, 21, 19, 2, 39, 37, 14]],
    [3, [33, 21, 29, 6, 4, 27, 7, 33]],
    [4, [36, 12, 1, 21, 11, 11, 11, 12]],
    [4, [11, 2, 2, 17, 19, 33, 26, 30]],
    [7, [6, 28, 25, 16, 9, 21, 23, 24]],
    [4, [13, 5, 5, 32, 11, 11, 14, 15]],
  ] as const;
  const classes = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const predictions = rows.map(([truth, parts], i) => ({
    ...predict(`u${i}`, 's', classes[truth]!, classes[0]!),
    probabilities: parts.map((part) => part / parts.reduce((sum: number, value) => sum + value, 0)),
  }));
  const { nll, brier } = calibrationOf(predictions, classes);
  expect(nll).toBeCloseTo(2.6266020611385623, 12);
  expect(brier).toBeCloseTo(0.9788294133977592, 12);
});

describe('calibration of the run on EmoDB', async () => {
  const { bins, ece, brier, nll } = calibrationOf(await readPredictions('results/emodb-attention/predictions.csv'));

  it("agrees with scikit-learn's brier_score_loss and log_loss", () => {
    expect(brier).toBeCloseTo(0.2820129102269823, 9);
    expect(nll).toBeCloseTo(0.5112422450390467, 9);
  });

  it('agrees with the means of numpy.array_split(sorted by confidence, 10)', () => {
    const expected = [
      [34, 0.6470588235294118, 0.5203325588235294],
      [34, 0.8235294117647058, 0.6277929411764706],
      [34, 0.6470588235294118, 0.7164003235294117],
      [34, 0.7647058823529411, 0.8146879705882354],
      [34, 0.7058823529411765, 0.870667705882353],
      [34, 0.9411764705882353, 0.9106600882352941],
      [34, 0.9411764705882353, 0.9502481764705881],
      [34, 0.9117647058823529, 0.9769948823529413],
      [34, 0.9117647058823529, 0.9914776764705882],
      [33, 1, 0.9984512121212121],
    ].map(([count, accuracy, meanConfidence]) => ({
      count,
      accuracy: expect.closeTo(accuracy!, 12),
      meanConfidence: expect.closeTo(meanConfidence!, 12),
    }));
    expect(bins).toEqual(expected);
    expect(ece).toBeCloseTo(0.07949442182890858, 12);
  });
});
