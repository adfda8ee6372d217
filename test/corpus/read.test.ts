import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Emotion } from '../../src/corpus/emotions.ts';
import { leaveOneSpeakerOut } from '../../src/corpus/protocols.ts';
import { type ReadOptions, readCorpus } from '../../src/corpus/read.ts';
import type { Corpus } from '../../src/corpus/utterance.ts';
import { ATTUNE_CORPORA, describeWith } from '../folders.ts';
import { folderOf, folderWith } from './folder.ts';

it('reads EmoDB as published: subfolder, four of seven emotions, the rest counted by reason', async () => {
  const folder = await folderOf(
    'wav/16b10Wb.wav',
    'wav/03a01Fa.wav',
    'wav/03a01Nc.wav',
    'wav/08b02Tc.wav',
    'wav/03a02La.wav',
    'wav/09a02Lb.wav',
    'wav/09a02Ea.wav',
    'wav/09a02Aa.wav',
    'erklaerung.txt',
  );
  expect(await readCorpus(folder)).toEqual({
    name: 'emodb',
    directory: folder,
    utterances: [
      { id: 'wav/03a01Fa', file: 'wav/03a01Fa.wav', emotion: 'happy', speaker: '03', gender: 'male', script: 'a01' },
      { id: 'wav/03a01Nc', file: 'wav/03a01Nc.wav', emotion: 'neutral', speaker: '03', gender: 'male', script: 'a01' },
      { id: 'wav/08b02Tc', file: 'wav/08b02Tc.wav', emotion: 'sad', speaker: '08', gender: 'female', script: 'b02' },
      { id: 'wav/16b10Wb', file: 'wav/16b10Wb.wav', emotion: 'angry', speaker: '16', gender: 'female', script: 'b10' },
    ],
    leftOut: { 'emotion is boredom': 2, 'emotion is disgust': 1, 'emotion is fear': 1 },
  });
});

it('reads RAVDESS: spoken, sound alone, calm is not neutral, odd actors are male', async () => {
  const folder = await folderOf(
    'Actor_12/03-01-05-01-01-01-12.wav',
    'Actor_01/03-01-01-01-02-01-01.wav',
    'Actor_01/03-01-03-02-01-01-01.FLAC',
    'Actor_01/03-01-04-02-01-01-01.wav',
    'Actor_01/03-01-02-01-01-01-01.wav',
    'Actor_01/03-02-05-01-01-01-01.wav',
    'Actor_01/01-01-05-01-01-01-01.wav',
    'Actor_01/03-01-08-01-01-01-01.wav',
  );
  const { name, utterances, leftOut } = await readCorpus(folder);
  expect(name).toBe('ravdess');
  expect(utterances.map(({ id, emotion, speaker, gender, script }) => [id, emotion, speaker, gender, script])).toEqual([
    ['Actor_01/03-01-01-01-02-01-01', 'neutral', '01', 'male', '02'],
    ['Actor_01/03-01-03-02-01-01-01', 'happy', '01', 'male', '01'],
    ['Actor_01/03-01-04-02-01-01-01', 'sad', '01', 'male', '01'],
    ['Actor_12/03-01-05-01-01-01-12', 'angry', '12', 'female', '01'],
  ]);
  expect(leftOut).toEqual({
    'emotion is calm': 1,
    'emotion is surprise': 1,
    'sung, not spoken': 1,
    'the sound of a video': 1,
  });
});

it('takes a recording that lies in two folders once', async () => {
  const twice = ['Actor_01/03-01-05-01-01-01-01.wav', 'speech/Actor_01/03-01-05-01-01-01-01.wav'];
  const { utterances, leftOut } = await readCorpus(await folderOf(...twice));
  expect(utterances.map(({ file }) => file)).toEqual([twice[0]]);
  expect(leftOut).toEqual({ 'a second file of the same name': 1 });
});

it('reads one without losses where a recording is there in two formats', async () => {
  const { utterances, leftOut } = await readCorpus(
    await folderOf('AudioMP3/1001_DFA_ANG_XX.mp3', 'AudioWAV/1001_DFA_ANG_XX.wav'),
  );
  expect(utterances.map(({ file }) => file)).toEqual(['AudioWAV/1001_DFA_ANG_XX.wav']);
  expect(leftOut).toEqual({ 'a second file of the same name': 1 });
});

