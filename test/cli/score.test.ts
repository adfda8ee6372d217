import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { provenanceOf } from '../../src/corpus/provenance.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { CONFIG, moments, PREPROCESSOR, writeFolder } from '../recognize/hugging-face/folders.ts';
import { attuneInTurn, temporaryFolder } from './attune.ts';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);
await writeSyntheticCorpus(at('voices'), { speakers: 2, utterancesPerEmotion: 1, seed: 1 });
writeFolder(at('model'), {
  'config.json': CONFIG,
  'preprocessor_config.json': PREPROCESSOR,
  'onnx/model.onnx': moments(),
});
writeFolder(at('unlabelled'), { 'config.json': {}, 'preprocessor_config.json': PREPROCESSOR });
const files = readdirSync(at('voices'))
  .filter((name) => name.endsWith('.wav'))
  .sort();
const truth = (file: string) => /_([a-z]+)_/.exec(file)![1]!;

/** A tool that calls everything sad, surely where it is. */
const sad = (file: string) => (truth(file) === 'sad' ? [0.1, 0.1, 0.1, 0.7] : [0.2, 0.2, 0.2, 0.4]);
writeFileSync(
  at('tool.csv'),
  `file,label,p_neutral,p_happiness,p_anger,p_sadness\n${files.map((file) => `${file},sadness,${sad(file)}`).join('\n')}\n`,
);
writeFileSync(at('labels.csv'), `file,label\n${files.map((file) => `${file},${truth(file)}`).join('\n')}\n`);
const run = attuneInTurn();
const score = (...args: string[]) =>
  run(['score', at('voices'), '--cache', at('cache'), '--accept', 'speaker-missing', ...args]);

const json = (path: string) => JSON.parse(readFileSync(at(path), 'utf8'));

describe('attune score --predictions', async () => {
  const { status, stdout, stderr } = await score('--predictions', at('tool.csv'), '--out', at('out'));

  it('prints figures, each marked, and how far probabilities can be believed', () => {
    expect({ status, stderr: stderr.includes('attune:') }).toEqual({ status: 0, stderr: false });
    expect(stdout).toContain('Contamination unknown: nothing says all that this system was made with');
    for (const name of ['WA', 'UA', 'macro-F1'])
      expect(stdout).toMatch(new RegExp(`^${name} contamination unknown`, 'm'));
    const nll = -(2 * Math.log(0.7) + 6 * Math.log(0.2)) / 8;
    expect(stdout).toMatch(new RegExp(`^NLL, nats +${nll.toFixed(3)} +1\\.386$`, 'm'));
    expect(stdout).toMatch(/^ECE +0\.375 *$/m); // eight groups of one: |1 - 0.7| twice, |0 - 0.4| six times
  });

  it('leaves a folder as of a run, each file marked', () => {
    expect(readdirSync(at('out')).sort()).toEqual([
      ...['hashes.json', 'manifest.json', 'metrics.json', 'predictions.csv', 'report.html', 'score.json'],
    ]);
    const { wa, ua, contamination, speakers } = json('out/metrics.json');
    expect({ wa, ua, contamination, speakers }).toEqual({ wa: 0.25, ua: 0.25, contamination: 'unknown', speakers: 2 });
    const rows: Record<string, string>[] = parse(readFileSync(at('out/predictions.csv')), { columns: true });
    expect(rows).toHaveLength(8);
    for (const row of rows) {
      expect(row).toMatchObject({ predicted: 'sad', contamination: 'unknown', fold: 'all' });
      expect(row.emotion).toBe(truth(`${row.utterance}.wav`));
    }
    const { system } = json('out/score.json').options;
    expect(system).toMatchObject({ kind: 'predictions', path: at('tool.csv'), probabilities: true });
    expect(system.labels).toEqual(['neutral', 'happiness', 'anger', 'sadness']);
    const page = readFileSync(at('out/report.html'), 'utf8');
    expect(page).toContain('<title>contamination unknown: ');
    expect(page.match(/class="badge">contamination unknown/g)!.length).toBeGreaterThan(6);
  });

  it('is compared with others, and never called better', async () => {
    const second = await score('--predictions', at('labels.csv'), '--out', at('perfect'));
    expect(second.stdout).toContain('It gives no probabilities');
    const compared = await run(['compare', at('out'), at('perfect')]);
    expect(compared.status, compared.stderr).toBe(0);
    expect(compared.stdout).toContain('A contamination unknown');
    expect(compared.stdout).toContain('Contamination unknown: nothing says all that A was made with');
    expect(compared.stdout).toContain('contamination unknown: no ranking');
  });

  it('is told from a run where it is to be verified', async () => {
    const { status, stderr } = await run(['verify', at('out')]);
    expect(status).toBe(1);
    expect(stderr).toContain('holds the figures of a system that was made elsewhere (score.json), not a run');
  });

  it('goes into its folder again, and not into that of another system', async () => {
    const again = await score('--predictions', at('tool.csv'), '--out', at('out'), '--json');
    expect(again.status).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual(json('out/metrics.json'));
    const other = await score('--predictions', at('labels.csv'), '--out', at('out'));
    expect(other.status).toBe(2);
    expect(other.stderr).toContain('holds the figures of another system, or of other options');
  });
});

