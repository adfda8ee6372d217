import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import encodeWav from '@audio/encode-wav';
import { beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM_NAMES } from '../../src/cli/system.ts';
import { systemRun } from '../../src/cli/system-run.ts';
import { synthesizeCorpus } from '../../src/corpus/synthetic.ts';
import { readPredictions } from '../../src/run/predictions-file.ts';
import type { Table1 } from '../../src/studies/table1/table.ts';
import { runOf } from '../evaluate/run.ts';
import { writeRun } from '../evaluate/run-on-disk.ts';
import { attune, attuneInTurn, type Ended, temporaryFolder } from './attune.ts';

const LABELS: Readonly<Record<string, string>> = { neutral: 'neu', happy: 'hap', angry: 'ang', sad: 'sad' };
const line = (turn: string, label: string) => `[0.0 - 2.0]\t${turn}\t${label}\t[2.5, 2.5, 2.5]\n`;

/** IEMOCAP's layout with synthetic voices: in session 1 a woman and a man improvise; in the others there are scripted turns alone. */
async function writeIemocap(root: string): Promise<void> {
  const write = async (file: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), content);
  };
  const wav = (dialogue: string, turn: string) => `Session${turn[4]}/sentences/wav/${dialogue}/${turn}.wav`;
  const evaluation = (dialogue: string) => `Session${dialogue[4]}/dialog/EmoEvaluation/${dialogue}.txt`;
  let said = '';
  for (const { utterance, waveform } of synthesizeCorpus({ speakers: 2, utterancesPerEmotion: 1, seed: 5 })) {
    const letter = utterance.speaker[0]!.toUpperCase();
    const turn = `Ses01F_impro01_${letter}00${Object.keys(LABELS).indexOf(utterance.emotion)}`;
    const encoder = await encodeWav({ sampleRate: waveform.sampleRate, bitDepth: 16 });
    const bytes = [encoder.encode([waveform.samples]), encoder.flush()];
    await write(wav('Ses01F_impro01', turn), Buffer.concat(bytes));
    said += line(turn, LABELS[utterance.emotion]!);
  }
  await write(evaluation('Ses01F_impro01'), said);
  for (const session of [1, 2, 3, 4, 5]) {
    const dialogue = `Ses0${session}M_script01_1`;
    await write(wav(dialogue, `${dialogue}_M000`), 'RIFF');
    await write(evaluation(dialogue), line(`${dialogue}_M000`, 'hap'));
  }
}

it.each(SYSTEM_NAMES)('%s has options of a run, with a seed', (system) => {
  const corpus = { name: 'none', directory: '.', utterances: [], leftOut: {} };
  const { seed, schedule, threads, protocol } = systemRun(system, ['--seed', '7', '--epochs', '3'], corpus);
  expect({ seed, epochs: schedule.epochs, threads, protocol }).toEqual({
    ...{ seed: 7, epochs: 3, threads: 1, protocol: 'leave-one-speaker-out' },
  });
});

