import { expect, it } from 'vitest';
import { sequenceLesson } from '../../../src/evaluate/elm/data.ts';
import type { Heard } from '../../../src/evaluate/elm/heard.ts';
import type { OpenNetwork } from '../../../src/evaluate/elm/network.ts';
import { momentsOf } from '../../../src/features/descriptors/standardize.ts';
import type { BlstmArchitecture } from '../../../src/model/blstm/architecture.ts';
import { difference } from '../../graph/evaluate.ts';

const FRONT_END = { kind: 'descriptors', set: 'lee-tashev' } as const;
const ARCHITECTURE: BlstmArchitecture = { kind: 'blstm', classes: 2, inputs: 32, hidden: [2], labels: 'latent' };

function heardOf(pitches: readonly number[]): Heard {
  const values = new Float32Array(pitches.length * 32);
  for (const [t, pitch] of pitches.entries()) values.fill(t, t * 32 + 1, (t + 1) * 32)[t * 32] = pitch;
  return { file: 'a.wav', speaker: 'a', corpus: '', label: 1, values };
}
/** Says the same of every frame: that all outputs are as likely. */
const EVEN: OpenNetwork = {
  probabilities: async (values) => new Float32Array((values.length / 32) * 3).fill(1 / 3),
  logits: async (values) => new Float32Array((values.length / 32) * 3).fill(0.7),
  ...{ outputs: 3, close: async () => {} },
};

it.each([
  // by hand: of three frames there are six paths, of which three have the first frame, four the second and three the last; of two, three
  ['voiced regions', [0, 90, 95, 92, 0, 120, 118], [0, 3 / 6, 4 / 6, 3 / 6, 0, 2 / 3, 2 / 3]],
  ['nothing voiced, so that all is one region', [0, 0, 0], [3 / 6, 4 / 6, 3 / 6]],
])('latent labels: shares of the emotion and of Null with %s', async (_, pitches, shares) => {
  const heard = heardOf(pitches);
  const { data, before } = sequenceLesson([heard], FRONT_END, ARCHITECTURE, momentsOf([heard.values], 32), {});
  await before!(EVEN, undefined);
  const target = new Float32Array(pitches.length * 3);
  data.sequences!.target(0, target);
  expect(data.sequences!.length(0)).toBe(pitches.length);
  const expected = shares.flatMap((share) => [0, share, 1 - share]); // the other class, its own, Null
  expect(difference([...target], expected)).toBeLessThan(1e-6);
});

it('labels of utterances: every frame is of the emotion', () => {
  const heard = heardOf([0, 90]);
  const architecture = { ...ARCHITECTURE, labels: 'utterance' } as const;
  const { data, before } = sequenceLesson([heard], FRONT_END, architecture, momentsOf([heard.values], 32), {});
  const target = new Float32Array(4);
  data.sequences!.target(0, target);
  expect([...target]).toEqual([0, 1, 0, 1]);
  expect(before).toBeUndefined();
});