it('refuses two files that would be one utterance', async () => {
  const folder = await folderOf('angry/ann/a.flac', 'angry/ann/a.wav', 'sad/ann/b.wav');
  await expect(readCorpus(folder)).rejects.toThrow(/angry\/ann\/a\.flac and angry\/ann\/a\.wav in .* extension alone/);
});

it('reads folders that are linked, once around where a link leads back', async () => {
  const [folder, elsewhere] = [await folderOf('angry/ann/a.wav'), await folderOf('b.wav')];
  await symlink(elsewhere, join(folder, 'angry', 'bob'));
  await symlink(folder, join(folder, 'angry', 'round'));
  const { utterances } = await readCorpus(folder);
  expect(utterances.map(({ file, speaker }) => [file, speaker])).toEqual([
    ['angry/ann/a.wav', 'ann'],
    ['angry/bob/b.wav', 'bob'],
  ]);
});

it('refuses folders of classes beside a corpus of names', async () => {
  const folder = await folderOf('03a01Wa.wav', 'angry/ann/a.wav', 'sad/ann/b.wav');
  await expect(readCorpus(folder)).rejects.toThrow(
    /more than one corpus: emodb .*, class-folders \(folders angry\/, sad\/\)/,
  );
  expect((await readCorpus(folder, { corpus: 'emodb' })).utterances).toHaveLength(1);
});

it('counts recordings of other names, and no hidden files', async () => {
  const folder = await folderOf('03a01Wa.wav', '03a01Na.wav', '._03a01Wa.wav', '.trash/03a01Fa.wav', 'hum.wav');
  const { name, utterances, leftOut } = await readCorpus(folder);
  expect([name, utterances.length]).toEqual(['emodb', 2]);
  expect(leftOut).toEqual({ 'not named as emodb names its recordings': 1 });
});

describe('two corpora in one folder', () => {
  const files = ['03a01Wa.wav', '03a01Na.wav', '03-01-05-01-01-01-12.wav', '03-01-02-01-01-01-12.wav'];

  it('are refused, both named', async () => {
    const reading = readCorpus(await folderOf(...files));
    await expect(reading).rejects.toMatchObject({ code: 'corpus' });
    await expect(reading).rejects.toThrow(/emodb \(2 .*03a01Na\.wav\), ravdess \(2 .*\.wav\).* `corpus` emodb/);
  });

  it('are read one at a time, where it is named', async () => {
    const folder = await folderOf(...files);
    const emodb = await readCorpus(folder, { corpus: 'emodb' });
    expect([emodb.name, emodb.utterances.length, emodb.leftOut]).toEqual([
      'emodb',
      2,
      { 'not named as emodb names its recordings': 2 },
    ]);
    const ravdess = await readCorpus(folder, { corpus: 'ravdess' });
    expect([ravdess.name, ravdess.utterances.length, ravdess.leftOut]).toEqual([
      'ravdess',
      1,
      { 'emotion is calm': 1, 'not named as ravdess names its recordings': 2 },
    ]);
  });

  it('are also a table and recordings with names of their own, even where the table lacks a column', async () => {
    const folder = await folderWith({ '03a01Wa.wav': '', 'labels.csv': 'file,emotion\n03a01Wa.wav,angry\n' });
    await expect(readCorpus(folder)).rejects.toThrow(/emodb \(a recording such as 03a01Wa\.wav\), csv \(labels\.csv\)/);
    await expect(readCorpus(folder, { corpus: 'csv' })).rejects.toThrow(
      /labels\.csv, line 1: column speaker is missing/,
    );
  });
});

it('sorts by code units, capitals first, whatever the language', async () => {
  const folder = await folderOf('b/03a01Wa.wav', 'B/03a02Wa.wav', 'ä/03a04Wa.wav', 'a/03a05Wa.wav');
  const { utterances } = await readCorpus(folder);
  expect(utterances.map(({ id }) => id)).toEqual(['B/03a02Wa', 'a/03a05Wa', 'b/03a01Wa', 'ä/03a04Wa']);
});

