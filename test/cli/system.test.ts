import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { attune, attuneInTurn, temporaryFolder } from './attune.ts';

it('attune crossval --system cnn-lstm trains, recognises in segments of 3 s, and verifies', async () => {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  const inTurn = attuneInTurn();
  await writeSyntheticCorpus(at('voices'), { speakers: 2, utterancesPerEmotion: 1, seed: 5 });
  const options = ['--system', 'cnn-lstm', '--epochs', '1', '--cache', at('cache')];
  const trained = await attune(['crossval', at('voices'), '--out', at('run'), ...options, '--jobs', '1']);
  expect(trained.status, trained.stderr).toBe(0);

  const config = JSON.parse(readFileSync(at('run/config.json'), 'utf8'));
  expect(config.options).toMatchObject({
    architecture: { kind: 'cnn-lstm', bins: 200, frames: 300, hidden: 128, dense: 64, dropout: 0.5, classes: 4 },
    frontEnd: { kind: 'log-spectrogram', segmentSeconds: 3, lastSegment: 'fill', trainHopSeconds: 3, binHertz: 20 },
    ...{
      optimizer: { kind: 'adam' },
      schedule: { batchSize: 32, learningRate: 0.001, decayEpochs: [] },
      balance: true,
    },
  });
  expect(JSON.parse(readFileSync(at('run/metrics.json'), 'utf8')).contamination).toBeUndefined();
  expect(readFileSync(at('run/report.html'), 'utf8')).toContain('Length of a segment, s');

  const fold = at('run/checkpoints/f01.safetensors');
  const voice = join(at('voices'), readdirSync(at('voices')).find((name) => name.endsWith('.wav'))!);
  const told = await inTurn(['recognize', voice, '--checkpoint', fold, '--format', 'json']);
  expect(told.status, told.stderr).toBe(0);
  const [answer] = [JSON.parse(told.stdout)].flat();
  expect(answer.segments).toHaveLength(1);
  expect(answer.segments[0]).toMatchObject({ start: 0, end: answer.durationSeconds });
  expect(answer.warnings).toEqual([
    expect.objectContaining({
      code: 'short',
      message: expect.stringContaining('and the network hears 3 s at a time'),
    }),
  ]);
  const explained = await inTurn(['explain', voice, '--checkpoint', fold, '--out', at('map.png')]);
  expect(explained).toMatchObject({ status: 2, stderr: expect.stringContaining('only attention pooling has') });
  const verified = await inTurn(['verify', at('run'), at('voices')]);
  expect(verified.status, verified.stdout + verified.stderr).toBe(0);
});

it('attune crossval --system two-step answers by the threshold of its first step, and verifies', async () => {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  const inTurn = attuneInTurn();
  await writeSyntheticCorpus(at('voices'), { speakers: 2, utterancesPerEmotion: 1, seed: 5 });
  const options = ['--system', 'two-step', '--threshold', '0.01', '--epochs', '1', '--cache', at('cache')];
  const trained = await attune(['crossval', at('voices'), '--out', at('run'), ...options, '--jobs', '1']);
  expect(trained.status, trained.stderr).toBe(0);

  const { architecture } = JSON.parse(readFileSync(at('run/config.json'), 'utf8')).options;
  expect(architecture).toMatchObject({ kind: 'two-step', neutral: 0, threshold: 0.01, classes: 4 });
  const rows = readFileSync(at('run/predictions.csv'), 'utf8').trim().split('\n').slice(1);
  expect(rows.map((row) => row.split(',')[4])).toEqual(Array(8).fill('neutral'));
  const verified = await inTurn(['verify', at('run'), at('voices')]);
  expect(verified.status, verified.stdout + verified.stderr).toBe(0);
  expect(verified.stdout).toContain('every predicted class is the one that the rule of its network gives');

  const classes = ['--classes', 'happy,angry,sad'];
  const refused = await inTurn(['crossval', at('voices'), '--out', at('none'), ...classes, ...options]);
  expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('expected a class neutral and two or') });
});

it('attune crossval --system light-sernet trains on cepstral coefficients, and verifies', async () => {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  await writeSyntheticCorpus(at('voices'), { speakers: 2, utterancesPerEmotion: 1, seed: 5 });
  const options = ['--system', 'light-sernet', '--epochs', '1', '--segment-seconds', '2.5', '--cache', at('cache')];
  const trained = await attune(['crossval', at('voices'), '--out', at('run'), ...options, '--jobs', '1']);
  expect(trained.status, trained.stderr).toBe(0);
  const config = JSON.parse(readFileSync(at('run/config.json'), 'utf8'));
  expect(config.options).toMatchObject({
    architecture: { kind: 'light-sernet', frames: 153, dropout: 0.3, classes: 4 },
    frontEnd: { kind: 'mfcc', segmentSeconds: 2.5, trainHopSeconds: 2.5, testHopSeconds: 2.5, lastSegment: 'fill' },
    optimizer: { kind: 'adam', weightDecay: 2e-6 },
    schedule: { batchSize: 32, learningRate: 0.0001, decayBy: Math.exp(0.15) },
  });
  expect(config.options.balance).toBeUndefined();
  const verified = await attune(['verify', at('run'), at('voices')]);
  expect(verified.status, verified.stdout + verified.stderr).toBe(0);
});
