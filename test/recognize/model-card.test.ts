import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { DefaultWeightsFigures } from '../../recipes/default-weights-figures.ts';
import { withFigures } from '../../recipes/default-weights-page.ts';
import { readCheckpoint } from '../../src/model/checkpoint.ts';

it('the figures of the model card are those of results/default-weights, and the temperature is that of the weights', async () => {
  const [card, figures] = await Promise.all(
    ['docs/model-card.md', 'results/default-weights/figures.json'].map((path) => readFile(path, 'utf8')),
  );
  const parsed = JSON.parse(figures!) as DefaultWeightsFigures;
  expect(withFigures(card!, parsed)).toBe(card);
  const weights = readCheckpoint(await readFile('weights/attune.safetensors'), 'weights');
  expect(weights.temperature).toBe(parsed.temperature);
});
