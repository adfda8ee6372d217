import { afterAll, describe, expect, it } from 'vitest';
import { openSound } from '../../src/audio/stream.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { synthesizeCorpus } from '../../src/corpus/synthetic.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { createDealer } from '../../src/recognize/dealer.ts';
import { createRecognizer, type Recognition } from '../../src/recognize/recognizer.ts';
import { webVtt } from '../../src/recognize/subtitles.ts';
import { parseTurns, type Turn } from '../../src/recognize/turns.ts';
import { wav } from '../audio/files.ts';

const RATE = 16_000;
const turn = (start: number, end: number, speaker: string): Turn => ({ start, end, speaker });

describe('the turns of a recording', async () => {
  const tensors = initialWeights(DEFAULT_ARCHITECTURE, 3);
  const checkpoint = { architecture: DEFAULT_ARCHITECTURE, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS, tensors };
  const recognizer = await createRecognizer(checkpoint, { threads: 1 });
  afterAll(recognizer.close);
  const voices = [...synthesizeCorpus({ speakers: 1, utterancesPerEmotion: 1, seed: 2 })];
  /** 8 s: a voice, a second of silence, and so on. */
  const samples = new Float32Array(8 * RATE);
  for (const [i, { waveform }] of voices.slice(0, 3).entries())
    samples.set(waveform.samples.subarray(0, 1.5 * RATE), 2.5 * i * RATE);
  const waveform = { samples, sampleRate: RATE };
  const alone = (from: number, to: number) =>
    recognizer.recognize({ samples: samples.slice(from, to), sampleRate: RATE });

  const TURNS = [turn(2, 5.25, 'bob'), turn(0, 1.5, 'anna'), turn(1, 3.5, 'anna'), turn(7, 7.9, 'cem')];

  it('are answered as the same sound in files of its own, with times of the recording, in their order', async () => {
    const { turns, durationSeconds, warnings } = await recognizer.recognize(waveform, { turns: TURNS });
    expect([durationSeconds, warnings]).toEqual([8, []]);
    expect(turns.map(({ start, end, speaker }) => ({ start, end, speaker }))).toEqual(TURNS);
    for (const { start, end, ...said } of turns) {
      const [from, to] = [start * RATE, Math.round(end * RATE)];
      const expected = await alone(from, to);
      expect(said.durationSeconds).toBe((to - from) / RATE);
      expect(said.startSeconds).toBe(start);
      expect(said.emotion).toBe(expected.emotion);
      closeTo(said, expected);
      expect(said.segments.map((segment) => segment.start)).toEqual(
        expected.segments.map((segment) => start + segment.start),
      );
      expect(said.segments.at(-1)!.end).toBeCloseTo(end, 9);
    }
    expect(turns.map(({ warnings }) => warnings.map(({ code }) => code))).toEqual([
      ...[[], ['short'], [], ['silence', 'short']],
    ]);
  });

  it('are the same whatever the blocks in which sound comes, each with its own', async () => {
    const pcm = new Uint8Array(Int16Array.from(samples, (x) => Math.round(x * 32_767)).buffer);
    const file = wav(pcm, {});
    const heard = new Map<Turn | undefined, number>();
    const streamed = await recognizer.recognize(await openSound(file, 'x'), {
      turns: TURNS,
      onBlock: (block, of) => void heard.set(of, (heard.get(of) ?? 0) + block.length),
    });
    expect(TURNS.map((turn) => heard.get(turn))).toEqual([52_000, 24_000, 40_000, 14_400]);
    expect(heard.size).toBe(4);
    const { turns } = await recognizer.recognize({ ...waveform, samples: samples.map(quantized) }, { turns: TURNS });
    for (const [i, said] of streamed.turns.entries()) closeTo(said, turns[i]!);
  });

  it('go by the clock of a recording whose sound starts late', async () => {
    const late = { ...waveform, startSeconds: 5 };
    const { turns } = await recognizer.recognize(late, { turns: [turn(7, 10.25, 'bob'), turn(4, 6.5, 'anna')] });
    closeTo(turns[0]!, await alone(2 * RATE, 5.25 * RATE));
    closeTo(turns[1]!, await alone(0, 1.5 * RATE));
    expect([turns[0]!.startSeconds, turns[0]!.segments[1]!.start, turns[1]!.startSeconds]).toEqual([7, 7.4, 5]);
    expect(turns[1]!.warnings[0]).toEqual({
      code: 'cut',
      message: 'the excerpt is to start at 4 s, but the recording starts at 5.00 s; what is there was used.',
    });
  });

  it('that end beyond the recording are cut, and more than rounding is told', async () => {
    const { turns } = await recognizer.recognize(waveform, { turns: [turn(5, 8.05, 'a'), turn(5, 9, 'b')] });
    expect(turns.map(({ durationSeconds }) => durationSeconds)).toEqual([3, 3]);
    expect(turns.map(({ warnings }) => warnings)).toEqual([
      [],
      [
        {
          code: 'cut',
          message: 'the excerpt is to end at 9 s, but the recording ends at 8.00 s; what is there was used.',
        },
      ],
    ]);
    closeTo(turns[1]!, await alone(5 * RATE, 8 * RATE));
  });

  it.each<[turns: Turn[], code: string, message: string]>([
    [[], 'usage', 'expected one turn or more, got none'],
    [[turn(1, 2, ' ')], 'usage', 'it names no speaker'],
    [[turn(2, 1, 'bob')], 'usage', 'the turn of bob from 2 s to 1 s: the turn cannot be used: its end, 1 s, does not'],
    [
      [{ ...turn(-1, 1, 'bob'), source: 'x.rttm, line 2' }],
      'usage',
      'x.rttm, line 2: the turn cannot be used: its start',
    ],
    [[turn(0, Number.NaN, 'bob')], 'usage', 'its end is NaN'],
    [
      [turn(1, 2, 'anna'), turn(8, 9, 'bob')],
      'audio',
      'the turn of bob from 8 s to 9 s: the excerpt starts at 8 s, but the recording ends at 8.00 s; correct its times.',
    ],
  ])('that are absurd, %j, are refused', async (turns, code, message) => {
    await expect(recognizer.recognize(waveform, { turns })).rejects.toMatchObject({
      ...{ code, message: expect.stringContaining(message) },
    });
  });

  it('come from a file to subtitles with their speakers', async () => {
    const rttm = 'SPEAKER call 1 2 3.25 <NA> <NA> R&D <NA> <NA>\nSPEAKER call 1 0 1.5 <NA> <NA> anna <NA> <NA>';
    const { turns } = await recognizer.recognize(waveform, { turns: await parseTurns(rttm, 'x.rttm', 'call.wav') });
    const share = (i: number) =>
      `${turns[i]!.emotion} ${(100 * turns[i]!.probabilities[turns[i]!.emotion]).toFixed(0)} %`;
    expect(webVtt(turns)).toBe(
      `WEBVTT\n\n00:00:00.000 --> 00:00:01.500\n<v anna>${share(0)}\n\n00:00:02.000 --> 00:00:05.250\n<v R&amp;D>${share(1)}\n`,
    );
    expect((await parseTurns(webVtt(turns), 'x.vtt', undefined)).map(({ speaker }) => speaker)).toEqual([
      'anna',
      'R&D',
    ]);
  });

  it('of a long recording take no memory for the sound between them', async () => {
    const block = new Float32Array(RATE).fill(0.1); // one and the same for half an hour, 115 MB
    const stream = {
      ...{ startSeconds: 0, declaredSeconds: undefined, bytesRead: undefined, warnings: [], close: async () => {} },
      async *[Symbol.asyncIterator]() {
        for (let second = 0; second < 1800; second++) yield block;
      },
    };
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const { turns } = await recognizer.recognize(stream, {
      turns: [turn(10, 12, 'anna'), turn(1799, 1800, 'bob')],
      onProgress: () => {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      },
    });
    expect(turns.map(({ durationSeconds }) => durationSeconds)).toEqual([2, 1]);
    expect(most).toBeLessThan(30e6);
  });
});