it('attune score --model runs a classifier, whose labels are given a meaning', async () => {
  const { status, stdout } = await score(
    ...[
      '--model',
      at('model'),
      '--labels',
      'aroused=happy,angry;calm=neutral,sad',
      '--predicted-labels',
      'aroused=tense',
    ],
    ...['--json', '--out', at('scored')],
  );
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    wa: 0.5,
    ua: 0.5,
    emotions: ['aroused', 'calm'],
    contamination: 'unknown',
  });
  const rows: Record<string, string>[] = parse(readFileSync(at('scored/predictions.csv')), { columns: true });
  for (const row of rows) expect(Number(row.p_aroused)).toBeCloseTo(1 / (1 + Math.exp(-1)), 3);
});

it('attune score --model refuses whom, and what, the weights have heard, and marks it where it is let pass', async () => {
  const sha256 = createHash('sha256')
    .update(readFileSync(at('voices/f01_sad_01.wav')))
    .digest('hex');
  const { name } = await readCorpus(at('voices'));
  writeFolder(at('heard'), {
    ...{ 'config.json': CONFIG, 'preprocessor_config.json': PREPROCESSOR, 'onnx/model.onnx': moments() },
    'provenance.json': provenanceOf(name, [{ speaker: 'f01', sha256 }]),
  });
  const args = ['--model', at('heard'), '--labels', 'aroused=happy,angry;calm=neutral,sad'];
  const asked = [...args, '--predicted-labels', 'aroused=tense'];
  const refused = await score(...asked);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain('Fold all tests speakers whom its weights have heard before (f01)');
  expect(refused.stderr).toContain('Fold all tests recordings that its weights have heard before (f01_sad_01)');
  const passed = await score(...asked, '--accept', 'speaker-heard', '--accept', 'recording-heard');
  expect(passed.status, passed.stderr).toBe(0);
  expect(passed.stdout).toContain('LEAKS: speakers stand on both sides of its training and this test');
  expect(passed.stdout).toMatch(/^WA LEAKS contamination unknown/m);
});

it.each([
  ['nothing to score', [], 2, 'expected --model or --predictions, got neither'],
  [
    'both',
    ['--model', at('model'), '--predictions', at('tool.csv')],
    2,
    "cannot be used with option '--predictions <file>'",
  ],
  ['a model without labels', ['--model', at('unlabelled')], 1, 'config.json has no id2label'],
  ['labels that mean nothing here', ['--model', at('model')], 2, 'says calm, tense, and the classes of the corpus are'],
  ['no table', ['--predictions', at('none.csv')], 1, 'give a CSV of predictions'],
  [
    'the folder of the recordings for figures',
    ['--predictions', at('tool.csv'), '--out', at('voices')],
    2,
    'holds the recordings',
  ],
  ['a folder of other files', ['--predictions', at('tool.csv'), '--out', at('cache/other')], 2, 'would be replaced'],
])('attune score refuses %s in one line', async (_, flags, status, message) => {
  writeFolder(at('cache/other'), { 'metrics.json': {} });
  const ended = await score(...flags);
  expect(ended.status).toBe(status);
  expect(ended.stderr).toContain(message);
  expect(
    ended.stderr
      .trim()
      .split('\n')
      .filter((line) => /^(attune|error):/.test(line)),
  ).toHaveLength(1);
});

it('attune score stops where the audit finds one recording twice', async () => {
  writeFolder(at('twice'), {});
  await writeSyntheticCorpus(at('twice'), { speakers: 2, utterancesPerEmotion: 1, seed: 1 });
  writeFileSync(at('twice/f01_sad_02.wav'), readFileSync(at('twice/f01_sad_01.wav')));
  const names = readdirSync(at('twice')).filter((name) => name.endsWith('.wav'));
  writeFileSync(at('twice.csv'), `file,label\n${names.map((file) => `${file},sad`).join('\n')}\n`);
  const args = ['score', at('twice'), '--cache', at('cache'), '--predictions', at('twice.csv'), '--out', at('never')];
  const { status, stderr } = await run([...args, '--accept', 'speaker-missing']);
  expect(status).toBe(1);
  expect(stderr).toContain('f01_sad_01 and f01_sad_02 are one recording');
  expect(existsSync(at('never'))).toBe(false);
});
