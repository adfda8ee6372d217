import { describe, expect, it } from 'vitest';
import { finder } from '../../src/corpus/split-names.ts';

const utterance = (file: string, start?: number, speaker = file.slice(0, 3)) => ({
  speaker,
  ...{ id: file.replace(/\.\w+$/, start === undefined ? '' : `@${start}-9`), file },
  ...(start !== undefined && { start }),
});
/** A corpus of three speakers, of whom two have a file of one name, and a part of a call. */
const CORPUS = [
  ...['f01/angry01.wav', 'f02/angry01.wav', 'm01/angry31.wav', 'f01/take.2.flac'].map((file) => utterance(file)),
  ...[utterance('calls/a.wav', 1), utterance('calls/b.wav', 1), utterance('calls/b.wav', 5)],
];
const UNUSED = ['f01/bored01.wav', 'copies/m01/angry31.wav', 'm01/angry31.mp3', 'old/f02/angry01.wav'];
const find = (name: string, ...others: readonly string[]) => finder(CORPUS, [name, ...others], UNUSED)(name);

/** Recordings of speakers, by the path that tells the speaker first. */
const of = (speakers: Readonly<Record<string, string>>) =>
  Object.entries(speakers).map(([file, speaker]) => utterance(file, undefined, speaker));
/** What each of all names of a split means. */
const meanings = (corpus: ReturnType<typeof of>, names: readonly string[], unused: readonly string[] = []) => {
  const find = finder(corpus, names, unused);
  return names.map((name) => {
    const meant = find(name);
    if (typeof meant === 'string') return meant;
    return 'why' in meant ? 'refused' : `${meant.utterance.file}${meant.elsewhere ? ', elsewhere' : ''}`;
  });
};

describe('a name of a split', () => {
  it.each([
    ['an id', 'f01/angry01', 'f01/angry01.wav'],
    ['a file', 'f02/angry01.wav', 'f02/angry01.wav'],
    ['another format', 'f02/angry01.flac', 'f02/angry01.wav'],
    ['a path that begins elsewhere', 'data/x/f01/angry01.wav', 'f01/angry01.wav'],
    ['a path of Windows', 'D:\\data\\f02\\angry01.wav', 'f02/angry01.wav'],
    ['the only file of that name', './angry31', 'm01/angry31.wav'],
    ['a name with a full stop', 'x/f01/take.2.flac', 'f01/take.2.flac'],
  ])('is %s', (_, name, file) => expect(find(name)).toEqual({ utterance: utterance(file) }));

  it('is a part of a recording by its id, wherever it begins, and by its file where that has one part', () => {
    const [a, b] = [utterance('calls/a.wav', 1), utterance('calls/b.wav', 5)];
    expect(find('/data/calls/b@5-9')).toEqual({ utterance: b });
    expect(find('/data/calls/a.wav')).toEqual({ utterance: a });
    const decomposed = [utterance('Bu\u0308hne.wav', 1)];
    expect(finder(decomposed, [])('B\u00fchne@1-9')).toEqual({ utterance: decomposed[0] });
  });

  it('is a file in another folder only where names tell files apart, and folders do not say who speaks', () => {
    const emodb = of({ 'emodb/03a01Fa.wav': '03', 'other/08a01Na.wav': '08' });
    expect(meanings(emodb, ['wav/03a01Fa.wav', 'data/08a01Na'])).toEqual([
      ...['emodb/03a01Fa.wav, elsewhere', 'other/08a01Na.wav, elsewhere'],
    ]);
    expect(meanings(emodb, ['data/03a02La.wav'], ['emodb/03a02La.wav'])).toEqual(['left out']);
    expect(meanings([...emodb, ...of({ 'x/03a01Fa.wav': '03' })], ['data/08a01Na.wav'])).toEqual(['refused']);
    expect(meanings([...emodb, ...of({ 'Actor_09/x.wav': '09' })], ['data/08a01Na.wav'])).toEqual(['refused']);
    expect(find('zoe/angry31.wav')).toMatchObject({ why: expect.stringContaining('m01/angry31.wav lies in another') });
  });

  it('needs no folders that all recordings lie in', () => {
    const emodb = of({ 'wav/03a01Fa.wav': '03', 'wav/08a01Na.wav': '08' });
    expect(meanings(emodb, ['data/x/03a01Fa.wav', './08a01Na.wav'])).toEqual(['wav/03a01Fa.wav', 'wav/08a01Na.wav']);
    const deep = of({ '16k/ana/angry/1.wav': 'ana', '16k/ben/angry/2.wav': 'ben' });
    expect(meanings(deep, ['/data/s/ana/angry/1.wav', '/data/s/ben/angry/2.wav'])).toEqual([
      ...['16k/ana/angry/1.wav', '16k/ben/angry/2.wav'],
    ]);
  });

  it.each([
    [
      'of a speaker, behind a folder that all speakers have',
      { 'ABA/wav/a1.wav': 'ABA', 'BWC/wav/a2.wav': 'BWC' },
      'ABA/wav/a2.wav',
    ],
    ['of a class', { 'ana/angry/004.wav': 'ana', 'ben/angry/005.wav': 'ben' }, '/data/s/ben/angry/004.wav'],
    ['that another recording lies in', { '001.wav': 'a', 'b/002.wav': 'b' }, 'b/001.wav'],
  ])('is none where it has the folder %s', (_, corpus, name) =>
    expect(meanings(of(corpus), [name])).toEqual(['refused']),
  );

  it('is no file without a folder where names of the split differ in folders alone', () => {
    const flat = of({ '000.wav': 'ana', '001.wav': 'ana', '002.wav': 'eva' });
    expect(meanings(flat, ['x/ana/001.wav', 'x/eva/000.wav', 'x/eva/001.wav'])).toEqual(Array(3).fill('refused'));
    expect(meanings(flat, ['x/001.wav', 'x/002.wav', 'y/x/002.wav'])).toEqual(['001.wav', '002.wav', '002.wav']);
  });

  it.each([
    ['of another class', 'data/f01/bored01.wav'],
    ['that the corpus has twice, by its whole path', 'old/f02/angry01.wav'],
  ])('may be a recording %s, which is left out', (_, name) => expect(find(name)).toBe('left out'));

  it.each([
    ['there is none', 'f01/angry99.wav'],
    ['its ending is none of a recording', 'm01/angry31.take2'],
    ['a part has other times', 'calls/b@1-8'],
  ])('is unknown where %s', (_, name) => expect(find(name)).toBe('unknown'));

  it.each([
    [
      'angry01.wav',
      { why: 'may be any of f01/angry01.wav, f02/angry01.wav', remedy: expect.stringContaining('paths') },
    ],
    ['b', { why: expect.stringContaining('parts are utterances'), remedy: expect.stringMatching(/calls\/b@1-9$/) }],
  ])('%s is not one utterance', (name, meaning) => expect(find(name)).toEqual(meaning));
});
