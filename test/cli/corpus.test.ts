import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import encodeWav from '@audio/encode-wav';
import { Command, CommanderError } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { corpusCommand } from '../../src/cli/corpus.ts';
import { addReadingOptions, type ReadingFlags, readingOptions } from '../../src/cli/reading.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { folderOf } from '../corpus/folder.ts';
import { ATTUNE_CORPORA, describeWith } from '../folders.ts';

afterEach(() => vi.restoreAllMocks());

/** Runs `attune corpus` in this process; returns what it prints on stdout. */
async function corpus(...args: string[]): Promise<string> {
  const printed: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await new Command('attune')
    .exitOverride()
    .addCommand(corpusCommand().exitOverride())
    .parseAsync(['corpus', ...args], { from: 'user' });
  return printed.join('');
}

describe('attune corpus', () => {
  const voices = async () => {
    const folder = await folderOf();
    await writeSyntheticCorpus(folder, { speakers: 3, utterancesPerEmotion: 1, seed: 1 });
    return folder;
  };

  it('prints everything as JSON', async () => {
    const folder = await voices();
    const report = JSON.parse(await corpus(folder, '--json'));
    const one = { neutral: 1, happy: 1, angry: 1, sad: 1 };
    expect(report).toMatchObject({
      name: 'synthetic',
      directory: folder,
      utterances: 12,
      leftOut: {},
      classes: { neutral: 3, happy: 3, angry: 3, sad: 3 },
      speakers: [
        { name: 'f01', gender: 'female', utterances: 4, classes: one },
        { name: 'f02', gender: 'female', utterances: 4, classes: one },
        { name: 'm01', gender: 'male', utterances: 4, classes: one },
      ],
      genders: [
        { name: 'female', speakers: 2, utterances: 8 },
        { name: 'male', speakers: 1, utterances: 4 },
      ],
      sessions: [],
      rates: [{ sampleRate: 16_000, channels: 1, utterances: 12 }],
    });
    expect(report.labels).toContainEqual({ label: 'angry', emotion: 'angry', recordings: 3 });
    expect(report.audit).toBeInstanceOf(Array);
  });

  it('names recordings without any sound, zeros or another number throughout', async () => {
    const folder = await voices();
    for (const [name, value] of [
      ['f01_sad_01', 0],
      ['m01_happy_01', 0.25],
    ] as const) {
      const encoder = await encodeWav({ sampleRate: 16_000, bitDepth: 16 });
      encoder.encode([new Float32Array(8000).fill(value)]);
      await writeFile(join(folder, `${name}.wav`), encoder.flush());
    }
    const { warnings, utterances } = JSON.parse(await corpus(folder, '--json'));
    expect(warnings).toEqual(
      ['f01_sad_01', 'm01_happy_01'].map((name) =>
        expect.stringMatching(new RegExp(`${name}\\.wav: it holds only silence .*\\. It stays in the corpus: mend it`)),
      ),
    );
    expect(utterances).toBe(12);
  });

  it('prints tables, with the labels that were asked for', async () => {
    const text = await corpus(await voices(), '--labels', 'happy=angry', '--labels', 'angry=happy;ignored=sad');
    expect(text).toMatch(/^synthetic: 9 utterances of 3 speakers, /);
    expect(text).toMatch(/^f01 +female +1 +1 +1 +0 +3$/m);
    expect(text).toMatch(/^all +3 +3 +3 +0 +9$/m);
    expect(text).toMatch(/^female +2 +2 +2 +2 +0 +6$/m);
    expect(text).toMatch(/^happy +angry +3$/m);
    expect(text).toMatch(/^sad +left out +3$/m);
    expect(text).toMatch(/^emotion is sad +3$/m);
    expect(text).toMatch(/^16000 Hz +1 +9$/m);
    expect(text).toMatch(/^Audit:/m);
  });

  it('shows what the folds of others test, and what they leave out', async () => {
    const folder = await voices();
    const rows = ['f01_sad_01,a', 'f01_happy_01,a', 'far/away/m01_sad_01.flac,b'];
    await writeFile(join(folder, 'folds.csv'), ['utterance,fold', ...rows].join('\n'));
    const asked = [folder, '--split', join(folder, 'folds.csv')];
    const text = await corpus(...asked);
    expect(text).toMatch(
      /^tested by fold +speakers +neutral +happy +angry +sad +all\na +1 +0 +1 +0 +1 +2\nb +1 +0 +0 +0 +1 +1$/m,
    );
    const { folds, warnings } = JSON.parse(await corpus(...asked, '--json'));
    expect(folds[1]).toEqual({
      name: 'b',
      speakers: 1,
      utterances: 1,
      classes: { neutral: 0, happy: 0, angry: 0, sad: 1 },
    });
    expect(warnings).toEqual([expect.stringMatching(/names 3 of 12 utterances; the others are left out/)]);
  });

  it.each([
    ['--labels', 'happy'],
    ['--labels', '=happy'],
    ['--labels', 'happy="hap'],
    ['--classes', ''],
    ['--classes', 'happy,,sad'],
    ['--classes', '"happy'],
    ['--labels', 'happy='],
    ['--labels', 'happy=hap,,exc'],
    ['--corpus', 'emo'],
    ['--turns', 'some'],
    ['--speaker', '('],
    ['--speaker', 'S..'],
  ])('refuses %s %s as wrong use', async (option, value) => {
    await expect(corpus('anywhere', option, value)).rejects.toThrow(CommanderError);
  });
});

describe('options for reading', () => {
  const options = (...args: string[]) =>
    readingOptions(addReadingOptions(new Command()).parse(args, { from: 'user' }).opts<ReadingFlags>());

  it('are nothing where nothing is given', () => {
    expect(options()).toBeUndefined();
  });

  it('are put together', () => {
    const given = ['--corpus', 'iemocap', '--turns', 'all', '--speaker', '(S.)'];
    const labels = ['--labels', 'happy=hap, exc; ignored = oth', '--labels', 'happy=joy', '--labels', 'sad=traurig'];
    expect(options(...given, ...labels)).toEqual({
      corpus: 'iemocap',
      turns: 'all',
      speaker: '(S.)',
      labels: { happy: ['hap', 'exc', 'joy'], ignored: ['oth'], sad: ['traurig'] },
    });
  });
});

const EMODB = join(ATTUNE_CORPORA, 'emodb');
describeWith(EMODB, 'attune corpus on EmoDB', () => {
  it('counts what is known of it', async () => {
    const { utterances, classes, genders, durations, rates } = JSON.parse(await corpus(EMODB, '--json'));
    expect([utterances, classes]).toEqual([339, { neutral: 79, happy: 71, angry: 127, sad: 62 }]);
    expect(genders.map(({ name, speakers }: { name: string; speakers: number }) => [name, speakers])).toEqual([
      ['female', 5],
      ['male', 5],
    ]);
    expect(durations.shorterThan2Seconds).toBe(79);
    expect(rates).toEqual([{ sampleRate: 16_000, channels: 1, utterances: 339 }]);
  });
});
