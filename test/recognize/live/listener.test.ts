import { getEventListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { openDecoded } from '../../../src/audio/decode.ts';
import { readAudioStream } from '../../../src/audio/file.ts';
import { EMOTIONS } from '../../../src/corpus/emotions.ts';
import { synthesizeCorpus } from '../../../src/corpus/synthetic.ts';
import { DEFAULT_FRONT_END } from '../../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../../src/model/architecture.ts';
import { initialWeights } from '../../../src/model/initialize.ts';
import { loadRecognizer } from '../../../src/recognize/default-weights.ts';
import type { LiveEvent } from '../../../src/recognize/live/events.ts';
import { createRecognizer } from '../../../src/recognize/recognizer.ts';
import { findSpeech } from '../../../src/recognize/speech.ts';
import { answerOf, timelineOf } from '../../../src/recognize/timeline.ts';
import { ATTUNE_AUDIO, ATTUNE_CORPORA, describeWith } from '../../folders.ts';

const NARROW = { ...DEFAULT_ARCHITECTURE, width: 0.25 };
const CHECKPOINT = {
  ...{ architecture: NARROW, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS },
  tensors: initialWeights(NARROW, 3),
};
/** Two utterances of synthetic voices with a second of silence before, between and behind them. */
const voices = [...synthesizeCorpus({ speakers: 1, utterancesPerEmotion: 1, seed: 2 })].map(
  ({ waveform }) => waveform.samples,
);
const silence = new Float32Array(16_000);
const joined = (...parts: readonly Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));
const SOUND = joined(silence, voices[0]!, voices[1]!, silence, voices[2]!, silence);
/** Lengths of what is pushed, one behind the other. */
const ODD = [1, 127, 4_801, 16_000, 333, 40_000];

function* pieces(samples: Float32Array, lengths: readonly number[] = ODD) {
  for (let [at, i] = [0, 0]; at < samples.length; at += lengths[i++ % lengths.length]!)
    yield samples.subarray(at, at + lengths[i % lengths.length]!);
}

