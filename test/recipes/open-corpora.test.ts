import { expect, it } from 'vitest';
import { findOpenCorpora, inventory, OPEN_CORPORA } from '../../recipes/open-corpora/corpora.ts';
import { licenceOf } from '../../src/corpus/provenance.ts';
import { folderOf } from '../corpus/folder.ts';

it('finds open corpora whatever their folders are called, and says what lacks and what is passed over', async () => {
  const four = ['neutral', 'happy', 'angry', 'sad'];
  const root = await folderOf(
    ...four.flatMap((emotion) => [`mine/female1_${emotion}_1a_1.wav`, `again/male1_${emotion}_1a_1.wav`]),
    ...['N', 'F', 'W', 'T'].map((letter) => `berlin/wav/03a01${letter}a.wav`),
    'ravdess/03-01-05-01-01-01-12.wav',
    'empty/readme.txt',
    'loose.wav',
  );
  const corpora = await findOpenCorpora(root);
  expect(corpora.found).toEqual([
    { name: 'emodb', directory: `${root}/berlin`, utterances: 4, speakers: 1 },
    { name: 'jl', directory: `${root}/again`, utterances: 4, speakers: 1 },
  ]);
  expect(corpora.lacking).toEqual(['crema-d', 'emozionalmente', 'subesco', 'mesd', 'resd']);
  const lines = inventory(corpora);
  expect(lines[0]).toBe(`found emodb (CC0 1.0) in ${root}/berlin: 4 utterances of 1 speaker`);
  expect(lines[3]).toBe('lacking emozionalmente (CC BY 4.0): https://zenodo.org/records/6569824');
  expect(lines.slice(-3)).toEqual([
    expect.stringMatching(/^passed over empty: .* holds no recordings/),
    'passed over mine: jl again',
    'passed over ravdess: ravdess is none of the open corpora',
  ]);
});

it('knows the licence of each', () => {
  for (const name of Object.keys(OPEN_CORPORA)) expect(licenceOf(name), name).not.toMatch(/NC/);
});
