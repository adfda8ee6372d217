import { describe, expect, it } from 'vitest';
import { KNOWN_SPEAKERS } from '../../src/corpus/known-speakers.ts';
import { provenanceOf } from '../../src/corpus/provenance.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import type { Utterance } from '../../src/corpus/utterance.ts';
import { folderOf, folderWith } from './folder.ts';

const told = (utterances: readonly Utterance[]) =>
  utterances.map(({ id, emotion, speaker, gender, script }) => [id, emotion, speaker, gender, script]);

describe('SUBESCO', () => {
  const files = ['F_02_MONIKA_S_1_NEUTRAL_5', 'M_02_SHEKHAR_S_10_ANGRY_1', 'F_10_X_S_3_HAPPY_2', 'F_10_X_S_3_SAD_2'];
  const others = ['F_10_X_S_3_SURPRISE_1', 'F_10_X_S_3_FEAR_1', 'F_10_X_S_3_DISGUST_1'];
  const folder = () => folderOf(...[...files, ...others].map((file) => `SUBESCO/${file}.wav`));

  it('is read by gender and number, sentence and emotion', async () => {
    const { name, utterances, leftOut } = await readCorpus(await folder());
    expect(name).toBe('subesco');
    expect(told(utterances)).toEqual([
      ['SUBESCO/F_02_MONIKA_S_1_NEUTRAL_5', 'neutral', 'F_02', 'female', '1'],
      ['SUBESCO/F_10_X_S_3_HAPPY_2', 'happy', 'F_10', 'female', '3'],
      ['SUBESCO/F_10_X_S_3_SAD_2', 'sad', 'F_10', 'female', '3'],
      ['SUBESCO/M_02_SHEKHAR_S_10_ANGRY_1', 'angry', 'M_02', 'male', '10'],
    ]);
    expect(leftOut).toEqual({ 'emotion is surprise': 1, 'emotion is fear': 1, 'emotion is disgust': 1 });
    expect(KNOWN_SPEAKERS.subesco).toHaveLength(20);
  });
});

describe('MESD', () => {
  it('is read by kind of voice, which stands for the speaker, without what was made from it', async () => {
    const names = [
      'Anger_C_A_abajo',
      'Happiness_F_B_amor',
      'Neutral_M_A_a lo lejos',
      'Sadness_M_B_gris',
      'Fear_F_A_ayer',
    ];
    const files = [...names, 'Anger_F_B_1_amor'].map((name) => `MESD/${name}.wav`);
    const { name, utterances, leftOut } = await readCorpus(await folderOf(...files));
    expect(name).toBe('mesd');
    expect(told(utterances)).toEqual([
      ['MESD/Anger_C_A_abajo', 'angry', 'C', undefined, 'A abajo'],
      ['MESD/Happiness_F_B_amor', 'happy', 'F', 'female', 'B amor'],
      ['MESD/Neutral_M_A_a lo lejos', 'neutral', 'M', 'male', 'A a lo lejos'],
      ['MESD/Sadness_M_B_gris', 'sad', 'M', 'male', 'B gris'],
    ]);
    expect(leftOut).toEqual({ 'emotion is fear': 1, 'of reduced naturalness': 1 });
  });
});

describe('JL', () => {
  const names = [
    'male1_angry_1a_1',
    'female2_sad_10b_2',
    'female2_happy_10b_2',
    'male1_neutral_3a_1',
    'male1_excited_3a_1',
  ];
  const folder = () => folderOf(...names.map((name) => `JL(wav+txt)/${name}.wav`), 'JL(wav+txt)/male1_angry_1a_1.txt');

  it('is read by speaker, emotion and sentence; excitement is not happiness', async () => {
    const { name, utterances, leftOut } = await readCorpus(await folder());
    expect(name).toBe('jl');
    expect(told(utterances)[0]).toEqual(['JL(wav+txt)/female2_happy_10b_2', 'happy', 'female2', 'female', '10b']);
    expect(told(utterances)[2]).toEqual(['JL(wav+txt)/male1_angry_1a_1', 'angry', 'male1', 'male', '1a']);
    expect(leftOut).toEqual({ 'emotion is excited': 1 });
  });

  it('takes excitement for happiness where that is asked for', async () => {
    const { utterances } = await readCorpus(await folder(), { labels: { happy: ['happy', 'excited'] } });
    expect(utterances.filter(({ emotion }) => emotion === 'happy')).toHaveLength(2);
  });
});

