import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ReadOptions, readCorpus } from '../../src/corpus/read.ts';
import { folderWith } from './folder.ts';

/** An evaluation as IEMOCAP has it: a head, then a line a turn and what each annotator said, of categories and of attributes. */
const evaluation = (dialogue: string, turns: Readonly<Record<string, string>>) =>
  [
    '% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]',
    '',
    ...Object.entries(turns).flatMap(([turn, label], i) => [
      `[${i}.2901 - ${i + 1}.2357]\t${dialogue}_${turn}\t${label}\t[2.5000, 2.5000, 2.5000]`,
      'C-E2:\tNeutral;\t()',
      'C-F1:\tNeutral; Other;\t(curious)',
      'A-E3:\tval 3; act 2; dom  2;\t()',
      '',
    ]),
  ].join('\n');

const DIALOGUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ses01F_impro01: { F000: 'neu', M000: 'ang', F001: 'xxx', M001: 'fru', F002: 'hap', M002: 'exc' },
  Ses01F_script01_1: { F000: 'sad', M000: 'neu' },
  Ses02M_impro02: { F000: 'sad', M000: 'sad' },
  Ses03M_impro05a: { M012: 'hap' },
  Ses04F_impro03: { M000: 'neu', M001: 'dis' },
  Ses05M_script01_1b: { F000: 'ang' },
  Ses05M_impro04: { F000: 'ang' },
};

/** The files of a whole corpus, in its layout, with those beside the turns that the release has too. */
function release(above = ''): Record<string, string> {
  const files: Record<string, string> = { [`${above}README.txt`]: 'IEMOCAP' };
  for (const [dialogue, turns] of Object.entries(DIALOGUES)) {
    const session = `${above}Session${dialogue[4]}`;
    files[`${session}/dialog/EmoEvaluation/${dialogue}.txt`] = evaluation(dialogue, turns);
    files[`${session}/dialog/EmoEvaluation/._${dialogue}.txt`] = '\0\0';
    files[`${session}/dialog/EmoEvaluation/Categorical/${dialogue}_e2_cat.txt`] = `${dialogue}_F000 :Neutral; ()\n`;
    files[`${session}/dialog/wav/${dialogue}.wav`] = 'RIFF';
    for (const turn of Object.keys(turns)) {
      files[`${session}/sentences/wav/${dialogue}/${dialogue}_${turn}.wav`] = 'RIFF';
      files[`${session}/sentences/wav/${dialogue}/._${dialogue}_${turn}.wav`] = 'Mac OS X';
    }
  }
  return files;
}

const evaluationOf = (dialogue: string) => `Session${dialogue[4]}/dialog/EmoEvaluation/${dialogue}.txt`;
const read = async (options?: ReadOptions) => readCorpus(await folderWith(release()), options);

