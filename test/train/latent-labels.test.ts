import { expect, it } from 'vitest';
import { latentPosteriors } from '../../src/train/latent-labels.ts';
import { difference } from '../graph/evaluate.ts';

/** From latent-labels-reference.py, which holds the same constants. */
const REFERENCE = {
  logLikelihood: -5.7218527,
  gradient: [
    ...[-0.53902318, 0.77226639, -0.23324321, -0.4145242, 0.41816222, -0.0036380221],
    ...[-0.0934019, 0.11957039, -0.026168486, -0.0014253827, 0.019717903, -0.01829252],
    ...[0.031779605, 0.16997015, -0.20174975, 0.18019253, 0.76787207, -0.94806461],
  ],
};

function logSoftmax(row: readonly number[]): number[] {
  const sum = Math.log(row.reduce((total, value) => total + Math.exp(value), 0));
  return row.map((value) => value - sum);
}

it('has the gradient of PyTorch: what the network says less the posteriors', () => {
  const rows = Array.from({ length: 6 }, (_, t) =>
    logSoftmax([0, 1, 2].map((k) => 2 * Math.sin(1.3 * t + 0.9 * k * k))),
  );
  const { emotion, logLikelihood } = latentPosteriors(
    rows.map(([, , none]) => none!),
    rows.map(([first]) => first!),
  );
  expect(logLikelihood).toBeCloseTo(REFERENCE.logLikelihood, 6);
  const gradient = rows.flatMap((row, t) => {
    const shares = [emotion[t]!, 0, 1 - emotion[t]!];
    return row.map((own, k) => Math.exp(own) - shares[k]!);
  });
  expect(difference(gradient, REFERENCE.gradient)).toBeLessThan(1e-6);
});

it.each([1, 2, 3, 5])('counts every path of %i frames once', (frames) => {
  const emotionOf = (t: number) => 0.1 + 0.7 * Math.abs(Math.sin(2.1 * t + frames));
  const nullOf = (t: number) => 0.9 - 0.8 * emotionOf(t);
  const [all, within] = [[] as number[], new Array<number>(frames).fill(0)];
  for (let start = 0; start < frames; start++)
    for (let end = start + 1; end <= frames; end++) {
      const isWithin = (t: number) => t >= start && t < end;
      const chance = within.reduce((product, _, t) => product * (isWithin(t) ? emotionOf(t) : nullOf(t)), 1);
      all.push(chance);
      for (let t = start; t < end; t++) within[t]! += chance;
    }
  const total = all.reduce((sum, chance) => sum + chance);
  const each = (of: (t: number) => number) => within.map((_, t) => Math.log(of(t)));
  const { emotion, logLikelihood } = latentPosteriors(each(nullOf), each(emotionOf));
  expect(logLikelihood).toBeCloseTo(Math.log(total), 10);
  expect(
    difference(
      [...emotion],
      within.map((sum) => sum / total),
    ),
  ).toBeLessThan(1e-10);
});

it('never leaves a region without its emotion, however sure the network is of Null, and however long it is', () => {
  const frames = 2000;
  const nowhere = latentPosteriors(new Array(frames).fill(-1e-9), new Array(frames).fill(-500));
  expect(nowhere.emotion.reduce((sum, share) => sum + share)).toBeCloseTo(1, 6);
  const everywhere = latentPosteriors(new Array(frames).fill(-500), new Array(frames).fill(-1e-9));
  expect(Math.min(...everywhere.emotion)).toBeCloseTo(1, 6);
});