it.each<[string, string[], string, RegExp, ReadOptions?]>([
  ['a folder that is missing', ['03a01Wa.wav'], 'missing', /cannot read .*missing.* folder that holds the recordings/],
  ['a file', ['03a01Wa.wav'], '03a01Wa.wav', /is a file/],
  ['an empty folder', [], '', /holds no recordings.*03a01Wa\.wav.*the folder is empty/],
  ['a folder of other files', ['a/notes.txt', 'b.txt'], '', /no recordings.*found 2 files instead, such as \S+\.txt/],
  ['recordings of unknown names', ['x.wav', 'y.wav'], '', /known: expected EmoDB.*RAVDESS.*found 2 files .* x\.wav/],
  ['none of the four classes', ['03a01La.wav'], '', /no neutral, happy, angry or sad.*1 left out: emotion is boredom/],
  ['nothing of what is named', ['03a01Wa.wav'], '', /no recording of ravdess: expected RAVDESS/, { corpus: 'ravdess' }],
])('refuses %s', async (_, files, path, message, options) => {
  const reading = readCorpus(join(await folderOf(...files), path), options);
  await expect(reading).rejects.toMatchObject({ name: 'AttuneError', code: 'corpus' });
  await expect(reading).rejects.toThrow(message);
});

it.each<[string, ReadOptions, RegExp]>([
  ['a corpus that nobody knows', { corpus: 'emo-db' }, /no corpus is called emo-db: expected emodb, ravdess, iemocap/],
  ['turns of a corpus without any', { turns: 'all' }, /`turns` is for iemocap, but .* is read as emodb/],
  ['a pattern where names tell', { speaker: '(..)' }, /`speaker` is for class-folders, but .* is read as emodb/],
])('refuses %s, as wrong use', async (_, options, message) => {
  const reading = readCorpus(await folderOf('03a01Wa.wav'), options);
  await expect(reading).rejects.toMatchObject({ code: 'usage' });
  await expect(reading).rejects.toThrow(message);
});

const count = ({ utterances }: Corpus, emotion: Emotion) =>
  utterances.filter((utterance) => utterance.emotion === emotion).length;
const speakers = ({ utterances }: Corpus, gender: string) =>
  new Set(utterances.filter((utterance) => utterance.gender === gender).map(({ speaker }) => speaker)).size;

const EMODB = join(ATTUNE_CORPORA, 'emodb');
describeWith(EMODB, 'EmoDB itself', () => {
  it('has 339 utterances of ten speakers', async () => {
    const corpus = await readCorpus(EMODB);
    expect(corpus.utterances).toHaveLength(339);
    expect((['neutral', 'happy', 'angry', 'sad'] as const).map((emotion) => count(corpus, emotion))).toEqual([
      79, 71, 127, 62,
    ]);
    expect([speakers(corpus, 'male'), speakers(corpus, 'female')]).toEqual([5, 5]);
    const happyOf12 = corpus.utterances.filter(({ speaker, emotion }) => speaker === '12' && emotion === 'happy');
    expect(happyOf12).toHaveLength(2);
    expect(new Set(corpus.utterances.map(({ script }) => script)).size).toBe(10);
    expect(leaveOneSpeakerOut(corpus)).toHaveLength(10);
  });
});

const RAVDESS = join(ATTUNE_CORPORA, 'ravdess');
describeWith(RAVDESS, 'RAVDESS itself', () => {
  it('has 672 utterances of 24 actors', async () => {
    const corpus = await readCorpus(RAVDESS);
    expect(corpus.utterances).toHaveLength(672);
    expect((['neutral', 'happy', 'angry', 'sad'] as const).map((emotion) => count(corpus, emotion))).toEqual([
      96, 192, 192, 192,
    ]);
    expect([speakers(corpus, 'male'), speakers(corpus, 'female')]).toEqual([12, 12]);
    expect(new Set(corpus.utterances.map(({ script }) => script))).toEqual(new Set(['01', '02']));
    expect(leaveOneSpeakerOut(corpus)).toHaveLength(24);
  });
});
