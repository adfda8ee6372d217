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
const find = finder(CORPUS, UNUSED);

describe('a name of a split', () => {
  it.each([
    ['an id', 'f01/angry01', 'f01/angry01.wav'],
    ['a file', 'f02/angry01.wav', 'f02/angry01.wav'],
    ['another format', 'f02/angry01.flac', 'f02/angry01.wav'],
    ['a path that begins elsewhere', 'data/x/f01/angry01.wav', 'f01/angry01.wav'],
    ['a path of Windows', 'D:\\data\\f02\\angry01.wav', 'f02/angry01.wav'],
    ['the only file of that name', 'angry31', 'm01/angry31.wav'],
    ['a name with a full stop', 'x/f01/take.2.flac', 'f01/take.2.flac'],
  ])('is %s', (_, name, file) => expect(find(name)).toEqual({ utterance: utterance(file) }));

  it('is a file in another folder only where names tell files apart, and folders do not say who speaks', () => {
    const emodb = ['wav/03a01Fa.wav', 'wav/08a01Na.wav'].map((file) => utterance(file, undefined, file.slice(4, 6)));
    const meant = { utterance: emodb[1], elsewhere: true };
    expect(finder(emodb)('data/08a01Na.wav')).toEqual(meant);
    expect(finder(emodb, ['wav/03a02La.wav'])('data/03a02La.wav')).toBe('left out');
    expect(finder(emodb, ['old/08a01Na.wav'])('data/08a01Na.wav')).toEqual(meant);
    expect(finder([...emodb, utterance('new/03a01Fa.wav', undefined, '03')])('data/08a01Na.wav')).toBe('unknown');
    expect(finder([...emodb, utterance('m01/angry31.wav')])('data/08a01Na.wav')).toBe('unknown');
    expect(find('zoe/angry31.wav')).toBe('unknown');
  });

  it.each([
    ['of another class', 'data/f01/bored01.wav'],
    ['that the corpus has twice, by its whole path', 'old/f02/angry01.wav'],
  ])('may be a recording %s, which is left out', (_, name) => expect(find(name)).toBe('left out'));

  it.each([
    ['there is none', 'f01/angry99.wav'],
    ['another has the name, or several have', 'zoe/angry01.wav'],
    ['its ending is none of a recording', 'm01/angry31.take2'],
    ['a part has other times', 'calls/b@1-8'],
  ])('is unknown where %s', (_, name) => expect(find(name)).toBe('unknown'));

  it.each([
    [
      'angry01.wav',
      { why: 'may be any of f01/angry01.wav, f02/angry01.wav', remedy: expect.stringContaining('paths') },
    ],
    [
      'calls/a.wav',
      { why: expect.stringContaining('parts are utterances'), remedy: expect.stringMatching(/calls\/a@1-9$/) },
    ],
    ['b', { why: expect.stringContaining('parts are utterances'), remedy: expect.stringMatching(/calls\/b@1-9$/) }],
  ])('%s is not one utterance', (name, meaning) => expect(find(name)).toEqual(meaning));
});