describe('attune table1', async () => {
  const folder = await temporaryFolder();
  const at = (...path: string[]) => join(folder, ...path);
  const args = (...more: string[]) => [
    ...['table1', at('iemocap'), '--out', at('table'), '--cache', at('cache'), '--jobs', '1'],
    ...['--epochs', '1', '--systems', 'gap-pooling', '--seeds', '1', '--accept', 'speaker-missing'],
    ...more,
  ];
  const inTurn = attuneInTurn();
  let first: Ended;

  beforeAll(async () => {
    await writeIemocap(at('iemocap'));
    first = await attune(args('--predictions', at('to-send')), { ATTUNE_CORPORA: folder });
  });

  it('runs on IEMOCAP’s improvised turns, whose figures the paper’s stand beside', async () => {
    expect(first.status, first.stderr).toBe(0);
    expect(first.stderr).toContain('1 of 1: gap-pooling, seed 1');
    expect(first.stdout).toMatch(/^%.*paper: WA +UA\nA {2}CNN, global average pooling +\d.* 71\.4 +67\.5\n/);
    expect(first.stdout).not.toContain('another corpus');
    const page = await readFile(at('table', 'table1.md'), 'utf8');
    expect(page).toContain('# Table 1 on iemocap, one speaker left out at a time');
    expect(page).toContain(
      'npx attune table1 $ATTUNE_CORPORA/iemocap --systems gap-pooling --seeds 1 --protocol leave-one-speaker-out --epochs 1 --accept speaker-missing --out',
    );
    const table: Table1 = JSON.parse(await readFile(at('table', 'table1.json'), 'utf8'));
    expect(table).toMatchObject({ utterances: 8, speakers: 2, folds: 2, seeds: [1] });
    const { options } = JSON.parse(await readFile(at('table', 'gap-pooling-1', 'config.json'), 'utf8'));
    expect(options).toMatchObject({ architecture: { pooling: 'gap' }, frontEnd: { offset: 'remove' }, seed: 1 });
  });

  it('writes predictions alone, to send to who may not have the recordings', async () => {
    const files = (await readdir(at('to-send'), { recursive: true })).sort();
    const ofRun = ['config.json', 'predictions.csv'].map((name) => join('gap-pooling-1', name));
    expect(files).toEqual(['README.md', 'gap-pooling-1', ...ofRun]);
    const all = await Promise.all(
      [ofRun[0]!, ofRun[1]!, 'README.md'].map((file) => readFile(at('to-send', file), 'utf8')),
    );
    for (const text of all) {
      expect(text).not.toContain(folder);
      expect(text).not.toContain('.wav');
    }
    expect(all[1]).toBe(await readFile(at('table', ofRun[1]!), 'utf8'));
    const compared = await inTurn(['compare', at('to-send', 'gap-pooling-1'), at('table', 'gap-pooling-1')]);
    expect(compared.status, compared.stderr).toBe(0);
  });

  it('verifies, and goes on without training again', async () => {
    const verified = await inTurn(['verify', at('table', 'gap-pooling-1'), at('iemocap')]);
    expect(verified.status, verified.stdout + verified.stderr).toBe(0);
    const again = await inTurn(args('--json'));
    expect(again.status, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout).rows.filter(({ asked }: { asked: boolean }) => asked)).toHaveLength(1);
    expect(again.stderr).not.toContain('1 of 1');
  });

  it('marks what leaks, and says which runs of the folder it leaves out', async () => {
    const own = await readPredictions(at('table', 'gap-pooling-1', 'predictions.csv'));
    const { options } = runOf(own).config;
    const theirs = await writeRun(at('theirs'), own, { ...options, protocol: 'random-leaking' });
    await cp(at('table', 'gap-pooling-1'), at('table', 'gap-pooling-7'), { recursive: true });
    const { status, stdout, stderr } = await inTurn(args('--beside', `Theirs=${theirs}`));
    await rm(at('table', 'gap-pooling-7'), { recursive: true });
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^B {2}Theirs LEAKS +\d/m);
    expect(stdout).toMatch(/^LEAKS: speakers stand on both sides of folds of B, so its figures say nothing/m);
    expect(stderr).toMatch(/^warning: .*table holds gap-pooling-7 too, which this table leaves out$/m);
  });

  it.each<[string[], RegExp]>([
    [['--systems', 'gap-pooling,svm'], /Expected some of attention-pooling, .*cnn-lstm.*, got "svm"/],
    [['--systems', 'gap-pooling,gap-pooling'], /gap-pooling is given twice/],
    [['--seeds', '1,2,1'], /seed 1 is given twice/],
    [['--seeds', 'one'], /Expected a whole number from 0 to 4294967295/],
    [['--seen', '3'], /seed 3 is told to have been seen, but is none of 1/],
    [['--epochs', '2'], /gap-pooling-1 was started with other options[\s\S]*schedule\.epochs was 1, is 2/],
    [['--protocol', 'random-leaking'], /Allowed choices are speaker-folds, leave-one-speaker-out/],
    [['--folds', '2'], /--folds is for the protocols speaker-folds and random-leaking/],
    [['--beside', 'runs/peer'], /Expected such as "openSMILE \+ SVM=runs\/opensmile"/],
    [['--predictions', '.'], /holds other files/],
    [
      ['--predictions', at('to-send'), '--systems', 'dnn-elm'],
      /holds gap-pooling-1, which is none of this table's runs/,
    ],
    [['--beside', 'one=runs/peer', '--beside', 'two=runs/peer'], /runs\/peer is given twice/],
    [['--beside', 'one=runs/peer', '--beside', 'one=runs/other'], /one is the title of two systems/],
  ])('calls %j wrong use', async (more, message) => {
    const { status, stderr } = await inTurn(args(...more));
    expect(status, stderr).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('refuses what cannot learn from its folds before anything is trained', async () => {
    const { status, stderr } = await inTurn(args('--systems', 'gap-pooling,dnn-elm', '--out', at('elm')));
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/dnn-elm cannot be run here: fold \w+ has one training speaker/),
    ]);
    await expect(readdir(at('elm'))).rejects.toThrow();
  });

  it('fails where one speaker alone is there', async () => {
    await mkdir(at('alone', 'anna', 'sad'), { recursive: true });
    const table = ['file,emotion,speaker', ...Object.keys(LABELS).map((name) => `${name}.wav,${name},anna`)];
    await writeFile(at('alone', 'all.csv'), table.join('\n'));
    for (const name of Object.keys(LABELS)) await writeFile(at('alone', `${name}.wav`), 'RIFF');
    const { status, stderr } = await inTurn(['table1', at('alone', 'all.csv'), '--out', at('none'), '--jobs', '1']);
    expect(status, stderr).toBe(1);
    expect(stderr).toMatch(/^attune: .*one speaker/m);
  });
});