describe('live sound', async () => {
  const recognizer = await createRecognizer(CHECKPOINT, { threads: 1 });
  afterAll(() => recognizer.close());
  const waveform = (samples: Float32Array) => ({ samples, sampleRate: 16_000 });

  it('is answered in the end as a recording of it, however it is pushed', async () => {
    const events: LiveEvent[] = [];
    const listener = recognizer.listen({ onEvent: (event) => events.push(event) });
    for (const piece of pieces(SOUND)) await listener.push(piece);
    const { recognition, speech, spans, answer } = await listener.end();
    const whole = await recognizer.recognize(waveform(SOUND));
    const close = (value: unknown): unknown =>
      typeof value === 'number'
        ? expect.closeTo(value, 5) // one segment at a time adds up in another order than sixteen
        : Array.isArray(value)
          ? value.map(close)
          : value && typeof value === 'object'
            ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, close(one)]))
            : value;
    expect(recognition).toEqual(close(whole));
    expect(speech).toEqual(findSpeech(SOUND));
    expect(spans).toEqual(close(timelineOf(whole, speech)));
    expect(answer).toBe(answerOf(whole, speech, 0));
    expect(events[0]).toEqual({
      ...{ type: 'ready', classes: EMOTIONS, sampleRate: 16_000, segmentSeconds: 2, hopSeconds: 0.4 },
    });
    expect(events.at(-1)).toEqual({ type: 'end', recognition, speech, spans, answer });
    const of = <T extends LiveEvent['type']>(type: T) =>
      events.filter((event): event is Extract<LiveEvent, { type: T }> => event.type === type);
    expect(of('segment').map(({ type, emotion, ...segment }) => segment)).toEqual(recognition.segments);
    const told = of('span');
    expect(told.map(({ start }) => start)).toEqual([0, ...told.slice(0, -1).map(({ end }) => end)]);
    expect(told.at(-1)!.end).toBe(recognition.durationSeconds);
    expect(of('speechStart')).toHaveLength(2);
    expect(of('speechEnd').map(({ start, end }) => ({ start, end }))).toEqual(
      speech.map(({ start, end }) => ({ start: expect.closeTo(start, 0), end: expect.closeTo(end, 0) })),
    );
    for (const { start, end } of of('speechEnd')) {
      const at = speech.findIndex((stretch) => Math.abs(stretch.start - start) < 0.1);
      expect(Math.abs(speech[at]!.end - end)).toBeLessThan(0.1);
    }
  });

  it('is told of before it ends', async () => {
    const events: LiveEvent[] = [];
    const listener = recognizer.listen({ onEvent: (event) => events.push(event), abstainBelow: 1 });
    for (const piece of pieces(SOUND, [1600])) await listener.push(piece);
    await setTimeout(1);
    while (listener.waitingSeconds) await setTimeout(5);
    const types = events.map(({ type }) => type);
    expect(types[0]).toBe('ready');
    for (const type of ['segment', 'speechStart', 'speechEnd', 'span']) expect(types).toContain(type);
    expect(types.indexOf('speechStart')).toBeLessThan(types.indexOf('speechEnd'));
    expect(events.find(({ type }) => type === 'speechEnd')).toMatchObject({ emotion: 'uncertain' });
    expect((await listener.end()).answer).toBe('uncertain');
  });

  it('warns as soon as it can tell, and once', async () => {
    const events: LiveEvent[] = [];
    const listener = recognizer.listen({ onEvent: (event) => events.push(event) });
    await listener.push(new Float32Array(6 * 16_000));
    while (listener.waitingSeconds) await setTimeout(5);
    await setTimeout(20);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([
      { type: 'warning', code: 'silence', message: 'it holds only silence (peak zero).' },
    ]);
    const { answer } = await listener.end();
    expect(answer).toBe('no speech');
    expect(events.filter(({ type }) => type === 'warning')).toHaveLength(1);
  });

  it('keeps its place where some of it was not heard', async () => {
    const listener = recognizer.listen({ onEvent: () => {} });
    await listener.push(SOUND.subarray(0, 40_000));
    await listener.skip(2.5);
    await listener.push(SOUND.subarray(40_000, 90_000));
    const { recognition } = await listener.end();
    const filled = joined(SOUND.subarray(0, 40_000), new Float32Array(40_000), SOUND.subarray(40_000, 90_000));
    const whole = await recognizer.recognize({ ...waveform(filled), gaps: [{ from: 40_000, to: 80_000 }] });
    expect(recognition.segments.map(({ start, end }) => [start, end])).toEqual(
      whole.segments.map(({ start, end }) => [start, end]),
    );
    expect(recognition.durationSeconds).toBe(whole.durationSeconds);
    expect(recognition.warnings).toEqual([
      { code: 'gap', message: '2.500 s were skipped at 1 place, and silence stands in for them.' },
    ]);
  });

  it('lets go of who waits, and of the signal, when it is stopped', async () => {
    const controller = new AbortController();
    const reason = new Error('the user went away');
    const listener = recognizer.listen({ onEvent: () => {}, signal: controller.signal });
    await listener.push(SOUND.subarray(0, 16_000));
    controller.abort(reason);
    await expect(listener.end()).rejects.toBe(reason);
    await expect(listener.push(SOUND)).rejects.toBe(reason);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('lets sound wait, but not without bounds', async () => {
    const controller = new AbortController();
    const listener = recognizer.listen({ onEvent: () => {}, signal: controller.signal });
    const minute = new Float32Array(61 * 16_000);
    const first = listener.push(minute);
    await expect(listener.push(minute)).rejects.toMatchObject({
      ...{ code: 'usage', message: expect.stringContaining('at most 60 s of sound that wait') },
    });
    await first;
    expect(listener.waitingSeconds).toBeLessThanOrEqual(1);
    controller.abort(new Error('enough'));
    await expect(listener.end()).rejects.toThrow('enough');
    const ended = recognizer.listen({ onEvent: () => {} });
    await ended.push(SOUND.subarray(0, 16_000));
    await ended.end();
    await expect(ended.push(SOUND)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('has ended: listen anew'),
    });
  });

  it('refuses what is no sound, and fails with what fails', async () => {
    const listener = recognizer.listen({ onEvent: () => {}, maxSeconds: 3 });
    await expect(listener.push([0, 1] as never)).rejects.toMatchObject({ code: 'usage' });
    await expect(listener.push([new Float32Array(2), new Float32Array(3)])).rejects.toMatchObject({ code: 'usage' });
    await expect(listener.push(Float32Array.of(0, Number.NaN))).rejects.toMatchObject({
      ...{ code: 'audio', message: expect.stringContaining('sample 1 is NaN') },
    });
    await expect(listener.skip(-1)).rejects.toMatchObject({ code: 'usage' });
    await listener.push(SOUND.subarray(0, 64_000)).catch(() => {});
    await expect(listener.end()).rejects.toMatchObject({ code: 'audio', message: expect.stringContaining('3 s') });
    await expect(recognizer.listen({ onEvent: () => {} }).end()).rejects.toMatchObject({ code: 'audio' });
    const loud = recognizer.listen({
      onEvent() {
        throw new Error('the page is gone');
      },
    });
    await expect(loud.end()).rejects.toThrow('the page is gone');
    expect(() => recognizer.listen({} as never)).toThrow(/onEvent/);
    expect(() => recognizer.listen({ onEvent: () => {}, sampleRate: 10 })).toThrow(/sampleRate/);
  });
});

describeWith(ATTUNE_CORPORA, 'live sound of a recording', () => {
  it('at its own rate is answered as its file, with the same warnings', async () => {
    const recognizer = await loadRecognizer();
    for (const path of [join(ATTUNE_AUDIO, 'good/stereo-48k.wav')]) {
      const decoded = await openDecoded(await readFile(path), path);
      const listener = recognizer.listen({ onEvent: () => {}, sampleRate: decoded.sampleRate });
      for await (const { channels } of decoded.blocks) await listener.push(channels);
      const { recognition } = await listener.end();
      const whole = await recognizer.recognize(await readAudioStream(path));
      expect(recognition.durationSeconds).toBe(whole.durationSeconds);
      expect(recognition.warnings).toEqual(whole.warnings);
      for (const [name, p] of Object.entries(whole.probabilities))
        expect(recognition.probabilities[name as 'sad']).toBeCloseTo(p, 5);
    }
    await recognizer.close();
  });
});
