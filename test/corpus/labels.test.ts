import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { type ReadOptions, readCorpus, readWithLabels } from '../../src/corpus/read.ts';
import { folderOf } from './folder.ts';

/** One recording of each of EmoDB's seven emotions. */
const SEVEN = ['N', 'F', 'W', 'T', 'L', 'E', 'A'].map((letter) => `03a01${letter}a.wav`);

async function read(labels: NonNullable<ReadOptions['labels']>) {
  const { utterances, leftOut } = await readCorpus(await folderOf(...SEVEN), { labels });
  const letters = EMOTIONS.map((emotion) => [
    emotion,
    utterances
      .filter((utterance) => utterance.emotion === emotion)
      .map(({ id }) => id[5])
      .join(''),
  ]);
  return { letters: Object.fromEntries(letters), leftOut };
}

describe('labels by emotion', () => {
  it('replace those of the emotion that is named, and no other', async () => {
    expect(await read({ happy: ['boredom', 'happy'] })).toEqual({
      letters: { neutral: 'N', happy: 'FL', angry: 'W', sad: 'T' },
      leftOut: { 'emotion is disgust': 1, 'emotion is fear': 1 },
    });
    expect(await read({ happy: ['boredom'] })).toEqual({
      letters: { neutral: 'N', happy: 'L', angry: 'W', sad: 'T' },
      leftOut: { 'emotion is happy': 1, 'emotion is disgust': 1, 'emotion is fear': 1 },
    });
  });

  it("may be the corpus's codes, whatever their case", async () => {
    expect((await read({ sad: ['T', 'l'], angry: ['Angry', 'E'] })).letters).toEqual({
      neutral: 'N',
      happy: 'F',
      angry: 'EW',
      sad: 'LT',
    });
  });

  it('may take a label from the emotion that has it by default', async () => {
    expect((await read({ angry: ['W', 'F'] })).letters).toEqual({ neutral: 'N', happy: '', angry: 'FW', sad: 'T' });
  });

  it('leave out what is ignored, counted', async () => {
    const { letters, leftOut } = await read({ ignored: ['sad'] });
    expect(letters).toEqual({ neutral: 'N', happy: 'F', angry: 'W', sad: '' });
    expect(leftOut).toMatchObject({ 'emotion is sad': 1 });
  });

  it('are told with what they were taken for', async () => {
    const { labels } = await readWithLabels(await folderOf(...SEVEN, '08a01La.wav'), { labels: { sad: ['T', 'E'] } });
    expect(labels.find(({ label }) => label === 'boredom')).toEqual({ label: 'boredom', recordings: 2 });
    expect(labels.find(({ label }) => label === 'disgust')).toEqual({
      label: 'disgust',
      emotion: 'sad',
      recordings: 1,
    });
    expect(labels.reduce((sum, { recordings }) => sum + recordings, 0)).toBe(8);
  });

  it.each([
    [
      'one that no recording bears',
      { happy: ['happy', 'exc'] },
      /no recording is labelled exc.*found: .*boredom \(1\)/,
    ],
    [
      'one that is given twice',
      { happy: ['L'], sad: ['sad', 'boredom'] },
      /boredom is given twice, as happy and as sad/,
    ],
  ])('refuse %s', async (_, labels, message) => {
    const reading = read(labels);
    await expect(reading).rejects.toMatchObject({ code: 'usage' });
    await expect(reading).rejects.toThrow(message);
  });
});
