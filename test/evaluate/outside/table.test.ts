import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCorpus } from '../../../src/corpus/read.ts';
import { readTable } from '../../../src/evaluate/outside/table.ts';
import { s16, wav } from '../../audio/files.ts';
import { temporaryFolder } from '../../cli/attune.ts';

const folder = await temporaryFolder();
const root = join(folder, 'corpus');
for (const [emotion, names] of [
  ['sad', ['ann-1', 'bob-1']],
  ['happy', ['ann-2', 'bob-2']],
  ['surprise', ['ann-3', 'bob-3']],
] as const) {
  mkdirSync(join(root, emotion), { recursive: true });
  for (const name of names) writeFileSync(join(root, emotion, `${name}.wav`), wav(s16(1, 2, 3)));
}
const corpus = await readCorpus(root, { speaker: '(ann|bob)', classes: ['happy', 'sad'], labels: {} });

let count = 0;
function read(text: string, wanted = {}) {
  const file = join(folder, `${count++}.csv`);
  writeFileSync(file, text);
  return readTable(file, corpus, wanted);
}
const said = async (text: string, wanted = {}) => {
  const table = await read(text, wanted);
  return Object.fromEntries([...table.said].map(([id, { predicted }]) => [id, predicted]));
};
const EXPECTED = { 'sad/ann-1': 'sad', 'sad/bob-1': 'happy', 'happy/ann-2': 'happy', 'happy/bob-2': 'sad' };

