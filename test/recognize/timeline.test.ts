import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { Random } from '../../src/random.ts';
import type { Probabilities, Recognition } from '../../src/recognize/recognizer.ts';
import { answerOf, type Span, timelineOf } from '../../src/recognize/timeline.ts';

const of = (neutral: number, happy: number, angry: number, sad: number): Probabilities => ({
  neutral,
  happy,
  angry,
  sad,
});
const [NEUTRAL, HAPPY, ANGRY, SAD] = [of(1, 0, 0, 0), of(0, 1, 0, 0), of(0, 0, 1, 0), of(0, 0, 0, 1)];

/** A recognition as a recogniser gives it, from segments given as start, end and probabilities. */
function recognition(...segments: readonly (readonly [number, number, Probabilities])[]): Recognition {
  return {
    startSeconds: 0,
    durationSeconds: segments.at(-1)![1],
    emotion: 'neutral',
    probabilities: of(0.4, 0.3, 0.2, 0.1),
    segments: segments.map(([start, end, probabilities]) => ({ start, end, probabilities, logits: probabilities })),
    warnings: [],
  };
}

/** Compares spans: answers exactly, numbers to nine places. */
function expectSpans(spans: readonly Span[], expected: readonly (readonly [number, number, string, Probabilities?])[]) {
  expect(spans.map(({ emotion }) => emotion)).toEqual(expected.map(([, , emotion]) => emotion));
  spans.forEach(({ start, end, probabilities }, i) => {
    const [from, to, , values] = expected[i]!;
    expect(start).toBeCloseTo(from, 9);
    expect(end).toBeCloseTo(to, 9);
    if (!values) expect(probabilities).toBeUndefined();
    else for (const name of EMOTIONS) expect(probabilities![name], name).toBeCloseTo(values[name]!, 9);
  });
}

const RAW = { smoothSeconds: 0, abstainBelow: 0 };
/** Three segments of 2 s, every 0.4 s. From 0 neutral is 1, from 0.4 0.7, from 0.8 1.4 / 3, from 2 0.2, from 2.4 0. */
const THREE = recognition([0, 2, NEUTRAL], [0.4, 2.4, of(0.4, 0, 0, 0.6)], [0.8, 2.8, SAD]);

