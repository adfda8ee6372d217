import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { DefaultWeightsFigures } from '../../recipes/default-weights/figures.ts';
import { withFigures } from '../../recipes/default-weights/page.ts';
import type { EncoderWeightsFigures } from '../../recipes/encoder-weights/figures.ts';
import { withEncoderFigures } from '../../recipes/encoder-weights/page.ts';
import type { OwnMeanFigures } from '../../recipes/own-mean/figures.ts';
import { cardSection, page as ownMeanPage } from '../../recipes/own-mean/page.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { readCheckpoint } from '../../src/model/checkpoint.ts';
import { readPredictions } from '../../src/run/predictions-file.ts';
import { predictionsAt } from '../../src/statistics/temperature.ts';

it('the figures of the model card are those of results/default-weights, and the temperature is that of the weights', async () => {
  const [card, figures] = await Promise.all(
    ['docs/model-card.md', 'results/default-weights/figures.json'].map((path) => readFile(path, 'utf8')),
  );
  const parsed = JSON.parse(figures!) as DefaultWeightsFigures;
  expect(withFigures(card!, parsed)).toBe(card);
  const weights = readCheckpoint(await readFile('weights/paper.safetensors'), 'weights');
  expect(weights.temperature).toBe(parsed.temperature);
});

/** A page as it reads, wherever its lines end. */
const reads = (page: string) => page.replace(/\s+/g, ' ');

it('the figures of the default weights are those of results/encoder, and the temperature is theirs', async () => {
  const [card, page, text] = await Promise.all(
    ['docs/model-card.md', 'docs/recognise.md', 'results/encoder/weights.json'].map((path) => readFile(path, 'utf8')),
  );
  const figures = JSON.parse(text!) as EncoderWeightsFigures;
  expect(withEncoderFigures(card!, figures)).toBe(card);
  const weights = readCheckpoint(await readFile('weights/attune.safetensors'), 'weights');
  expect(weights.temperature).toBe(figures.temperature);
  const [nll, ece] = (['nll', 'ece'] as const).map((key) =>
    [figures.conditions.clean, ...figures.others.map(({ encoder }) => encoder)].map(({ calibration }) =>
      calibration[key].toFixed(2),
    ),
  );
  expect(Math.log(4).toFixed(3)).toBe('1.386');
  expect(reads(page!)).toContain(`they have ${nll![0]} on EmoDB, ${nll![1]} on RAVDESS and ${nll![2]} on nEMO`);
  expect(reads(page!)).toContain(`(calibration error ${ece![0]}, ${ece![1]} and ${ece![2]})`);
});

it('the model card says how the paper’s weights fare on other speech, as measured', async () => {
  const [card, text] = await Promise.all(
    ['docs/model-card.md', 'results/default-weights/figures.json'].map((path) => readFile(path, 'utf8').then(reads)),
  );
  const { others } = JSON.parse(text!) as DefaultWeightsFigures;
  const [ravdess, nemo] = ['RAVDESS', 'nEMO'].map((name) => others.find((other) => other.name === name)!.after);
  expect(card).toContain(`(${nemo!.nll.toFixed(3)}) than a guess of 1/4`);
  expect(card).toContain(`on RAVDESS hardly a lower one (${ravdess!.nll.toFixed(3)})`);
});

it('docs/decisions/sound-warnings.md says which answers change where the mean is taken out', async () => {
  const run = 'results/emodb-attention';
  const [page, scores] = await Promise.all(
    ['docs/decisions/sound-warnings.md', `${run}/conditions/clean.json`].map((path) => readFile(path, 'utf8')),
  );
  const without = new Map(predictionsAt(JSON.parse(scores!), EMOTIONS, 1).map((one) => [one.utterance, one]));
  const changes = (await readPredictions(`${run}/predictions.csv`)).map(({ utterance, predicted, probabilities }) => {
    const other = without.get(utterance)!;
    const most = Math.max(...probabilities.map((p, k) => Math.abs(p - other.probabilities[k]!)));
    return { utterance, changed: predicted !== other.predicted, most };
  });
  const changed = changes.filter((one) => one.changed).map(({ utterance }) => utterance);
  const moved = changes.filter(({ most }) => most > 0.015).length;
  const most = Math.max(...changes.map((one) => one.most)).toFixed(2);
  expect(changes).toHaveLength(339);
  expect(changed).toHaveLength(4);
  expect(reads(page!)).toContain(`(${changed.join(', ')}; `);
  expect(reads(page!)).toContain(
    `and ${moved} recordings have a probability that changes by more than 0.015, by ${most} at the most`,
  );
});

it("the figures of a source's own mean are those of results/encoder", async () => {
  const [page, card, text] = await Promise.all(
    ['results/encoder/README.md', 'docs/model-card.md', 'results/encoder/own-mean.json'].map((path) =>
      readFile(path, 'utf8'),
    ),
  );
  const figures = JSON.parse(text!) as OwnMeanFigures;
  expect(page).toContain(ownMeanPage(figures).trim());
  expect(card).toContain(cardSection(figures));
});
