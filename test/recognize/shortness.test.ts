import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { EncoderWeightsFigures } from '../../recipes/encoder-weights/figures.ts';
import type { ShortRuns } from '../../recipes/short-recordings/page.ts';
import { DEFAULT_ENCODER_FRONT_END } from '../../src/features/front-end.ts';
import { SHORT_IN_USE } from '../../src/features/segmentation.ts';
import { readCheckpoint } from '../../src/model/checkpoint.ts';
import { CUT, filledBy, shortnessOf, TRULY_SAD, UNCUT } from '../../src/recognize/shortness.ts';

const text = await readFile('results/short-recordings/figures.json', 'utf8');
const [recipe] = (JSON.parse(text) as ShortRuns).runs;
const percent = (share: number, digits: number) => Number((100 * share).toFixed(digits));

it('says of short recordings what was measured', () => {
  expect(TRULY_SAD).toBe(percent(recipe!.long.uncut.trulySad, 0));
  for (const fill of SHORT_IN_USE) expect(UNCUT[fill]).toBe(percent(recipe!.long.uncut.ua, 1));
  for (const fill of SHORT_IN_USE) {
    const measured = Object.entries(recipe!.long.fills[fill]!).map(([seconds, { ua, calledSad }]) => {
      return { seconds: Number(seconds), ua: percent(ua, 1), calledSad: percent(calledSad, 0) };
    });
    expect(measured.sort((a, b) => a.seconds - b.seconds)).toEqual(CUT[fill]);
  }
  expect(shortnessOf(0.2, 'repeat')).toBe(
    'it lasts 0.20 s, and the network hears 2 s at a time: it is repeated to fill what is missing. Answers for short recordings are less reliable: cut to 0.5 s, recordings of EmoDB had a UA of 61.4 % in place of 75.0 %, and 13 % were called sad (22 % are).',
  );
  expect(shortnessOf(1.99, 'pad')).toMatch(/: silence fills what is missing\. .* cut to 1\.6 s, /);
  expect(shortnessOf(2, 'pad')).toBeUndefined();
  // what 3 s do was not measured
  expect(shortnessOf(2, 'pad', 3)).toBe(
    'it lasts 2.00 s, and the network hears 3 s at a time: silence fills what is missing.',
  );
});

it('says of those behind the encoder what was measured of its weights', async () => {
  const { cut } = JSON.parse(await readFile('results/encoder/weights.json', 'utf8')) as EncoderWeightsFigures;
  const [uncut, ...rest] = cut;
  expect(UNCUT.unheard).toBe(percent(uncut!.ua, 1));
  expect(CUT.unheard).toEqual(
    rest.map(({ seconds, ua, calledSad }) => ({ seconds, ua: percent(ua, 1), calledSad: percent(calledSad, 0) })),
  );
  expect(filledBy(DEFAULT_ENCODER_FRONT_END)).toBe('unheard');
  expect(shortnessOf(0.2, 'unheard')).toMatch(/: all of it is heard, and nothing in place of what is missing\. /);
});

it('fills what the default weights are given as the cut recordings of EmoDB chose', async () => {
  const weights = readCheckpoint(await readFile('weights/paper.safetensors'), 'weights');
  expect(weights.frontEnd.shortInUse).toBe(recipe!.chosen);
});
