import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { attune, attuneInTurn, filesOf, killedWhen, start, temporaryFolder } from './attune.ts';

it('attune crossval --system dnn-elm, killed and started again, ends with the same bytes, which verify', async () => {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  const inTurn = attuneInTurn();
  await writeSyntheticCorpus(at('voices'), { speakers: 3, utterancesPerEmotion: 1, seed: 5 });
  const crossval = (run: string, ...more: string[]) => [
    ...['crossval', at('voices'), '--system', 'dnn-elm', '--epochs', '1', '--inner-folds', '2'],
    ...['--cache', at('cache'), '--out', at(run), '--jobs', '1', ...more],
  ];
  await killedWhen(start(crossval('run')), () =>
    filesOf(at('run/folds')).some((file) => file.endsWith('.state.safetensors')),
  );
  const trained = await attune(crossval('run'));
  expect(trained.status, trained.stderr).toBe(0);

  const config = JSON.parse(readFileSync(at('run/config.json'), 'utf8'));
  expect(config.options).toMatchObject({
    architecture: { kind: 'dense', classes: 4, inputs: 800, hidden: [256, 256, 256] },
    frontEnd: { kind: 'descriptors', set: 'lee-tashev', segmentFrames: 25, loudest: 0.3 },
    elm: { hidden: { kind: 'rbf', gammas: [0.1, 0.3, 1, 3, 10] }, ridges: [10, 1, 0.1, 0.01, 0.001], innerFolds: 2 },
    ...{ optimizer: { momentum: 0.9 }, schedule: { batchSize: 128, learningRate: 0.01, decayEpochs: [] } },
  });
  const { content } = JSON.parse(readFileSync(at('run/folds/m01.json'), 'utf8'));
  expect(content.chosen.tried).toHaveLength(25);
  expect(readFileSync(at('run/report.html'), 'utf8')).toContain('Extreme learning machine');
  const told = await inTurn(['verify', at('run'), at('voices'), '--retrain', 'f01', '--cache', at('cache')]);
  expect(told.status, told.stdout + told.stderr).toBe(0);
  expect(told.stdout).toContain('f01.safetensors is the same to the last byte');
  expect(told.stdout).toMatch(/recordings of 3 folds were scored again by their checkpoints: no probability differs/);

  const checkpoint = at('run/checkpoints/f01.safetensors');
  const answer = await inTurn(['recognize', at('voices/f01_sad_01.wav'), '--checkpoint', checkpoint]);
  expect(answer).toMatchObject({ status: 1, stderr: expect.stringContaining('hears descriptors of frames') });
});
