import encodeWav from '@audio/encode-wav';
import { describe, expect, it } from 'vitest';
import { readCorpus } from '../../src/corpus/read.ts';
import { soundFacts, summaryOf } from '../../src/corpus/summary.ts';
import { folderWith } from './folder.ts';

/** A wav file of noise. */
async function wav(seconds: number, sampleRate: number, channels = 1): Promise<Uint8Array> {
  const encoder = await encodeWav({ sampleRate, bitDepth: 16 });
  const samples = Float32Array.from({ length: seconds * sampleRate }, (_, n) => Math.sin(n * n) / 2);
  encoder.encode(Array.from({ length: channels }, () => samples));
  return encoder.flush();
}

const TABLE = `file,emotion,speaker,session,gender
a.wav,happy,ann,1,f
b.wav,sad,ann,2,f
c.wav,sad,bob,2,m
d.wav,neutral,cy,2,
e.wav,fear,cy,2,
`;

const folder = async () =>
  folderWith({
    'labels.csv': TABLE,
    'a.wav': await wav(1, 16_000),
    'b.wav': await wav(3, 8_000),
    'c.wav': await wav(2, 8_000),
    'd.wav': await wav(1.5, 8_000, 2),
    'e.wav': 'not used, so not read',
  });

const NONE = { neutral: 0, happy: 0, angry: 0, sad: 0 };

describe('the summary of a corpus', () => {
  it('counts classes, speakers, genders and sessions', async () => {
    const corpus = await readCorpus(await folder());
    const summary = summaryOf(corpus, await soundFacts(corpus));
    expect(summary).toMatchObject({
      name: 'csv',
      directory: corpus.directory,
      utterances: 4,
      leftOut: { 'emotion is fear': 1 },
      classes: { neutral: 1, happy: 1, angry: 0, sad: 2 },
      speakers: [
        { name: 'ann', gender: 'female', utterances: 2, classes: { ...NONE, happy: 1, sad: 1 } },
        { name: 'bob', gender: 'male', utterances: 1, classes: { ...NONE, sad: 1 } },
        { name: 'cy', utterances: 1, classes: { ...NONE, neutral: 1 } },
      ],
      genders: [
        { name: 'female', speakers: 1, utterances: 2, classes: { ...NONE, happy: 1, sad: 1 } },
        { name: 'male', speakers: 1, utterances: 1, classes: { ...NONE, sad: 1 } },
        { name: 'unknown', speakers: 1, utterances: 1, classes: { ...NONE, neutral: 1 } },
      ],
      sessions: [
        { name: '1', speakers: 1, utterances: 1, classes: { ...NONE, happy: 1 } },
        { name: '2', speakers: 3, utterances: 3, classes: { ...NONE, neutral: 1, sad: 2 } },
      ],
    });
  });

  it('measures durations, rates and channels as they lie in the files', async () => {
    const corpus = await readCorpus(await folder());
    const seen: string[] = [];
    const facts = await soundFacts(corpus, { onProgress: (done, inAll) => seen.push(`${done}/${inAll}`) });
    expect(seen).toEqual(['1/4', '2/4', '3/4', '4/4']);
    const { durations, rates } = summaryOf(corpus, facts);
    expect(durations).toEqual({
      totalSeconds: 7.5,
      minSeconds: 1,
      medianSeconds: 1.75,
      maxSeconds: 3,
      shorterThan2Seconds: 2,
    });
    expect(rates).toEqual([
      { sampleRate: 8_000, channels: 1, utterances: 2 },
      { sampleRate: 8_000, channels: 2, utterances: 1 },
      { sampleRate: 16_000, channels: 1, utterances: 1 },
    ]);
    const odd = { ...corpus, utterances: corpus.utterances.slice(0, 3) };
    expect(summaryOf(odd, facts).durations.medianSeconds).toBe(2);
  });

  it('names every recording that cannot be read', async () => {
    const sound = await wav(1, 8_000);
    const table = 'file,emotion,speaker\na.wav,sad,x\nb.wav,sad,x\nc.wav,sad,x\n';
    const corpus = await readCorpus(await folderWith({ 'l.csv': table, 'a.wav': 'RIFF', 'b.wav': sound, 'c.wav': '' }));
    await expect(soundFacts(corpus)).rejects.toThrow(/2 of 3 recordings cannot be used.*a\.wav: .*c\.wav: /);
  });
});