describe("a tool's table of predictions", () => {
  it.each([
    ['ids', ['sad/ann-1', 'sad/bob-1', 'happy/ann-2', 'happy/bob-2'], 'utterance'],
    ['paths', ['sad/ann-1.wav', 'sad/bob-1.wav', 'happy/ann-2.wav', 'happy/bob-2.wav'], 'file'],
    [
      'places',
      ['sad/ann-1.wav', 'sad/bob-1.wav', 'happy/ann-2.wav', 'happy/bob-2.wav'].map((f) => join(root, f)),
      'path',
    ],
  ])('names utterances by %s', async (_, names, column) => {
    const labels = ['sad', 'happiness', 'joy', 'sadness'];
    const rows = names.map((name, i) => `${name},${labels[i]},x`);
    expect(await said(`${column},label,more\n${rows.join('\n')}\n`)).toEqual(EXPECTED);
  });

  it('counts what was recognised, not what is true, where both stand there', async () => {
    const rows = Object.entries(EXPECTED).map(([id, predicted]) => `${id},${id.split('/')[0]},${predicted}`);
    expect(await said(`utterance,emotion,predicted\n${rows.join('\n')}\n`)).toEqual(EXPECTED);
  });

  it('has probabilities, of labels that are added up, or ignored', async () => {
    const rows = [
      'sad/ann-1,0.1,0.6,0.3',
      'sad/bob-1,0.5,0.1,0.4',
      'happy/ann-2,0.4,0.2,0.4',
      'happy/bob-2,0.2,0.7,0.1',
    ];
    const {
      said: found,
      probabilities,
      labels,
    } = await read(`utterance,p_joy,p_sad,p_fear\n${rows.join('\n')}\n`, { ignored: ['fear'] });
    expect({ probabilities, labels }).toEqual({ probabilities: true, labels: ['joy', 'sad', 'fear'] });
    expect(Object.fromEntries([...found].map(([id, { predicted }]) => [id, predicted]))).toEqual(EXPECTED);
    expect(found.get('sad/ann-1')!.probabilities).toEqual([expect.closeTo(1 / 7), expect.closeTo(6 / 7)]);
  });

  it('passes over rows of recordings that the corpus leaves out, and says so', async () => {
    const rows = Object.entries({ ...EXPECTED, 'surprise/ann-3': 'sad' }).map((row) => row.join());
    const { said: found, notes } = await read(`utterance,predicted\n${rows.join('\n')}\n`);
    expect(found.size).toBe(4);
    expect(notes).toEqual([expect.stringContaining('1 row of recordings that are left out of the corpus')]);
  });

  const rows = Object.entries(EXPECTED).map((row) => row.join());
  it.each([
    [
      'no header',
      'sad/ann-1,sad\n',
      'line 1: expected a column utterance, file, path, and one predicted, label, emotion',
    ],
    ['an utterance of nobody', `file,label\nsad/eve.wav,sad\n`, 'line 2: sad/eve.wav is no recording in'],
    [
      'an utterance twice',
      `file,label\n${[...rows, rows[0]].join('\n')}`,
      'line 6: utterance sad/ann-1 already stands at',
    ],
    ['too few', `file,label\n${rows.slice(1).join('\n')}`, '1 of 4 utterances of the corpus have no row (sad/ann-1)'],
    [
      'another label',
      `file,label\n${[...rows.slice(1), 'sad/ann-1,no speech'].join('\n')}`,
      'says no speech, and the classes',
    ],
    ['a column twice', `file,label,label\n${rows.join('\n')}`, 'line 1: column label stands there twice'],
    ['an empty label', `file,label\n${rows[0]}\nhappy/bob-2, \n`, 'line 3: the cell of label is empty; fill it in'],
    ['an empty name', `file,label\n${rows[0]}\n,sad\n`, 'line 3: the cell of file is empty; fill it in'],
    ['semicolons', 'file;label;p_sad\na;sad;0,5\n', '"file;label;p_sad"; separate columns by commas'],
    [
      'probabilities of some classes alone',
      `file,label,p_sad\n${rows.map((row) => `${row},1`).join('\n')}`,
      'line 1: there are probabilities, but no column p_happy: add it',
    ],
    ['a quote too few', 'file,label\n"sad', 'not a table of predictions'],
  ])('with %s is refused', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it.each([
    ['x', 'line 2: p_sad must be a number from 0 to 1, got "x"'],
    ['1.5', 'line 2: p_sad must be a number from 0 to 1, got "1.5"'],
    ['0.9', 'line 2: expected probabilities that sum to 1, got 1.400'],
  ])('with a probability of %s is refused', async (cell, message) => {
    const text = [
      'utterance,p_happy,p_sad',
      `sad/ann-1,0.5,${cell}`,
      ...Object.keys(EXPECTED)
        .slice(1)
        .map((id) => `${id},0.5,0.5`),
    ];
    await expect(read(text.join('\n'))).rejects.toThrow(message);
  });

  it('with a label that its probabilities contradict beyond rounding is refused', async () => {
    const given = (happy: number, sad: number) => [
      'file,label,p_happy,p_sad',
      ...rows.slice(1).map((row) => `${row},0.5,0.5`),
      `sad/ann-1,sad,${happy},${sad}`,
    ];
    expect(await said(given(0.505, 0.495).join('\n'))).toEqual(EXPECTED);
    await expect(read(given(0.52, 0.48).join('\n'))).rejects.toThrow(
      'line 5: sad is recognised with a probability of 0.480, though happy has 0.520: take the column of labels out',
    );
    const parts = ['file,label,p_joy,p_happiness,p_sad,p_fear', ...rows.slice(1).map((row) => `${row},0.3,0.2,0.5,0`)];
    const alone = (cells: string) => said([...parts, `sad/ann-1,sad,${cells}`].join('\n'), { ignored: ['fear'] });
    expect(await alone('0.3,0.3,0.4,0')).toEqual(EXPECTED); // the likeliest label, though joy and happiness are one class
    expect(await alone('0.1,0.1,0.3,0.5')).toEqual(EXPECTED);
    await expect(alone('0.5,0.1,0.4,0')).rejects.toThrow('sad is recognised with a probability of 0.400');
  });

  it('with labels that are ignored is refused where nothing stands in their place', async () => {
    const text = `file,label\n${[...rows.slice(1), 'sad/ann-1,fear'].join('\n')}`;
    await expect(read(text, { ignored: ['fear'] })).rejects.toThrow(
      'fear is ignored, and without columns such as p_happy',
    );
  });

  it('that is not there is refused', async () => {
    await expect(readTable(join(folder, 'none.csv'), corpus, {})).rejects.toThrow('give a CSV of predictions');
  });
});
