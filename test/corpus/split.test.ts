import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCorpus } from '../../src/corpus/read.ts';
import { divideBySplit, readSplit } from '../../src/corpus/split.ts';
import { folderWith } from './folder.ts';

/** Two speakers of EmoDB; `L` is boredom, no class of the run. */
const FILES = ['03a01Fa', '03a01Nc', '03a01Wa', '03a02La', '08a01Fd', '08a01Na', '08a01Wa', '08a02Tb'];

const emodb = async () =>
  readCorpus(await folderWith(Object.fromEntries(FILES.map((name) => [`wav/${name}.wav`, '']))), { corpus: 'emodb' });
const csv = async (...rows: readonly string[]) =>
  join(await folderWith({ 'folds.csv': ['utterance,fold', ...rows].join('\n') }), 'folds.csv');
const lines = (...names: readonly string[]) =>
  names.map((name) => JSON.stringify({ key: `emodb-${name}`, wav: `downloads/emodb/wav/${name}.wav` })).join('\n');
const names = (utterances: readonly { readonly file: string }[]) =>
  utterances.map(({ file }) => file.replace('wav/', '').replace('.wav', ''));

/** By a random split, as EmoBox has them: both speakers stand on both sides. */
const TEST = { 1: ['03a01Fa', '03a02La', '08a01Na'], 2: ['03a01Nc', '03a01Wa', '08a01Fd', '08a01Wa', '08a02Tb'] };
const LISTS = {
  'fold_1/emodb_test_fold_1.jsonl': lines(...TEST[1]),
  'fold_1/emodb_train_fold_1.jsonl': lines(...TEST[2]),
  'fold_2/emodb_test_fold2.jsonl': lines(...TEST[2]),
  'fold_2/emodb_train_fold2.jsonl': lines(...TEST[1]),
  'label_map.json': '{}',
};

