import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { readPredictions } from '../../src/run/predictions-file.ts';
import { readJson } from '../../src/run/run-folder.ts';
import { MANIFEST, RUN_CONFIG } from '../../src/run/run-schemas.ts';
import { type Gender, gendersOf, metricsOf } from '../../src/statistics/metrics.ts';
import { predict } from '../evaluate/predict.ts';

const SEED = { seed: 1 };

/** Speaker a: 3 of 4 neutral and 1 of 1 angry are right; speaker b: 0 of 1 neutral, 1 of 2 sad. Nobody is happy. */
const BY_HAND = [
  predict('a1', 'a', 'neutral', 'neutral'),
  predict('a2', 'a', 'neutral', 'neutral'),
  predict('a3', 'a', 'neutral', 'neutral'),
  predict('a4', 'a', 'neutral', 'happy'),
  predict('a5', 'a', 'angry', 'angry'),
  predict('b1', 'b', 'neutral', 'sad'),
  predict('b2', 'b', 'sad', 'sad'),
  predict('b3', 'b', 'sad', 'neutral'),
];

describe('metrics by hand', () => {
  const metrics = metricsOf(BY_HAND, SEED);

  it('counts confusions as [true][predicted]', () => {
    expect(metrics.confusion).toEqual([
      [3, 1, 0, 1],
      [0, 0, 0, 0],
      [0, 0, 1, 0],
      [1, 0, 0, 1],
    ]);
    expect(metrics).toMatchObject({ utterances: 8, speakers: 2, folds: 2, emotions: EMOTIONS });
  });

  it('pools WA over utterances, and UA and macro-F1 over the classes that occur', () => {
    expect(metrics.wa).toBeCloseTo(5 / 8, 12);
    expect(metrics.ua).toBeCloseTo((3 / 5 + 1 + 1 / 2) / 3, 12);
    // F1: neutral 2*3/(5+4), angry 1, sad 2*1/(2+2)
    expect(metrics.macroF1).toBeCloseTo((6 / 9 + 1 + 1 / 2) / 3, 12);
  });

  it('averages folds with equal weight and names the classes they lack', () => {
    const { wa, ua, foldsLackingAClass } = metrics.meanOfFolds;
    expect(wa).toBeCloseTo((4 / 5 + 1 / 3) / 2, 12);
    expect(ua).toBeCloseTo(((3 / 4 + 1) / 2 + (0 + 1 / 2) / 2) / 2, 12);
    expect(foldsLackingAClass).toEqual({ a: ['happy', 'sad'], b: ['happy', 'angry'] });
  });

  it('scores each class, with null where there is nothing to divide by', () => {
    expect(metrics.perClass.neutral).toEqual({ recall: 3 / 5, precision: 3 / 4, f1: 6 / 9, support: 5 });
    expect(metrics.perClass.happy).toEqual({ recall: null, precision: 0, f1: null, support: 0 });
    const angryTakenForSad = metricsOf([predict('x', 'x', 'angry', 'sad'), predict('y', 'y', 'sad', 'sad')], SEED);
    expect(angryTakenForSad.perClass.angry).toEqual({ recall: 0, precision: null, f1: 0, support: 1 });
  });

  it('scores each speaker', () => {
    expect(metrics.perSpeaker).toEqual([
      { speaker: 'a', utterances: 5, wa: 4 / 5, ua: 0.875 },
      { speaker: 'b', utterances: 3, wa: 1 / 3, ua: 0.25 },
    ]);
  });

  it('scores each gender that is known, and leaves all else as it is', () => {
    const genders = new Map<string, Gender>([['b', 'female']]);
    const { perGender, ...other } = metricsOf(BY_HAND, { ...SEED, genders });
    expect(other).toEqual(metrics);
    expect(perGender).toEqual([
      {
        ...{ gender: 'female', speakers: 1, utterances: 3, wa: 1 / 3, ua: 0.25 },
        macroF1: (0 + 1 / 2) / 2, // neutral none, sad 2 * 1 / (2 + 2)
        intervals: expect.objectContaining({ wa: null, note: expect.stringContaining('at least 6') }),
      },
    ]);
    expect(metricsOf(BY_HAND, { ...SEED, genders: new Map() })).toEqual(metrics);
  });

  it('says what leaks, and is otherwise the same', () => {
    const { leaks, ...other } = metricsOf(BY_HAND, { ...SEED, leaks: 'speakers' });
    expect(leaks).toBe('speakers');
    expect(other).toEqual(metrics);
    expect(metrics).not.toHaveProperty('leaks');
  });

  it('does not depend on the order of the predictions', () => {
    expect(JSON.stringify(metricsOf([...BY_HAND].reverse(), SEED))).toBe(JSON.stringify(metrics));
  });

  it('keeps folds and speakers apart where a fold holds several speakers', () => {
    const one = metricsOf(
      BY_HAND.map((prediction) => ({ ...prediction, fold: 'session 1' })),
      SEED,
    );
    expect(one).toMatchObject({ folds: 1, speakers: 2 });
    expect(one.meanOfFolds).toMatchObject({ wa: one.wa, ua: one.ua, foldsLackingAClass: { 'session 1': ['happy'] } });
  });

  it('refuses to evaluate nothing', () => {
    expect(() => metricsOf([], SEED)).toThrow(expect.objectContaining({ code: 'run' }));
  });
});

