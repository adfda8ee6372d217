import { expect, it } from 'vitest';
import { readCorpus } from '../../src/corpus/read.ts';
import { folderOf, folderWith } from './folder.ts';

const FILES = [
  '1001_DFA_ANG_XX',
  '1001_IEO_HAP_HI',
  '1002_IEO_SAD_LO',
  '1040_ITH_SAD_X',
  '1002_TIE_NEU_XX',
  '1002_TIE_DIS_MD',
];
const recordings = Object.fromEntries(FILES.map((file) => [`AudioWAV/${file}.wav`, 'RIFF']));
const DEMOGRAPHICS = `"ActorID","Age","Sex","Race","Ethnicity"
1001,51,"Male","Caucasian","Not Hispanic"
1002,21,"Female","Caucasian","Not Hispanic"
`;

it('reads CREMA-D: actor, sentence and emotion from the name, gender from the table', async () => {
  const folder = await folderWith({
    ...recordings,
    'VideoDemographics.csv': DEMOGRAPHICS,
    'SentenceFilenames.csv': '"a","b"\n',
  });
  const { name, utterances, leftOut } = await readCorpus(folder);
  expect(name).toBe('crema-d');
  expect(utterances.map(({ id, emotion, speaker, gender, script }) => [id, emotion, speaker, gender, script])).toEqual([
    ['AudioWAV/1001_DFA_ANG_XX', 'angry', '1001', 'male', 'DFA'],
    ['AudioWAV/1001_IEO_HAP_HI', 'happy', '1001', 'male', 'IEO'],
    ['AudioWAV/1002_IEO_SAD_LO', 'sad', '1002', 'female', 'IEO'],
    ['AudioWAV/1002_TIE_NEU_XX', 'neutral', '1002', 'female', 'TIE'],
    ['AudioWAV/1040_ITH_SAD_X', 'sad', '1040', undefined, 'ITH'],
  ]);
  expect(leftOut).toEqual({ 'emotion is disgust': 1 });
});

it('reads CREMA-D without the table, and takes its codes for labels', async () => {
  const { utterances } = await readCorpus(await folderOf(...Object.keys(recordings)), {
    labels: { angry: ['ANG', 'DIS'] },
  });
  expect(utterances.filter(({ emotion }) => emotion === 'angry')).toHaveLength(2);
  expect(utterances.some((utterance) => 'gender' in utterance)).toBe(false);
});

it('refuses a table of actors that lacks a column', async () => {
  const folder = await folderWith({ ...recordings, 'VideoDemographics.csv': 'ActorID,Age\n1001,51\n' });
  await expect(readCorpus(folder)).rejects.toThrow(/VideoDemographics\.csv, line 1: column sex is missing/);
});
