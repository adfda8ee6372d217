import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ReadOptions, readCorpus } from '../../src/corpus/read.ts';
import { folderWith } from './folder.ts';

const files = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'RIFF']));

describe('a corpus in a CSV', () => {
  it('is read in any language, with quoted cells, CRLF and a byte order mark', async () => {
    const table = [
      '\uFEFFfile,emotion,speaker,session,gender,script,notiz',
      '"wav/früh, am Morgen.wav",Wut,Jörg,S1,m,"Nein, nie!","sagt ""nein"""',
      'wav/два.flac,радость,Аня,S2,Female,,',
      'wav/三.wav,Traurigkeit , Jo\u0308rg,S1,M,,',
      './wav/./four.wav,NEUTRAL,Аня,S2,f,,',
      '',
    ];
    const folder = await folderWith({
      ...files('wav/früh, am Morgen.wav', 'wav/два.flac', 'wav/三.wav', 'wav/four.wav', 'wav/unused.wav'),
      'Äußerungen.csv': table.join('\r\n'),
    });
    const labels = { angry: ['Wut'], happy: ['Радость'], sad: ['traurigkeit'] };
    const expected = {
      name: 'csv',
      directory: folder,
      utterances: [
        { id: 'wav/four', file: 'wav/four.wav', emotion: 'neutral', speaker: 'Аня', gender: 'female', session: 'S2' },
        {
          id: 'wav/früh, am Morgen',
          file: 'wav/früh, am Morgen.wav',
          emotion: 'angry',
          speaker: 'Jörg',
          gender: 'male',
          session: 'S1',
          script: 'Nein, nie!',
        },
        { id: 'wav/два', file: 'wav/два.flac', emotion: 'happy', speaker: 'Аня', gender: 'female', session: 'S2' },
        { id: 'wav/三', file: 'wav/三.wav', emotion: 'sad', speaker: 'Jörg', gender: 'male', session: 'S1' },
      ],
      leftOut: { 'not named in the CSV': 1 },
      warnings: [expect.stringMatching(/Äußerungen\.csv: column notiz is not used/)],
    };
    expect(await readCorpus(folder, { labels })).toEqual(expected);
    expect(await readCorpus(join(folder, 'Äußerungen.csv'), { labels })).toEqual(expected);
  });

  it('names files that start or end with blanks, in quotes or without', async () => {
    const folder = await folderWith({
      ...files(' a.wav', 'a.wav', ' b.wav', 'c /-x.wav', 'd.wav'),
      'l.csv': 'file,emotion,speaker\n a.wav,joy,x\na.wav,sad, x\n" b.wav",sad,x\nc /-x.wav,joy ,x\n d.wav,sad,x\n',
    });
    const { utterances } = await readCorpus(folder);
    expect(utterances.map(({ file, emotion, speaker }) => [file, emotion, speaker])).toEqual([
      [' a.wav', 'happy', 'x'],
      [' b.wav', 'sad', 'x'],
      ['a.wav', 'sad', 'x'],
      ['c /-x.wav', 'happy', 'x'],
      ['d.wav', 'sad', 'x'],
    ]);
  });

  it('may have blanks outside of quotes, which are dropped', async () => {
    const folder = await folderWith({
      ...files('a, b.wav', 'c.wav'),
      'l.csv': 'file, emotion, speaker\n "a, b.wav" , joy, "x"\n\nc.wav, sad,x\n   \n',
    });
    const { utterances } = await readCorpus(folder);
    expect(utterances.map(({ file, speaker }) => [file, speaker])).toEqual([
      ['a, b.wav', 'x'],
      ['c.wav', 'x'],
    ]);
  });

  it.skipIf(process.platform !== 'linux')('names a file whose name is no UTF-8 as Attune prints it', async () => {
    const folder = await folderWith({ 'l.csv': 'file,emotion,speaker\ncaf\\xE9.wav,joy,x\n' });
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from('caf\xe9.wav', 'latin1')]), 'RIFF');
    expect((await readCorpus(folder)).utterances).toMatchObject([{ id: 'caf\\xE9', file: 'caf\\xE9.wav' }]);
  });

  it('names a file as the disk does, whichever way accents are coded', async () => {
    const folder = await folderWith({
      ...files('cafe\u0301.wav'),
      'l.csv': 'file,emotion,speaker\ncaf\u00e9.wav,joy,a\n',
    });
    expect((await readCorpus(folder)).utterances[0]).toMatchObject({ file: 'cafe\u0301.wav', emotion: 'happy' });
  });

  it('with seven common English classes needs no options: four are used, the others counted', async () => {
    const classes = ['anger', 'boredom', 'disgust', 'fear', 'happiness', 'neutral', 'sadness'];
    const rows = classes.map((label, i) => `${i}.wav,${label},s${i % 2}`);
    const folder = await folderWith({
      ...files(...classes.map((_, i) => `${i}.wav`)),
      'labels.csv': ['file,emotion,speaker', ...rows].join('\n'),
    });
    const { utterances, leftOut } = await readCorpus(folder);
    expect(utterances.map(({ emotion }) => emotion)).toEqual(['angry', 'happy', 'neutral', 'sad']);
    expect(leftOut).toEqual({ 'emotion is boredom': 1, 'emotion is disgust': 1, 'emotion is fear': 1 });
  });

  it('is the CSV with the columns, of several', async () => {
    const folder = await folderWith({
      ...files('a.wav'),
      'actors.csv': 'actor,age\n1,50\n',
      'labels.csv': 'Speaker,File,Emotion\nx,a.wav,sad\n',
    });
    expect((await readCorpus(folder)).utterances).toHaveLength(1);
  });

  it('lets a speaker be unknown where the recording is not used', async () => {
    const folder = await folderWith({
      ...files('a.wav', 'b.wav'),
      'l.csv': 'file,emotion,speaker\na.wav,sad,x\nb.wav,fear,\n',
    });
    expect((await readCorpus(folder)).utterances).toHaveLength(1);
  });
});

