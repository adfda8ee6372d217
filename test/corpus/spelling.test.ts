import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acrossCorpora } from '../../src/corpus/join.ts';
import { leaveOneSpeakerOut } from '../../src/corpus/protocols.ts';
import { type ReadOptions, readCorpus } from '../../src/corpus/read.ts';
import { nameKey } from '../../src/corpus/spelling.ts';
import { folderOf, folderWith } from './folder.ts';

const files = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'RIFF']));

describe('the key of a name', () => {
  it.each([
    ['capitals', 'Anna', 'aNNA'],
    ['blanks around it', 'Anna', ' Anna\t'],
    ['several blanks within it', 'Ann Lee', 'Ann  Lee'],
    ['blanks that do not break', 'Ann Lee', 'Ann\u00a0Lee'],
    ['how accents are coded', 'J\u00f6rg', 'Jo\u0308rg'],
    ['both at once', 'J\u00d6RG', 'jo\u0308rg'],
    ['a letter that has several capitals', 'Groß', 'GROSS'],
    ['a sigma at the end', 'Νίκος', 'ΝΊΚΟΣ'],
    ['Cyrillic capitals', 'Аня', 'АНЯ'],
    ['what nobody sees', 'Anna', 'An\u00adna\u200b\ufeff'],
    ['Hangul in letters', '\ud55c', '\u1112\u1161\u11ab'],
  ])('does not depend on %s', (_, one, other) => {
    expect(nameKey(one)).toBe(nameKey(other));
  });

  it.each([
    ['letters', 'Anna', 'Ana'],
    ['accents', 'Jörg', 'Jorg'],
    ['digits', '01', '1'],
    ['a blank between words', 'Ann Lee', 'AnnLee'],
  ])('depends on %s', (_, one, other) => {
    expect(nameKey(one)).not.toBe(nameKey(other));
  });
});

describe('one speaker who is written in several ways', () => {
  const table = (...rows: string[]) => ['file,emotion,speaker', ...rows].join('\n');
  const three = (a: string, b: string, c: string) => ({
    ...files('a.wav', 'b.wav', 'c.wav'),
    'l.csv': table(`a.wav,angry,${a}`, `b.wav,sad,${b}`, `c.wav,happy,${c}`),
  });

  it.each<[string, Record<string, string>, ReadOptions?]>([
    ['in folders', files('angry/Anna/1.wav', 'sad/anna/2.wav', 'happy/Bob/3.wav')],
    ['in folders with a blank', files('angry/Anna/1.wav', 'sad/Anna /2.wav', 'happy/Bob/3.wav')],
    ['in a CSV', three('anna', 'Anna', 'Bob')],
    ['in a CSV with quoted blanks', three('Anna', '" anna "', 'Bob')],
    [
      'by a pattern',
      files('angry/Anna_1.wav', 'sad/anna_2.wav', 'happy/Bob_3.wav'),
      { speaker: '/(?<name>[^_]+)_(?=\\d)' },
    ],
  ])('is one fold %s', async (_, content, options) => {
    const corpus = await readCorpus(await folderWith(content), options);
    expect(leaveOneSpeakerOut(corpus).map(({ name, test }) => [name, test.length])).toEqual([
      ['Anna', 2],
      ['Bob', 1],
    ]);
  });

  it('has NFC, single blanks and the capitals in folds, whatever comes first', async () => {
    const corpus = await readCorpus(
      await folderOf('angry/jo\u0308rg  lee/1.wav', 'sad/J\u00f6rg Lee/2.wav', 'happy/x/3.wav'),
    );
    expect(leaveOneSpeakerOut(corpus).map(({ name }) => name)).toEqual(['J\u00f6rg Lee', 'x']);
    expect(corpus.spellings).toEqual([['J\u00f6rg Lee', 'j\u00f6rg lee']]);
  });

  it('is one of one gender', async () => {
    const rows = ['file,emotion,speaker,gender', 'a.wav,sad,Anna,f', 'b.wav,sad,anna,m'];
    const folder = await folderWith({ ...files('a.wav', 'b.wav'), 'l.csv': rows.join('\n') });
    await expect(readCorpus(folder)).rejects.toThrow(/line 3: speaker anna is male here and female in line 2/);
  });

  it('is one session and one script too', async () => {
    const rows = ['file,emotion,speaker,session,script', 'a.wav,sad,x,S1,Nein', 'b.wav,sad,y,s1,nein '];
    const folder = await folderWith({ ...files('a.wav', 'b.wav'), 'l.csv': rows.join('\n') });
    const { utterances } = await readCorpus(folder);
    expect(utterances.map(({ session, script }) => [session, script])).toEqual(Array(2).fill(['S1', 'Nein']));
  });

  it.each([
    ['two tables', { 'l.csv': table('a.wav,angry,Anna'), ...files('a.wav') }, 'train'],
    ['folders and a table', files('angry/Anna/a.wav'), 'class-folders'],
  ])('is one in the corpus to test on: %s', async (_, trainFiles, name) => {
    const folder = await folderWith({
      ...Object.fromEntries(Object.entries(trainFiles).map(([file, text]) => [`train/${file}`, text])),
      'test/l.csv': table('b.wav,sad, anna', 'c.wav,sad,Bob'),
      ...files('test/b.wav', 'test/c.wav'),
    });
    const parts = await Promise.all(['train', 'test'].map((part) => readCorpus(join(folder, part))));
    const { corpus, folds } = acrossCorpora(parts[0]!, parts[1]!);
    const [fold] = folds;
    expect(fold!.train.map(({ id, speaker }) => [id.split('/')[0], speaker])).toEqual([[name, 'Anna']]);
    expect(fold!.test.map(({ speaker }) => speaker)).toEqual(['Anna', 'Bob']);
    expect(corpus.spellings).toEqual([['Anna', 'anna']]);
  });

  it('needs a name that can be seen', async () => {
    const folder = await folderOf('angry/\u200b/1.wav', 'sad/x/2.wav');
    await expect(readCorpus(folder)).rejects.toThrow(/angry\/\u200b\/1\.wav: the name of the speaker is blank/);
  });
});