describe('a split that others published', () => {
  it('is read from a CSV, whose utterances are ids, files or names of files', async () => {
    const path = await csv(
      'wav/03a01Fa,b',
      'wav/03a01Nc.wav,a',
      '03a01Wa,a',
      '08a01Fd.wav,b',
      '08a01Na,b',
      '03a02La,b',
    );
    const { corpus, folds } = await divideBySplit(await emodb(), await readSplit(path));
    expect(folds.map(({ name, test }) => [name, names(test)])).toEqual([
      ['a', ['03a01Nc', '03a01Wa']],
      ['b', ['03a01Fa', '08a01Fd', '08a01Na']],
    ]);
    expect(names(folds[0]!.train)).toEqual(['03a01Fa', '08a01Fd', '08a01Na']);
    expect(corpus.leftOut['not in the split']).toBe(2); // 08a01Wa and 08a02Tb
    expect(corpus.utterances).toHaveLength(5);
  });

  it('tells what it does not name, and names that lie in other folders', async () => {
    const files = FILES.map((name) => `${name.startsWith('03') ? 'a' : 'b'}/${name}.wav`);
    const corpus = await readCorpus(await folderWith(Object.fromEntries(files.map((file) => [file, '']))), {
      corpus: 'emodb',
    });
    const split = await readSplit(await csv('a/03a01Fa,a', 'zoe/08a01Na.wav,b'));
    const { warnings, namesElsewhere, folds } = await divideBySplit(corpus, split);
    expect(namesElsewhere).toBe(1);
    expect(folds.map(({ test }) => test.map(({ file }) => file))).toEqual([['a/03a01Fa.wav'], ['b/08a01Na.wav']]);
    expect(warnings).toEqual([
      expect.stringMatching(/folds\.csv names 2 of 7 utterances; the others are left out$/),
      expect.stringMatching(
        /1 name has other folders than the corpus, such as zoe\/08a01Na\.wav, taken for b\/08a01Na\.wav; see/,
      ),
    ]);
    const all = [...TEST[1].map((name) => `${name},1`), ...TEST[2].map((name) => `${name},2`)];
    const rest = Object.keys(await divideBySplit(corpus, await readSplit(await csv(...all))));
    expect(rest.sort()).toEqual(['corpus', 'folds']);
    const twice = await csv('x/a/03a01Fa,a', 'y/a/03a01Fa,a', '08a01Na,b');
    await expect(divideBySplit(corpus, await readSplit(twice))).rejects.toThrow(
      /line 3: y\/a\/03a01Fa and x\/a\/03a01Fa \(.*line 2\) both mean a\/03a01Fa here; write paths as/,
    );
  });

  it('is read from lists of EmoBox, and speakers may stand on both sides', async () => {
    const split = await readSplit(await folderWith(LISTS));
    const { folds } = await divideBySplit(await emodb(), split);
    expect(folds.map(({ test }) => names(test))).toEqual([['03a01Fa', '08a01Na'], TEST[2]]);
    expect(new Set(folds[0]!.train.map(({ speaker }) => speaker))).toEqual(new Set(['03', '08']));
    expect(split.sha256).toBe((await readSplit(await folderWith(LISTS))).sha256);
    const other = await readSplit(await folderWith({ ...LISTS, 'fold_2/emodb_test_fold2.jsonl': lines('03a01Nc') }));
    expect(other.sha256).not.toBe(split.sha256);
  });

  it('is read from lists with a byte order mark, and without anything to validate on', async () => {
    const marked = Object.fromEntries(Object.entries(LISTS).map(([name, text]) => [name, `\uFEFF${text}`]));
    const split = await readSplit(await folderWith({ ...marked, 'fold_1/emodb_valid_fold_1.jsonl': '\n' }));
    const { folds } = await divideBySplit(await emodb(), split);
    expect(folds.map(({ test }) => names(test))).toEqual([['03a01Fa', '08a01Na'], TEST[2]]);
  });

  it.each<[string, Record<string, string | Buffer>, RegExp]>([
    ['an empty list', { 'fold_2/emodb_test_fold2.jsonl': '\n' }, /test_fold2\.jsonl: the list is empty/],
    [
      'a fold that is trained alone',
      { 'fold_3/emodb_train_fold_3.jsonl': lines('03a01Nc') },
      /train_fold_3\.jsonl, line 1: fold 3 is trained, and no list of it is tested/,
    ],
    [
      'a list in UTF-16',
      { 'fold_1/emodb_test_fold_1.jsonl': Buffer.from(`\uFEFF${lines(...TEST[1])}`, 'utf16le') },
      /test_fold_1\.jsonl, line 1: this is not UTF-8; save the list as UTF-8/,
    ],
  ])('refuses %s', async (_, lists, message) => {
    await expect(readSplit(await folderWith({ ...LISTS, ...lists } as Record<string, string>))).rejects.toThrow(
      message,
    );
  });

  it('is refused where it names nothing of one of several corpora', async () => {
    const corpus = await emodb();
    const other = { ...corpus, name: 'other', utterances: [] };
    const parts = [corpus, other].map((part, i) => ({ ...part, label: ['emodb', 'other'][i]! }));
    const utterances = corpus.utterances.map((one) => ({ ...one, id: `emodb/${one.id}` }));
    const split = await readSplit(await csv('03a01Fa,a', '03a01Nc,b'));
    await expect(divideBySplit({ ...corpus, utterances, parts }, split)).rejects.toThrow(
      /folds\.csv names no utterance of other: leave that corpus out/,
    );
  });

  it('leaves the recordings out that it does not name where several corpora are read, for the audit too', async () => {
    const one = await emodb();
    const labelled = ['emodb', 'other'].map((label) => ({ ...one, name: label, label }));
    const utterances = labelled.flatMap(({ label }) =>
      one.utterances.map((own) => ({ ...own, id: `${label}/${own.id}`, file: `${label}/${own.file}` })),
    );
    const [first, second] = one.utterances.map(({ id }) => id);
    const ids = [`emodb/${first}`, `emodb/${second}`, `other/${first}`];
    const split = await readSplit(await csv(...ids.map((id, i) => `${id},${i % 2}`)));
    const { corpus } = await divideBySplit({ ...one, utterances, parts: labelled }, split);
    expect(corpus.parts!.map((part) => part.utterances.map(({ id }) => id))).toEqual([[first, second], [first]]);
  });

  it('is read from lists that EmoBox keeps twice, the older ones with the files under audio', async () => {
    const older = (text: string) => text.replaceAll('"wav"', '"audio"');
    const both = {
      ...LISTS,
      'fold_1/emodb_test_fold1.jsonl': older(lines(...TEST[1])),
      'fold_1/emodb_train_fold1.jsonl': older(lines(...TEST[2])),
    };
    const divided = async (lists: Record<string, string>) =>
      (await divideBySplit(await emodb(), await readSplit(await folderWith(lists)))).folds.map(
        ({ name, train, test }) => [...[name, names(train), names(test)]],
      );
    expect(await divided(both)).toEqual(await divided(LISTS));
    const wrong = { ...LISTS, 'fold_1/emodb_test_fold_1.jsonl': '{"file": "03a01Fa.wav"}' };
    await expect(divided(wrong)).rejects.toThrow(/fold_1\.jsonl, line 1: expected a JSON object with "wav"/);
  });

  it.each([
    ['an utterance that is not there', ['03a01Fa,1', '99x99Fa,2'], 'line 3: 99x99Fa is no utterance of'],
    ['one that is tested twice', ['03a01Fa,1', '08a01Fd,2', '03a01Fa,2'], 'is tested by fold 2, and by fold 1'],
    ['a fold of other classes alone', ['03a01Fa,1', '03a02La,2'], 'fold 2 tests nothing that the corpus uses'],
    ['one fold', ['03a01Fa,1', '08a01Fd,1'], 'expected two folds or more that test something, got 1'],
    [
      'folds of one name in two forms',
      ['03a01Fa,caf\u00e9', '08a01Fd,Cafe\u0301'],
      'differ in case, blanks or Unicode',
    ],
    ['an empty cell', ['03a01Fa,1', '08a01Fd,'], 'line 3: expected an utterance and its fold'],
  ])('refuses %s', async (_, rows, message) => {
    const divided = async () => divideBySplit(await emodb(), await readSplit(await csv(...rows)));
    await expect(divided()).rejects.toThrow(message);
  });

  it('refuses a fold that trains on less than all that it does not test, or on what it tests', async () => {
    const divided = async (train: string) =>
      divideBySplit(
        await emodb(),
        await readSplit(await folderWith({ ...LISTS, 'fold_1/emodb_train_fold_1.jsonl': train })),
      );
    await expect(divided(lines('03a01Nc', '08a01Fd'))).rejects.toThrow(
      'fold 1 leaves 3 utterances untrained and untested, such as wav/03a01Wa, wav/08a01Wa, wav/08a02Tb',
    );
    await expect(divided(lines(...TEST[2], '03a01Fa'))).rejects.toThrow('line 6: fold 1 trains on wav/03a01Fa');
    await expect(divided('{"key": "x"}')).rejects.toThrow('line 1: expected a JSON object with "wav"');
  });
});