describe('a CSV', () => {
  const header = 'file,emotion,speaker';
  const row = (cells: string, head = header) => `${head}\na.wav,sad,x\n${cells}\n`;

  it.each<[string, string | Uint8Array, RegExp, ReadOptions?]>([
    [
      'without a column',
      'file,emotion\na.wav,sad\n',
      /labels\.csv, line 1: column speaker is missing; the columns are "file,emotion"/,
    ],
    [
      'without any of the columns',
      'path,label\na.wav,sad\n',
      /labels\.csv, line 1: column file, emotion, speaker is missing/,
    ],
    ['with semicolons', 'file;emotion;speaker\na.wav;sad;x\n', /line 1: .*missing.*separate columns by commas/],
    [
      'with a column twice',
      'file,emotion,speaker,Speaker\na.wav,sad,x,y\n',
      /line 1: column speaker stands there twice/,
    ],
    ['with no row', '', /line 1: the file is empty/, { corpus: 'csv' }],
    ['with a short row', row('b.wav,sad'), /labels\.csv, line 3: this is no CSV/],
    ['with an open quote', row('"b.wav,sad,x'), /labels\.csv, line \d: this is no CSV/],
    ['in another coding', Buffer.from(row('b.wav,sad,J\xf6rg'), 'latin1'), /labels\.csv, line 3: this is not UTF-8/],
    ['with a row twice', row('a.wav,sad,x'), /line 3: a\.wav stands in line 2 already/],
    ['with a file by two paths', row('./x/../a.wav,happy,x'), /line 3: a\.wav stands in line 2 already/],
    [
      'with a recording in two formats',
      row('a.flac,sad,x'),
      /line 3: a\.flac and a\.wav in line 2 differ in their ext/,
    ],
    ['with an absolute path', row('/data/b.wav,sad,x'), /line 3: \/data\/b\.wav is an absolute path/],
    ['with a path of Windows', row('C:\\b.wav,sad,x'), /line 3: C:\\b\.wav is an absolute path/],
    [
      'with backslashes',
      row('w\\b.wav,sad,x'),
      /line 3: there is no file w\\b\.wav; write folders with forward slashes/,
    ],
    ['with a path outside', row('x/../../b.wav,sad,x'), /line 3: x\/\.\.\/\.\.\/b\.wav lies outside the folder/],
    ['with a file that is not there', row('c.wav,sad,x'), /line 3: there is no file c\.wav/],
    ['with an empty speaker', row('b.wav,sad,'), /line 3: speaker is empty/],
    ['with an empty emotion', row('b.wav,,x'), /line 3: emotion is empty/],
    ['with an empty file', row(',sad,x'), /line 3: file is empty/],
    ['with an unknown gender', `${header},gender\na.wav,sad,x,2\n`, /line 2: gender is "2"; expected female or male/],
    [
      'with a gender that every object knows',
      `${header},gender\na.wav,sad,x,constructor\n`,
      /line 2: gender is "constructor"; expected female or male/,
    ],
    [
      'with lines that end as on Windows and a cell of two lines',
      `${header},note\r\na.wav,sad,x,"one\r\ntwo"\r\nb.wav,,x,\r\n`,
      /line 4: emotion is empty/,
    ],
    [
      'with a speaker of two genders',
      `${header},gender\na.wav,sad,x,f\nb.wav,sad,x,m\n`,
      /line 3: speaker x is male here and female in line 2/,
    ],
    [
      'with labels that nobody mapped',
      `${header}\na.wav,sad,x\nb.wav,Wut,x\nc.ogg,Freude,x\n`,
      /line 3: nobody has said what label "Wut" means.* Wut \(1\), Freude \(1\)\. Say which.*ignored=Wut,Freude/,
    ],
    [
      'whose labels are not those given',
      row('b.wav,anger,x'),
      /no recording is labelled Wut.*sad \(1\), anger \(1\)/,
      { labels: { angry: ['Wut'] } },
    ],
    [
      'of which no row is of the four',
      `${header}\na.wav,fear,x\n`,
      /no neutral, happy, angry or sad.*1 left out: emotion is fear/,
    ],
  ])('%s is refused', async (_, table, message, options) => {
    const folder = await folderWith({ ...files('a.wav', 'b.wav', 'a.flac', 'c.ogg'), 'labels.csv': table });
    await expect(readCorpus(folder, options)).rejects.toThrow(message);
  });

  it('makes one speaker of a name with and without quoted spaces', async () => {
    const folder = await folderWith({ ...files('a.wav', 'b.wav'), 'labels.csv': row('b.wav,sad,"x "') });
    expect((await readCorpus(folder)).utterances.map(({ speaker }) => speaker)).toEqual(['x', 'x']);
  });

  it('beside another with the same columns is refused, unless it is given itself', async () => {
    const folder = await folderWith({
      ...files('a.wav'),
      'one.csv': `${header}\na.wav,sad,x\n`,
      'two.csv': `${header}\na.wav,happy,y\n`,
    });
    await expect(readCorpus(folder)).rejects.toThrow(/several CSVs .*one\.csv, two\.csv/);
    expect((await readCorpus(join(folder, 'two.csv'))).utterances[0]).toMatchObject({ speaker: 'y' });
  });

  it('that lacks columns beside another that does is refused with both', async () => {
    const folder = await folderWith({ ...files('a.wav'), 'one.csv': 'a,b\n', 'two.csv': 'file,b\n' });
    await expect(readCorpus(folder)).rejects.toThrow(
      /one\.csv lacks file, emotion, speaker; of two\.csv lacks emotion, speaker/,
    );
  });

  it('is not read as anything else', async () => {
    const folder = await folderWith({ ...files('03a01Wa.wav'), 'labels.csv': `${header}\n03a01Wa.wav,sad,x\n` });
    await expect(readCorpus(join(folder, 'labels.csv'), { corpus: 'emodb' })).rejects.toThrow(
      /labels\.csv is a table, which emodb/,
    );
  });
});