describe('a timeline', () => {
  it('averages the segments that cover an instant', () => {
    expectSpans(timelineOf(THREE, [{ start: 0, end: 2.8 }], RAW), [
      [0, 0.8, 'neutral', of((0.4 + 0.4 * 0.7) / 0.8, 0, 0, (0.4 * 0.3) / 0.8)],
      [0.8, 2.8, 'sad', of((1.2 * (1.4 / 3) + 0.4 * 0.2) / 2, 0, 0, (1.2 * (1.6 / 3) + 0.4 * 0.8 + 0.4) / 2)],
    ]);
  });

  it('is cut where speech begins and ends, and has no emotion outside it', () => {
    expectSpans(timelineOf(THREE, [{ start: 0.3, end: 1.94 }], RAW), [
      [0, 0.3, 'no speech'],
      [0.3, 0.8, 'neutral', of((0.1 + 0.4 * 0.7) / 0.5, 0, 0, (0.4 * 0.3) / 0.5)],
      [0.8, 1.94, 'sad', of(1.4 / 3, 0, 0, 1.6 / 3)],
      [1.94, 2.8, 'no speech'],
    ]);
    expectSpans(timelineOf(THREE, [], RAW), [[0, 2.8, 'no speech']]);
  });

  it('smooths over time: 0.6 s are the cell of 0.1 s and three on each side', () => {
    const step = recognition([0, 1, HAPPY], [1, 2, ANGRY]);
    // the k-th cell before the step holds (4 - k) / 7 of angry for k = 1, 2, 3
    const angry = (0.1 * (1 + 2 + 3)) / 7;
    expectSpans(timelineOf(step, [{ start: 0, end: 2 }], { ...RAW, smoothSeconds: 0.6 }), [
      [0, 1, 'happy', of(0, 1 - angry, angry, 0)],
      [1, 2, 'angry', of(0, angry, 1 - angry, 0)],
    ]);
  });

  it('smooths over speech alone: what is said of a pause counts nowhere', () => {
    const step = recognition([0, 1, HAPPY], [1, 2, ANGRY]);
    const spans = timelineOf(step, [{ start: 0, end: 1 }], { ...RAW, smoothSeconds: 0.6 });
    expectSpans(spans, [
      [0, 1, 'happy', HAPPY],
      [1, 2, 'no speech'],
    ]);
  });

  it('lets a run shorter than the smoothing join a neighbour', () => {
    const brief = recognition([0, 1, HAPPY], [1, 1.4, ANGRY], [1.4, 2.4, HAPPY]);
    expect(timelineOf(brief, [{ start: 0, end: 2.4 }], RAW).map(({ emotion }) => emotion)).toEqual([
      ...['happy', 'angry', 'happy'],
    ]);
    // each of the four cells of angry still has 4 / 7 of it: the averages alone would leave the run standing
    expectSpans(timelineOf(brief, [{ start: 0, end: 2.4 }], { ...RAW, smoothSeconds: 0.6 }), [
      [0, 2.4, 'happy', of(0, 20 / 24, 4 / 24, 0)],
    ]);
  });

  it('joins it to the neighbour whose emotion is the more probable in it', () => {
    // cells of 0.1 s, averaged in threes: happy wins until 1.1, angry (0.5) from 1.1 to 1.2, where sad (0.3) is before happy (0.2)
    const between = recognition([0, 1, HAPPY], [1, 1.3, of(0, 0.2, 0.5, 0.3)], [1.3, 2.3, SAD]);
    const spans = timelineOf(between, [{ start: 0, end: 2.3 }], { ...RAW, smoothSeconds: 0.35 });
    expect(spans.map(({ start, emotion }) => [start, emotion])).toEqual([
      [0, 'happy'],
      [1.1, 'sad'],
    ]);
  });

  it('leaves a short stretch of speech standing by itself', () => {
    const spans = timelineOf(THREE, [{ start: 0.5, end: 0.6 }], { ...RAW, smoothSeconds: 1 });
    expect(spans.map(({ start, end, emotion }) => [start, end, emotion])).toEqual([
      [0, 0.5, 'no speech'],
      [0.5, 0.6, 'neutral'],
      [0.6, 2.8, 'no speech'],
    ]);
  });

  it('is uncertain below the bound, and neighbours that are uncertain are one span', () => {
    const [neutral, sad] = [0.85, 0.68]; // as in the first test
    const speech = [{ start: 0, end: 2.8 }];
    const at = (abstainBelow: number) => timelineOf(THREE, speech, { ...RAW, abstainBelow });
    expect(at(0.67).map(({ emotion }) => emotion)).toEqual(['neutral', 'sad']);
    expect(at(0.69).map(({ emotion }) => emotion)).toEqual(['neutral', 'uncertain']);
    const mean = (0.8 * neutral + 2 * (1 - sad)) / 2.8;
    expectSpans(at(0.86), [[0, 2.8, 'uncertain', of(mean, 0, 0, 1 - mean)]]);
  });

  it('has cells as short as the recording is, and a last one as short as it must be', () => {
    expectSpans(timelineOf(recognition([0, 0.05, SAD]), [{ start: 0, end: 0.05 }]), [[0, 0.05, 'sad', SAD]]);
    const odd = recognition([0, 2, HAPPY], [0.0345, 2.0345, ANGRY]); // the middle of the last cell, 2.017, is covered by one alone
    const even = of(0, 0.5, 0.5, 0);
    expectSpans(timelineOf(odd, [{ start: 0, end: 2.0345 }], RAW), [
      [0, 2, 'happy', even], // the middle of the first cell, 0.05, is covered by both; of equals the first class is named
      [2, 2.0345, 'angry', ANGRY],
    ]);
  });

  it('tiles any recording, with probabilities that sum to 1, and no brief span but where the speech is as brief', () => {
    const source = new Random(5);
    const random = () => source.uniform();
    for (let trial = 0; trial < 50; trial++) {
      const hops = 1 + Math.floor(40 * random());
      const segments = Array.from({ length: hops }, (_, i) => {
        const odds = EMOTIONS.map(() => random() ** 3);
        const sum = odds.reduce((a, b) => a + b);
        const [a, b, c, d] = odds.map((odd) => odd / sum) as [number, number, number, number];
        return [(i * 6400) / 16_000, (i * 6400) / 16_000 + 2, of(a, b, c, d)] as const;
      });
      const scored = recognition(...segments);
      const cuts = Array.from({ length: 6 }, () => Math.floor(50 * random() * scored.durationSeconds) / 50);
      const bounds = [...new Set(cuts)].sort((a, b) => a - b);
      const speech = bounds.flatMap((start, i) => (i % 2 || !bounds[i + 1] ? [] : [{ start, end: bounds[i + 1]! }]));
      const smoothSeconds = 2 * random();
      const spans = timelineOf(scored, speech, { smoothSeconds, abstainBelow: 0 });
      expect(spans[0]!.start).toBe(0);
      expect(spans.at(-1)!.end).toBe(scored.durationSeconds);
      for (const [i, { start, end, emotion, probabilities }] of spans.entries()) {
        expect(end).toBeGreaterThan(start);
        if (i) expect(start).toBeCloseTo(spans[i - 1]!.end, 9);
        if (i) expect(emotion === spans[i - 1]!.emotion).toBe(false);
        const isOwnStretch = speech.some((stretch) => stretch.start === start && stretch.end === end);
        if (emotion !== 'no speech' && !isOwnStretch) expect(end - start).toBeGreaterThan(smoothSeconds - 1e-6);
        if (probabilities) expect(Object.values(probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
        const inSpeech = speech.some((stretch) => stretch.start < (start + end) / 2 && (start + end) / 2 < stretch.end);
        expect(emotion !== 'no speech').toBe(inSpeech);
      }
    }
  });

  it.each([
    [{ smoothSeconds: -1, abstainBelow: 0 }, 'expected smoothSeconds to be a number from 0 to 1000000000, got -1'],
    [{ smoothSeconds: Number.NaN, abstainBelow: 0 }, 'got NaN'],
    [{ smoothSeconds: 1, abstainBelow: 1.1 }, 'expected abstainBelow to be a number from 0 to 1, got 1.1'],
  ])('refuses %o', (options, message) => {
    expect(() => timelineOf(THREE, [], options)).toThrow(message);
  });
});

describe('the answer for a recording', () => {
  const scored = recognition([0, 2, NEUTRAL]); // neutral, at 0.4
  const speech = [{ start: 0, end: 1 }];

  it('is its emotion, uncertain below the bound, and no speech where there is none', () => {
    expect(answerOf(scored, speech, 0.4)).toBe('neutral');
    expect(answerOf(scored, speech, 0.41)).toBe('uncertain');
    expect(answerOf(scored, [], 0.41)).toBe('no speech');
  });
});