describe('IEMOCAP', () => {
  it('has all its classes, excitement apart from happiness', async () => {
    const labels = { frustrated: ['fru', 'dis'] };
    const { classes, leftOut } = await read({ classes: 'all', labels });
    expect(classes).toEqual(['neutral', 'happy', 'angry', 'sad', 'frustrated']);
    expect(leftOut).toMatchObject({ 'emotion is exc, of one speaker alone': 1, 'no label (xxx)': 1 });
  });

  it('is read by improvised turns and happiness alone; who speaks is the letter of the last token', async () => {
    const { name, utterances, leftOut } = await read();
    expect(name).toBe('iemocap');
    expect(utterances[0]).toEqual({
      id: 'Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000',
      file: 'Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.wav',
      emotion: 'neutral',
      speaker: 'Ses01F',
      gender: 'female',
      session: 'Ses01',
    });
    expect(
      utterances.map(({ id, emotion, speaker, gender, session }) => [
        id.split('/')[4],
        emotion,
        speaker,
        gender,
        session,
      ]),
    ).toEqual([
      ['Ses01F_impro01_F000', 'neutral', 'Ses01F', 'female', 'Ses01'],
      ['Ses01F_impro01_F002', 'happy', 'Ses01F', 'female', 'Ses01'],
      ['Ses01F_impro01_M000', 'angry', 'Ses01M', 'male', 'Ses01'],
      ['Ses02M_impro02_F000', 'sad', 'Ses02F', 'female', 'Ses02'],
      ['Ses02M_impro02_M000', 'sad', 'Ses02M', 'male', 'Ses02'],
      ['Ses03M_impro05a_M012', 'happy', 'Ses03M', 'male', 'Ses03'],
      ['Ses04F_impro03_M000', 'neutral', 'Ses04M', 'male', 'Ses04'],
      ['Ses05M_impro04_F000', 'angry', 'Ses05F', 'female', 'Ses05'],
    ]);
    expect(leftOut).toEqual({
      'emotion is exc': 1,
      'emotion is fru': 1,
      'emotion is dis': 1,
      'no label (xxx)': 1,
      'scripted turn': 3,
      'no turn (not in sentences/wav)': 7,
    });
  });

  it('is read with scripted turns and excitement where that is asked for; a script is a scene of all sessions', async () => {
    const { utterances, leftOut } = await read({ turns: 'all', labels: { happy: ['hap', 'exc'] } });
    expect(utterances).toHaveLength(8 + 1 + 3);
    expect(utterances.filter(({ script }) => script).map(({ speaker, script }) => [speaker, script])).toEqual([
      ['Ses01F', 'script01_1'],
      ['Ses01M', 'script01_1'],
      ['Ses05F', 'script01_1'],
    ]);
    expect(leftOut).not.toHaveProperty('scripted turn');
    expect(leftOut).not.toHaveProperty('emotion is exc');
  });

  it('is found below another folder, and lacks nothing where scripted evaluations are not there', async () => {
    const files = release('IEMOCAP_full_release/');
    delete files[`IEMOCAP_full_release/${evaluationOf('Ses01F_script01_1')}`];
    expect((await readCorpus(await folderWith(files))).utterances).toHaveLength(8);
  });

  it('leaves out a recording that its evaluation does not name', async () => {
    const files = release();
    files['Session2/sentences/wav/Ses02M_impro02/Ses02M_impro02_MXX0.wav'] = 'RIFF';
    expect((await readCorpus(await folderWith(files))).leftOut).toMatchObject({
      'no line in the evaluation of its dialogue': 1,
    });
  });
});

describe('a damaged IEMOCAP is refused', () => {
  it('without a session', async () => {
    const folder = await folderWith(release());
    await rm(join(folder, 'Session3'), { recursive: true });
    await expect(readCorpus(folder)).rejects.toThrow(/Session3: no turn .*Session3 is missing/);
    await rm(join(folder, 'Session5'), { recursive: true });
    await expect(readCorpus(folder)).rejects.toThrow(/Session3: no turn .*Session3, Session5 are missing/);
  });

  it('without an evaluation', async () => {
    const folder = await folderWith(release());
    await rm(join(folder, evaluationOf('Ses02M_impro02')));
    await expect(readCorpus(folder)).rejects.toThrow(
      /EmoEvaluation\/Ses02M_impro02\.txt: no such file, though .*Ses02M_impro02_F000\.wav/,
    );
  });

  it('without a recording: file and line are named', async () => {
    const folder = await folderWith(release());
    await rm(join(folder, 'Session2/sentences/wav/Ses02M_impro02/Ses02M_impro02_M000.wav'));
    await expect(readCorpus(folder)).rejects.toThrow(
      /Ses02M_impro02\.txt, line 8: turn Ses02M_impro02_M000 has no recording/,
    );
  });

  it('twice in one folder', async () => {
    const folder = await folderWith({ ...release('a/'), ...release('b/') });
    await expect(readCorpus(folder)).rejects.toThrow(/holds IEMOCAP twice, below a\/ and b\//);
    const within = await folderWith({ ...release(), ...release('b/') });
    await expect(readCorpus(within)).rejects.toThrow(/holds IEMOCAP twice, below \.\/ and b\//);
  });

  it.each([
    [
      'with a line that is cut off',
      '[6.29 - 8.23]\tSes05M_impro04_F000',
      /Ses05M_impro04\.txt, line 1: expected \[start - end\]/,
    ],
    [
      'with the turn of another dialogue',
      '[6.2 - 8.2]\tSes05M_impro05_F000\tneu\t[2, 2, 2]',
      /line 1: expected .* a turn of Ses05M_impro04/,
    ],
    [
      'with a turn twice',
      evaluation('Ses05M_impro04', { F000: 'neu' }).repeat(2),
      /line 9: turn Ses05M_impro04_F000 has a line of its own/,
    ],
    [
      'with an unknown label',
      evaluation('Ses05M_impro04', { F000: 'joy' }),
      /Ses05M_impro04\.txt, line 3: nobody has said what label "joy" means/,
    ],
  ])('%s', async (_, text, message) => {
    const folder = await folderWith(release());
    await writeFile(join(folder, evaluationOf('Ses05M_impro04')), text);
    await expect(readCorpus(folder)).rejects.toThrow(message);
  });
});
