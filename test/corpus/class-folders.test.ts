import { describe, expect, it } from 'vitest';
import { type ReadOptions, readCorpus } from '../../src/corpus/read.ts';
import { speakerPattern } from '../../src/corpus/speaker-pattern.ts';
import { folderOf } from './folder.ts';

const brief = async (files: string[], options: ReadOptions = {}) => {
  const { name, utterances, leftOut } = await readCorpus(await folderOf(...files), options);
  expect(name).toBe('class-folders');
  return { utterances: utterances.map(({ id, emotion, speaker }) => [id, emotion, speaker]), leftOut };
};

describe('a folder per class', () => {
  it('takes the folder below the emotion for the speaker', async () => {
    const files = [
      'Anger/ann/1.wav',
      'happiness/bob/x/2.flac',
      'sad/ann/3.wav',
      'fear/bob/4.wav',
      'intro.wav',
      'sad/._3.wav',
    ];
    expect(await brief(files)).toEqual({
      utterances: [
        ['Anger/ann/1', 'angry', 'ann'],
        ['happiness/bob/x/2', 'happy', 'bob'],
        ['sad/ann/3', 'sad', 'ann'],
      ],
      leftOut: { 'emotion is fear': 1, 'in no folder of a class': 1 },
    });
  });

  it('finds the speaker by a pattern', async () => {
    expect(
      (await brief(['angry/S01_1.wav', 'angry/S02_1.wav', 'neutral/S01_7.wav'], { speaker: '/(S\\d+)_' })).utterances,
    ).toEqual([
      ['angry/S01_1', 'angry', 'S01'],
      ['angry/S02_1', 'angry', 'S02'],
      ['neutral/S01_7', 'neutral', 'S01'],
    ]);
  });

  it('reads folders in any language, where their meaning is given', async () => {
    const labels = { angry: ['Wut', 'colère'], happy: ['喜び'], ignored: ['bruit'] };
    const files = ['Wut/a/1.wav', 'cole\u0300re/b/2.wav', '喜び/a/3.wav', 'bruit/b/4.wav', 'neutral/a/5.wav'];
    const { utterances, leftOut } = await brief(files, { labels });
    expect(utterances.map(([, emotion, speaker]) => `${speaker} ${emotion}`)).toEqual([
      'a angry',
      'b angry',
      'a neutral',
      'a happy',
    ]);
    expect(leftOut).toEqual({ 'emotion is bruit': 1 });
  });

  it('gives way to recordings with names of their own', async () => {
    const { name } = await readCorpus(await folderOf('angry/03a01Wa.wav', 'neutral/08a01Na.wav'));
    expect(name).toBe('emodb');
  });

  it('may be meant though no folder has a known name', async () => {
    const options = { corpus: 'class-folders', labels: { sad: ['a'], happy: ['b'] } };
    expect((await brief(['a/x/1.wav', 'b/y/2.wav'], options)).utterances).toHaveLength(2);
  });

  it.each<[string, string[], ReadOptions, RegExp]>([
    [
      'a recording without speaker',
      ['angry/1.wav'],
      {},
      /angry\/1\.wav: nothing tells who speaks.*angry\/SPEAKER\/1\.wav.*`speaker`/,
    ],
    [
      'a folder of unknown meaning',
      ['angry/a/1.wav', 'Wut/a/1.wav'],
      {},
      /Wut\/a\/1\.wav: nobody has said.*Wut \(1\).*ignored=Wut/,
    ],
    [
      'a path without speaker',
      ['angry/1.wav'],
      { speaker: '(S\\d)' },
      /angry\/1\.wav: the pattern .* finds no speaker/,
    ],
    ['an empty speaker', ['angry/1.wav'], { speaker: '/(S?)' }, /angry\/1\.wav: the pattern .* finds no speaker/],
  ])('refuses %s', async (_, files, options, message) => {
    const reading = readCorpus(await folderOf(...files), options);
    await expect(reading).rejects.toMatchObject({ code: 'corpus' });
    await expect(reading).rejects.toThrow(message);
  });

  it('stops a pattern that tries every division of a path, and names the path', () => {
    const { find } = speakerPattern('((a+)+)!');
    expect(find(['aa!', 'b'])).toEqual(['aa', undefined]);
    const path = `angry/${'a'.repeat(60)}.wav`;
    expect(() => find(['aa!', path], 50)).toThrow(
      `${path}: the pattern ((a+)+)! of \`speaker\` takes more than 0.05 s`,
    );
  });

  it('takes the whole syntax of JavaScript', () => {
    expect(speakerPattern('(?<=/)(?<who>\\p{L}+?)(?=_|\\d)').find(['sad/Jörg_1.wav'])).toEqual(['Jörg']);
  });

  it.each([
    ['(', /no regular expression/],
    ['S\\d', /has no group/],
  ])('refuses the pattern %s', async (speaker, message) => {
    const reading = readCorpus(await folderOf('angry/S1.wav'), { speaker });
    await expect(reading).rejects.toMatchObject({ code: 'usage' });
    await expect(reading).rejects.toThrow(message);
  });
});
