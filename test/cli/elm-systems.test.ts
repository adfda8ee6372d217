import { expect, it } from 'vitest';
import { elmSystemOf } from '../../src/cli/elm-systems.ts';
import { checkFit } from '../../src/model/architecture.ts';

const FLAGS = {
  descriptors: 'lee-tashev',
  loudest: 0.3,
  elm: 'rbf',
  elmRidges: [1],
  innerFolds: 3,
  frameLabels: 'latent',
} as const;

it('DNN-ELM takes segments of 25 frames, of Lee & Tashev or of Han et al.', () => {
  const ours = elmSystemOf('dnn-elm', { ...FLAGS, elmRidges: [1] }, 4);
  expect(ours.architecture).toEqual({ kind: 'dense', classes: 4, inputs: 25 * 32, hidden: [256, 256, 256] });
  const han = elmSystemOf(
    'dnn-elm',
    { ...FLAGS, descriptors: 'han', loudest: 0.1, elm: 'random', elmRidges: [0.1] },
    5,
  );
  expect(han).toMatchObject({
    frontEnd: { kind: 'descriptors', set: 'han', segmentFrames: 25, loudest: 0.1 },
    architecture: { classes: 5, inputs: 25 * 30 },
    elm: { hidden: { kind: 'random', units: 120 }, ridges: [0.1] },
  });
  for (const { architecture, frontEnd } of [ours, han]) expect(() => checkFit(architecture, frontEnd)).not.toThrow();
});

it('RNN-ELM takes frame by frame, with latent labels or those of utterances', () => {
  const ours = elmSystemOf('rnn-elm', { ...FLAGS, elmRidges: [1] }, 4);
  expect(ours.frontEnd).toEqual({ kind: 'descriptors', set: 'lee-tashev' });
  expect(ours.architecture).toEqual({ kind: 'blstm', classes: 4, inputs: 32, hidden: [64, 64], labels: 'latent' });
  const plain = elmSystemOf('rnn-elm', { ...FLAGS, descriptors: 'han', frameLabels: 'utterance', elmRidges: [1] }, 4);
  expect(plain.architecture).toMatchObject({ inputs: 30, labels: 'utterance' });
  for (const { architecture, frontEnd } of [ours, plain]) expect(() => checkFit(architecture, frontEnd)).not.toThrow();
});