describe('metrics of eight classes against scikit-learn', () => {
  // rng = default_rng(8); true = rng.integers(0, 8, 120); predicted = where(rng.random(120) < 0.6, true, rng.integers(0, 8, 120))
  const TRUE =
    '521712565603433200437162113176630234343507416272703133736433043111726002735546201705377003341542037223544435715510544331';
  const PREDICTED =
    '521712665667433200447163073176130730303557716230403132661773033111725012756546705745774713326542237223544036215010440071';
  const classes = ['neutral', 'happy', 'angry', 'sad', 'calm', 'Wut', '高兴', 'a, "b"'];
  const predictions = [...TRUE].map((label, i) =>
    predict(`u${i}`, `s${i % 6}`, classes[Number(label)]!, classes[Number(PREDICTED[i])]!, `s${i % 6}`, classes),
  );
  const metrics = metricsOf(predictions, { ...SEED, classes });
  const all = classes.map((name) => metrics.perClass[name]!);

  it('agree in accuracy_score, balanced_accuracy_score, f1_score(average="macro") and confusion_matrix', () => {
    expect(metrics.wa).toBeCloseTo(0.625, 12);
    expect(metrics.ua).toBeCloseTo(0.6259020146520147, 12);
    expect(metrics.macroF1).toBeCloseTo(0.6168921326582617, 12);
    expect(metrics.emotions).toEqual(classes);
    expect(metrics.confusion).toEqual([
      [8, 2, 1, 0, 1, 1, 1, 1],
      [1, 12, 0, 0, 0, 1, 1, 1],
      [1, 0, 9, 1, 0, 0, 0, 2],
      [1, 0, 1, 16, 1, 1, 1, 4],
      [4, 0, 1, 1, 7, 0, 0, 2],
      [1, 0, 0, 0, 1, 8, 3, 0],
      [0, 2, 0, 0, 0, 1, 6, 0],
      [0, 0, 1, 1, 2, 0, 1, 9],
    ]);
  });

  it.each([
    ['precision', [0.5, 0.75, 9 / 13, 16 / 19, 7 / 12, 2 / 3, 6 / 13, 9 / 19]],
    ['recall', [8 / 15, 0.75, 9 / 13, 0.64, 7 / 15, 8 / 13, 2 / 3, 9 / 14]],
    [
      'f1',
      [0.5161290322580645, 0.75, 0.6923076923076923, 0.7272727272727273, 0.5185185185185185, 0.64, 6 / 11, 6 / 11],
    ],
    ['support', [15, 16, 13, 25, 15, 13, 9, 14]],
  ] as const)('agree in the %s of precision_recall_fscore_support', (key, expected) => {
    all.forEach((scores, c) => {
      expect(scores[key]).toBeCloseTo(expected[c]!, 12);
    });
  });

  it('are refused where the predictions are of other classes', () => {
    expect(() => metricsOf(predictions, SEED)).toThrow(/expected the predictions\[\d+\]\.\w+ to be/);
    expect(() => metricsOf(predictions, { ...SEED, classes: ['sad'] })).toThrow(/two classes or more/);
  });
});

/**
 * From scikit-learn 1.9.1 and NumPy: rng = default_rng(7); true = rng.integers(0, 4, 60);
 * predicted = where(rng.random(60) < 0.5, true, rng.integers(0, 4, 60)); three folds of 20.
 */
