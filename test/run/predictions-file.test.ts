import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { predictionsCsv, readClasses, readPredictions } from '../../src/run/predictions-file.ts';
import type { Prediction } from '../../src/statistics/prediction.ts';
import { predict } from '../evaluate/predict.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-predictions-'));
});
afterAll(() => rm(folder, { recursive: true }));

const HEADER = 'utterance,speaker,fold,emotion,predicted,p_neutral,p_happy,p_angry,p_sad';
const GOOD = 'u1,03,03,sad,neutral,0.700000,0.100000,0.050000,0.150000';

const PREDICTIONS: Prediction[] = [
  {
    utterance: 'wav/b, "two"',
    speaker: '03',
    fold: '03',
    emotion: 'angry',
    predicted: 'happy',
    probabilities: [1 / 3, 2 / 3, 0, 1e-9],
  },
  {
    utterance: 'wav/a',
    speaker: '08',
    fold: '08',
    emotion: 'sad',
    predicted: 'sad',
    probabilities: [0.125, 0.125, 0.25, 0.5],
  },
];

describe('predictions.csv', () => {
  it('is written byte for byte as RFC 4180 asks, sorted by utterance', () => {
    expect(predictionsCsv(PREDICTIONS, EMOTIONS)).toBe(
      `${HEADER}\n` +
        'wav/a,08,08,sad,sad,0.125000,0.125000,0.250000,0.500000\n' +
        '"wav/b, ""two""",03,03,angry,happy,0.333333,0.666667,0.000000,0.000000\n',
    );
  });

  it('says of folds that leak what does, in a last column that is passed over when read', async () => {
    const [header, first] = predictionsCsv(PREDICTIONS, EMOTIONS, { leaks: 'speakers' }).split('\n');
    expect([header, first]).toEqual([
      `${HEADER},leaks`,
      'wav/a,08,08,sad,sad,0.125000,0.125000,0.250000,0.500000,speakers',
    ]);
    const file = join(folder, 'leaks.csv');
    await writeFile(file, predictionsCsv(PREDICTIONS, EMOTIONS, { leaks: 'speakers' }));
    expect((await readPredictions(file))[0]).toEqual(PREDICTIONS[1]);
  });

  it('is read as it was written, probabilities to six decimals', async () => {
    const file = join(folder, 'read.csv');
    await writeFile(file, predictionsCsv(PREDICTIONS, EMOTIONS));
    const [first, second] = await readPredictions(file);
    expect(first).toEqual(PREDICTIONS[1]);
    expect(second).toEqual({ ...PREDICTIONS[0], probabilities: [0.333333, 0.666667, 0, 0] });
  });

  it('may come from a spreadsheet: byte order mark, CRLF, other order of columns, further columns', async () => {
    const file = join(folder, 'spreadsheet.csv');
    await writeFile(
      file,
      '\ufeffnote,p_sad,p_angry,p_happy,p_neutral,predicted,emotion,fold,speaker,utterance\r\nx,.4,.3,.2,.1,sad,angry,f,s,u\r\n',
    );
    expect(await readPredictions(file)).toEqual([
      {
        utterance: 'u',
        speaker: 's',
        fold: 'f',
        emotion: 'angry',
        predicted: 'sad',
        probabilities: [0.1, 0.2, 0.3, 0.4],
      },
    ]);
  });

  it('is read as it was written, whatever utterances, speakers and folds are called', async () => {
    const names = [
      '=1+1',
      "'=1",
      "''@x",
      '-3',
      '-a',
      '+',
      '@',
      '\t',
      '\r\n',
      "'",
      "'a",
      '"',
      ' ',
      '__proto__',
      '\ufeff=',
      ',;',
    ];
    const written = names.map((name) => ({ ...PREDICTIONS[1]!, utterance: name, speaker: name, fold: name }));
    const file = join(folder, 'names.csv');
    await writeFile(file, predictionsCsv(written, EMOTIONS));
    const byName = new Map((await readPredictions(file)).map((prediction) => [prediction.utterance, prediction]));
    expect(written.map(({ utterance }) => byName.get(utterance))).toEqual(written);
    for (const cell of parse(predictionsCsv(written, EMOTIONS)).flat())
      expect(cell).not.toMatch(/^[=@\t\r]|^[-+](?!\d+$)/);
  });

  it('stays as it lies in results/, byte for byte', async () => {
    const files = readdirSync('results', { recursive: true, encoding: 'utf8' }).filter((file) =>
      /(^|\/)predictions\.csv$/.test(file),
    );
    expect(files.length).toBeGreaterThan(30);
    for (const file of files) {
      const text = readFileSync(join('results', file), 'utf8');
      const header = text.split('\n', 1)[0]!;
      const classes = header.split(',').flatMap((name) => (name.startsWith('p_') ? [name.slice(2)] : []));
      const marks = {
        ...(header.includes(',leaks') && { leaks: 'speakers' as const }),
        ...(header.endsWith(',contamination') && { contamination: 'unknown' as const }),
      };
      const predictions = await readPredictions(join('results', file), classes);
      expect(predictionsCsv(predictions, classes, marks) === text, file).toBe(true);
    }
  });

  it.each([
    ['a column twice', `${HEADER},speaker\n${GOOD},04\n`, /line 1: column speaker stands there twice/],
    ['a missing column', `${HEADER.replace(',p_angry', '')}\n`, /line 1: column p_angry is missing/],
    ['an empty file', '', /line 1: column utterance/],
    [
      'an unknown class',
      `${HEADER}\n${GOOD.replace('neutral', 'calm')}\n`,
      /line 2: predicted .*neutral, happy.*"calm"/,
    ],
    ['what is not a number', `${HEADER}\n${GOOD.replace('0.700000', 'high')}\n`, /line 2: p_neutral .*"high"/],
    ['an empty probability', `${HEADER}\n${GOOD.replace('0.700000', '')}\n`, /line 2: p_neutral .*""/],
    ['a probability above 1', `${HEADER}\n${GOOD.replace('0.700000', '7')}\n`, /line 2: p_neutral .*"7"/],
    ['a second row of an utterance', `${HEADER}\n${GOOD}\n${GOOD}\n`, /line 3: utterance u1 .* line 2/],
    ['a row cut short', `${HEADER}\n${GOOD}\nu2,03,03\n`, /line 3/],
    ['an open quote', `${HEADER}\n"u1,03\n`, /line \d: not a table/],
  ])('refuses %s, naming file and line', async (_, text, message) => {
    const file = join(folder, 'bad.csv');
    await writeFile(file, text);
    const reading = readPredictions(file, EMOTIONS);
    await expect(reading).rejects.toMatchObject({ name: 'AttuneError', code: 'run' });
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(file);
  });

  it('has the classes of its run, whatever they are called', async () => {
    const classes = ['高兴', 'a, "b"', '=rude', 'Wut'];
    const some = [
      predict('u1', 's', '=rude', '=rude', 'f', classes),
      predict('u2', 's', 'a, "b"', '高兴', 'f', classes),
    ];
    const file = join(folder, 'classes.csv');
    const text = predictionsCsv(some, classes);
    await writeFile(file, text);
    expect(parse(text)[0]).toEqual([...HEADER.split(',').slice(0, 5), 'p_高兴', 'p_a, "b"', 'p_=rude', 'p_Wut']);
    expect(await readClasses(file)).toEqual(classes);
    expect(await readPredictions(file)).toEqual(some);
    const [first] = await readPredictions(file, [...classes].reverse());
    expect(first!.probabilities).toEqual([0, 1, 0, 0]);
    await expect(readPredictions(file, ['Wut', 'happy'])).rejects.toThrow('line 1: column p_happy is missing');
    await expect(readPredictions(file, ['Wut', '高兴'])).rejects.toThrow(/line 2: emotion .*Wut, 高兴.*=rude/);
  });

  it('tells the default four in their order, and lacks them where it has no class', async () => {
    const file = join(folder, 'peer.csv');
    await writeFile(file, 'utterance,speaker,fold,emotion,predicted,p_sad,p_angry,p_happy,p_neutral\n');
    expect(await readClasses(file)).toEqual(EMOTIONS);
    await writeFile(file, 'utterance,speaker,fold,emotion,predicted\n');
    await expect(readClasses(file)).rejects.toThrow(/p_neutral, p_happy, p_angry, p_sad is missing/);
  });

  it('says which file cannot be read', async () => {
    await expect(readPredictions(join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'run' });
  });
});
