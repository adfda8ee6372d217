import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { readCheckpoint } from '../../src/model/checkpoint.ts';
import { attune, attuneInTurn, temporaryFolder } from './attune.ts';

describe('several corpora in one training', async () => {
  const folder = await temporaryFolder();
  const [voices, nosad] = [join(folder, 'voices'), join(folder, 'nosad', 'labels.csv')];
  const tables = ['calls', 'films'].map((name) => join(folder, name, 'labels.csv'));
  const [calls, films] = tables as [string, string];
  const out = (name: string) => ['--out', join(folder, name), '--cache', join(folder, 'cache')];
  const quick = ['--pooling', 'gap', '--epochs', '1', '--balance'];
  const inTurn = attuneInTurn();
  const json = async (...path: string[]) => JSON.parse(await readFile(join(folder, ...path), 'utf8'));

  beforeAll(async () => {
    await writeSyntheticCorpus(voices, { speakers: 2, utterancesPerEmotion: 1, seed: 1 });
    for (const [i, name] of ['calls', 'films', 'nosad'].entries()) {
      await writeSyntheticCorpus(join(folder, name), { speakers: 2, utterancesPerEmotion: 1, seed: i + 2 });
      const files = (await readdir(join(folder, name))).filter((file) => name !== 'nosad' || !file.includes('sad'));
      const rows = files.map((file) => `${file},${file.split('_')[1]},${name} ${file.split('_')[0]}`);
      await writeFile(join(folder, name, 'labels.csv'), ['file,emotion,speaker', ...rows].join('\n'));
    }
  });

  it('each is tested once by a network trained on all others, which can be doubted and trained again', async () => {
    const run = ['crossval', voices, calls, films, '--protocol', 'leave-one-corpus-out', ...quick, ...out('run')];
    const { status, stdout, stderr } = await attune([...run, '--weight', 'calls=0.5']);
    expect(status, stderr).toBe(0);
    for (const corpus of ['calls', 'films', 'synthetic']) expect(stdout).toMatch(new RegExp(`^${corpus} +2 +8 `, 'm'));
    const { options } = await json('run', 'config.json');
    expect(options).toMatchObject({ balance: true, corpusWeights: { synthetic: 1, calls: 0.5, films: 1 } });
    const { parts, labels, recordings } = await json('run', 'manifest.json');
    expect([parts, labels]).toEqual([
      ['synthetic', 'csv', 'csv'],
      ['synthetic', 'calls', 'films'],
    ]);
    expect(recordings[0]).toMatchObject({ utterance: 'calls/f01_angry_01', speaker: 'csv/calls f01', fold: 'calls' });
    const { perCorpus, folds, wa } = await json('run', 'metrics.json');
    expect(folds).toBe(3);
    const right = perCorpus.map((one: { utterances: number; wa: number }) => one.utterances * one.wa);
    expect(right.reduce((a: number, b: number) => a + b) / 24).toBeCloseTo(wa, 12);
    const bytes = await readFile(join(folder, 'run', 'checkpoints', 'calls.safetensors'));
    expect(readCheckpoint(bytes, 'calls').provenance!.corpora).toEqual([
      { name: 'csv', speakers: ['films f01', 'films m01'] },
      { name: 'synthetic', speakers: ['f01', 'm01'] },
    ]);
    const verified = await attune(['verify', join(folder, 'run'), folder, '--retrain', 'calls', ...out('').slice(2)]);
    expect(verified.status, verified.stdout).toBe(0);
    expect(verified.stdout).toMatch(/3 folds as leave-one-corpus-out makes them$/m);
    expect(verified.stdout).toMatch(/fold calls was trained again: .* is the same to the last byte/);
    const report = await readFile(join(folder, 'run', 'report.html'), 'utf8');
    expect(report).toMatch(/One corpus left out at a time: each of 3 folds tests one corpus/);
    expect(report).toContain('synthetic: 1; calls: 0.5; films: 1');
    const cell = '<td[^>]*>[^<]*</td>';
    for (const { corpus, ua } of perCorpus)
      expect(report).toMatch(new RegExp(`>${corpus}</td>(${cell}){3}<td[^>]*>${(100 * ua).toFixed(1)}`));
  });

  it('are trained on together and tested on another, with labels of their own', async () => {
    const two = (map: string) => ['--labels', `${map}aroused=happy,angry;calm=neutral,sad`];
    const run = ['crossval', voices, calls, '--test-on', films, ...quick, ...out('across')];
    const labels = [...two('csv:'), ...two('synthetic:'), '--test-labels', 'aroused=happy,angry;calm=neutral,sad'];
    const { status, stderr } = await attune([...run, ...labels, '--weight', 'none']);
    expect(status, stderr).toBe(0);
    const { corpus, options } = await json('across', 'config.json');
    expect(corpus).toBe('synthetic + csv to films');
    expect(options.classes).toEqual(['aroused', 'calm']);
    expect(Object.keys(options.ownLabels)).toEqual(['csv', 'synthetic']);
    expect(options).not.toHaveProperty('corpusWeights');
    expect(await readFile(join(folder, 'across', 'report.html'), 'utf8')).toContain('16 recordings of 2 corpora');
  });

  it.each([
    ['the same one twice', () => ['train', voices, voices], 1, /voices is given twice/],
    ['one within another', () => ['train', folder, calls], 1, /holds more than one corpus|lie within each other/],
    [
      'an unknown weight',
      () => ['train', voices, calls, '--weight', 'emodb=2'],
      2,
      /emodb, which is none .*: name one of csv, synthetic/,
    ],
    ['a weight of 0', () => ['train', voices, calls, '--weight', 'csv=0'], 2, /Expected a number above 0/],
    ['a negative weight', () => ['train', voices, calls, '--weight', 'csv=-1'], 2, /Expected a number above 0/],
    ['a weight beyond use', () => ['train', voices, calls, '--weight', 'csv=1000'], 2, /from 0.01 to 100/],
    [
      'a weight of nothing',
      () => ['train', voices, calls, '--weight', 'csv'],
      2,
      /Expected such as emodb=2, or none alone/,
    ],
    ['a weight of one corpus', () => ['train', voices, '--weight', 'synthetic=2'], 2, /there is one: give no weight/],
    [
      'a weight of what is tested',
      () => ['crossval', voices, calls, '--test-on', films, '--weight', 'films=2'],
      2,
      /films, which is none/,
    ],
    [
      'one corpus to leave out',
      () => ['crossval', voices, '--protocol', 'leave-one-corpus-out'],
      2,
      /two corpora or more, .*another --protocol/,
    ],
    [
      'labels of an unknown corpus',
      () => ['train', voices, calls, '--labels', 'x:happy=joy'],
      2,
      /given for x, .* synthetic, csv/,
    ],
    [
      'labels that one lacks',
      () => ['train', voices, calls, '--labels', 'happy=joy'],
      2,
      /voices: no recording is labelled joy/,
    ],
    [
      'classes that differ',
      () => ['train', voices, calls, '--labels', 'csv:up=happy;down=sad'],
      1,
      /have the same classes, but .*up, down: map the labels of each/,
    ],
    [
      'one without a class',
      () => ['train', voices, nosad],
      1,
      /csv holds no sad: .*--accept 'class-missing:corpus csv'/,
    ],
  ])('refuse %s', async (_, args, expected, message) => {
    const { status, stderr } = await inTurn([...args(), ...out('refused')]);
    expect(stderr).toMatch(message);
    expect(status).toBe(expected);
  });
});