const quantized = (x: number) => (x < 0 ? Math.round(x * 32_767) / 32_768 : Math.round(x * 32_767) / 32_767) || 0;

/** Whether two answers say the same, up to rounding. */
function closeTo(said: Recognition, expected: Recognition): void {
  expect(said.segments).toHaveLength(expected.segments.length);
  for (const [i, { logits }] of said.segments.entries())
    for (const name of EMOTIONS) expect(logits[name]).toBeCloseTo(expected.segments[i]!.logits[name]!, 4);
  for (const name of EMOTIONS) expect(said.probabilities[name]).toBeCloseTo(expected.probabilities[name]!, 5);
}

describe('dealing sound out', () => {
  it.each([1, 3, 7, 100])('gives each part its samples in blocks of %i', (size) => {
    const parts = [
      { from: 4, to: 9 },
      { from: -3, to: 2 },
      { from: 5, to: 6 },
      { from: 8, to: 40 },
      { from: 20, to: 30 },
    ];
    const dealer = createDealer(parts);
    const got: number[][] = parts.map(() => []);
    const ended: number[] = [];
    for (let at = 0; at < 12; at += size)
      for (const { index, samples, isLast } of dealer.deal(
        Float32Array.from({ length: Math.min(size, 12 - at) }, (_, i) => at + i),
      )) {
        got[index]!.push(...samples);
        if (isLast) ended.push(index);
      }
    expect(got).toEqual([[4, 5, 6, 7, 8], [0, 1], [5], [8, 9, 10, 11], []]);
    expect(ended.sort()).toEqual([0, 1, 2]);
    expect([dealer.length, dealer.open()]).toEqual([12, [3]]);
  });
});