describe('metrics against scikit-learn', () => {
  const TRUE = '322323300113301303013111213112222333221310303200100231333212';
  const PREDICTED = '322323301113002100303311210113210333223320333013100321203212';
  const predictions = [...TRUE].map((label, i) =>
    predict(`u${i}`, `s${Math.floor(i / 20)}`, EMOTIONS[Number(label)]!, EMOTIONS[Number(PREDICTED[i])]!),
  );
  const metrics = metricsOf(predictions, SEED);

  it('agrees with accuracy_score, balanced_accuracy_score and f1_score(average="macro")', () => {
    expect(metrics.wa).toBeCloseTo(0.6333333333333333, 12);
    expect(metrics.ua).toBeCloseTo(0.6262445887445887, 12);
    expect(metrics.macroF1).toBeCloseTo(0.6265804597701149, 12);
  });

  it('agrees with confusion_matrix and precision_recall_fscore_support', () => {
    expect(metrics.confusion).toEqual([
      [6, 2, 0, 3],
      [1, 10, 2, 2],
      [2, 1, 9, 2],
      [4, 1, 2, 13],
    ]);
    const classes = EMOTIONS.map((emotion) => metrics.perClass[emotion]!);
    const close = (values: (number | null)[], expected: number[]) =>
      values.forEach((value, c) => {
        expect(value).toBeCloseTo(expected[c]!, 12);
      });
    close(
      classes.map(({ precision }) => precision),
      [0.46153846153846156, 0.7142857142857143, 0.6923076923076923, 0.65],
    );
    close(
      classes.map(({ recall }) => recall),
      [0.5454545454545454, 0.6666666666666666, 0.6428571428571429, 0.65],
    );
    close(
      classes.map(({ f1 }) => f1),
      [0.5, 0.6896551724137931, 0.6666666666666666, 0.65],
    );
    expect(classes.map(({ support }) => support)).toEqual([11, 15, 14, 20]);
  });

  it('agrees fold by fold, F1 over labels=unique(true)', () => {
    expect(metrics.perSpeaker.map(({ ua }) => ua)).toEqual([0.68125, expect.closeTo(0.7063492063492064, 12), 0.5625]);
    expect(metrics.meanOfFolds.wa).toBeCloseTo(0.6333333333333334, 12);
    expect(metrics.meanOfFolds.ua).toBeCloseTo(0.6500330687830688, 12);
    expect(metrics.meanOfFolds.macroF1).toBeCloseTo(0.6503750878750879, 12);
    expect(metrics.meanOfFolds.foldsLackingAClass).toEqual({ s1: ['neutral'] });
  });
});

/** The figures of scikit-learn 1.9.1 for the same predictions.csv. */
describe('metrics of the run on EmoDB against scikit-learn', async () => {
  const run = 'results/emodb-attention';
  const predictions = await readPredictions(`${run}/predictions.csv`);
  const { recordings } = (await readJson(`${run}/manifest.json`, MANIFEST))!;
  const { seed } = (await readJson(`${run}/config.json`, RUN_CONFIG))!.options;
  const metrics = metricsOf(predictions, { seed, genders: gendersOf(recordings) });

  it('agrees, pooled and as mean of folds', () => {
    expect(metrics.wa).toBeCloseTo(0.8289085545722714, 12);
    expect(metrics.ua).toBeCloseTo(0.8132542833547068, 12);
    expect(metrics.macroF1).toBeCloseTo(0.8166217643216911, 12);
    expect(metrics.confusion).toEqual([
      [62, 5, 3, 9],
      [4, 44, 22, 1],
      [2, 7, 118, 0],
      [4, 1, 0, 57],
    ]);
    expect(metrics.meanOfFolds.wa).toBeCloseTo(0.831369026318811, 12);
    expect(metrics.meanOfFolds.ua).toBeCloseTo(0.8194684135309135, 12);
    expect(metrics.meanOfFolds.macroF1).toBeCloseTo(0.8060828432773827, 12);
  });

  it('agrees by gender', () => {
    const close = (value: number) => expect.closeTo(value, 12);
    const [female, male] = metrics.perGender!;
    expect(female).toMatchObject({ gender: 'female', speakers: 5, utterances: 188, wa: close(0.8351063829787234) });
    expect(female).toMatchObject({ ua: close(0.8253389838277898), macroF1: close(0.8351719791118961) });
    expect(male).toMatchObject({ gender: 'male', speakers: 5, utterances: 151, wa: close(0.8211920529801324) });
    expect(male).toMatchObject({ ua: close(0.7981196581196581), macroF1: close(0.7935091643367504) });
  });
});