describe('RESD', () => {
  it('is read by the emotion whose letter the name has; the dialogue stands for who speaks', async () => {
    const names = ['32_happiness_enthusiasm_h_120', '32_happiness_enthusiasm_e_020', '7_anger_sadness_s_3'];
    const more = ['7_anger_sadness_a_4', '8_neutral_fear_n_1', '8_neutral_fear_d_1'];
    const { name, utterances, leftOut } = await readCorpus(
      await folderOf(...[...names, ...more].map((n) => `${n}.wav`)),
    );
    expect(name).toBe('resd');
    expect(told(utterances)).toEqual([
      ['32_happiness_enthusiasm_h_120', 'happy', '32', undefined, undefined],
      ['7_anger_sadness_a_4', 'angry', '7', undefined, undefined],
      ['7_anger_sadness_s_3', 'sad', '7', undefined, undefined],
      ['8_neutral_fear_n_1', 'neutral', '8', undefined, undefined],
    ]);
    expect(leftOut).toEqual({ 'emotion is enthusiasm': 1, 'a letter of neither emotion of the dialogue': 1 });
  });
});

describe('Emozionalmente', () => {
  const rows = [
    '1.wav,joy,12,Ciao',
    '2.wav,neutrality,12,Ciao',
    '3.wav,anger,7,',
    '4.wav,sadness,7,Via',
    '5.wav,fear,7,Via',
  ];
  const table = (...more: string[]) => ['file_name,emotion_expressed,actor,sentence', ...rows, ...more].join('\n');
  const folder = (samples: string, ...files: string[]) =>
    folderWith({
      'metadata/samples.csv': samples,
      'metadata/users.csv': 'username,age\n12,30\n',
      ...Object.fromEntries(files.map((file) => [`audio/${file}`, 'RIFF'])),
    });
  const files = ['1.wav', '2.wav', '3.wav', '4.wav', '5.wav'];

  it('is read by its table', async () => {
    const { name, utterances, leftOut, ...rest } = await readCorpus(await folder(table(), ...files, '6.wav'));
    expect(name).toBe('emozionalmente');
    expect(told(utterances)).toEqual([
      ['audio/1', 'happy', '12', undefined, 'Ciao'],
      ['audio/2', 'neutral', '12', undefined, 'Ciao'],
      ['audio/3', 'angry', '7', undefined, undefined],
      ['audio/4', 'sad', '7', undefined, 'Via'],
    ]);
    expect(leftOut).toEqual({ 'emotion is fear': 1, 'not in samples.csv, or a second file of the same name': 1 });
    expect(rest).not.toHaveProperty('warnings');
  });

  it('tells of rows without a recording, and refuses one that is there twice', async () => {
    const { warnings } = await readCorpus(await folder(table(), ...files.slice(1)));
    expect(warnings).toEqual([
      expect.stringMatching(/samples\.csv, line 2: 1\.wav is not in the folder, as 1 of the rows/),
    ]);
    await expect(readCorpus(await folder(table('4.wav,joy,7,'), ...files))).rejects.toThrow(
      /line 7: 4\.wav has a row already/,
    );
  });
});

it('knows the licences of all', () => {
  const licence = (corpus: string) => provenanceOf(corpus, []).corpora[0]!.licence;
  expect(['emodb', 'crema-d', 'emozionalmente', 'subesco', 'mesd', 'jl', 'resd'].map(licence)).toEqual([
    ...['CC0 1.0', 'ODbL 1.0', 'CC BY 4.0', 'CC BY 4.0', 'CC BY 4.0', 'CC0 1.0', 'MIT'],
  ]);
});
