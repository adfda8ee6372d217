import { getEventListeners } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readAudioFile, readAudioStream } from '../../src/audio/file.ts';
import { toWaveform } from '../../src/audio/load.ts';
import { openSound, waveformOf } from '../../src/audio/stream.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { wav } from './files.ts';

const SECONDS = 3;
const FILE = wav(new Uint8Array(2 * SECONDS * 16_000).fill(9));

/** A stream of Node that gives the first bytes of the file and then waits for ever. */
function stalled() {
  const source = new Readable({ read() {} });
  source.push(FILE.slice(0, 20_000));
  return source;
}
const descriptors = () => readdirSync('/proc/self/fd').length;

describe('a stream that is closed', async () => {
  const path = join(await temporaryFolder(), 'a.wav');
  writeFileSync(path, FILE);

  it.skipIf(!existsSync('/proc/self/fd'))('leaves no file open, though nobody walked through it', async () => {
    const before = descriptors();
    const streams = await Promise.all(Array.from({ length: 64 }, () => readAudioStream(path)));
    expect(descriptors()).toBe(before + 64);
    for (const stream of streams) await stream.close();
    expect(descriptors()).toBe(before);
    const file = join(path, '..', 'text.wav');
    writeFileSync(file, 'no sound');
    await expect(readAudioStream(file)).rejects.toThrow('no sound file');
    await expect(readAudioStream(path, { maxSeconds: -1 })).rejects.toThrow(
      'maxSeconds to be a number of seconds above 0',
    );
    expect(descriptors()).toBe(before);
  });

  it('is read no more, and may be closed again', async () => {
    const stream = await openSound(FILE, 'x');
    await stream.close();
    await stream.close();
    await expect(waveformOf(stream)).rejects.toMatchObject({ code: 'usage', message: 'x was closed; open it again' });
    const walked = await openSound(FILE, 'x');
    await waveformOf(walked);
    await walked.close();
    expect(walked.bytesRead).toBe(1);
  });

  it('tells who waits for its next block, and lets go of the source', async () => {
    const source = stalled();
    const stream = await openSound(source, 'x');
    const walk = waveformOf(stream);
    const told = expect(walk).rejects.toMatchObject({ code: 'usage', message: 'x was closed; open it again' });
    await setTimeout(1);
    await stream.close();
    await told;
    expect(source.destroyed).toBe(true);
  });
});

describe('a signal that is aborted', async () => {
  const path = join(await temporaryFolder(), 'a.wav');
  writeFileSync(path, FILE);
  const reason = new Error('the user went away');

  it('stops what waits for sound, with its own reason, and lets go of the source', async () => {
    const [source, controller] = [stalled(), new AbortController()];
    const stream = await openSound(source, 'x', { signal: controller.signal });
    const walk = waveformOf(stream);
    await setTimeout(1);
    controller.abort(reason);
    await expect(walk).rejects.toBe(reason);
    expect(source.destroyed).toBe(true);
    await expect(waveformOf(await openSound(FILE, 'x'))).resolves.toBeDefined();
  });

  it('stops a page that fetches', async () => {
    const controller = new AbortController();
    let cancelled = false;
    const source = new ReadableStream<Uint8Array>({
      start: (stream) => stream.enqueue(FILE.slice(0, 5_000)),
      cancel() {
        cancelled = true;
      },
    });
    const loading = toWaveform(source, 'x', { signal: controller.signal });
    await setTimeout(1);
    controller.abort(reason);
    await expect(loading).rejects.toBe(reason);
    expect(cancelled).toBe(true);
  });

  it.skipIf(!existsSync('/proc/self/fd'))('leaves no file open', async () => {
    const before = descriptors();
    await expect(readAudioFile(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(readAudioStream(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const stream = await readAudioStream(path, { signal: controller.signal });
    controller.abort(reason);
    await expect(waveformOf(stream)).rejects.toBe(reason);
    await stream.close();
    expect(descriptors()).toBe(before);
  });

  it('is let go of when the sound has ended, or was never there', async () => {
    const { signal } = new AbortController();
    await waveformOf(await openSound(FILE, 'x', { signal }));
    await (await openSound(FILE, 'x', { signal })).close();
    await expect(openSound(FILE.slice(0, 20), 'x', { signal })).rejects.toThrow('x: ');
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('a page', () => {
  it('reads the body of a response', async () => {
    const whole = await toWaveform(FILE, 'x');
    const { waveform } = await toWaveform(new Response(FILE).body!, 'x');
    expect(waveform.samples.every((sample, i) => sample === whole.waveform.samples[i])).toBe(true);
  });
});

describe('bytes that are taken away while they are read', () => {
  it('are told of', async () => {
    const bytes = FILE.slice();
    const stream = await openSound(bytes, 'x');
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    await expect(waveformOf(stream)).rejects.toMatchObject({
      ...{
        code: 'usage',
        message: expect.stringContaining('x: its bytes were transferred or cut while they were read'),
      },
    });
  });
});

describe('a bound of seconds', () => {
  it('lets pass what lasts as long, and refuses what lasts longer, by name', async () => {
    const within = { maxSeconds: SECONDS };
    expect((await toWaveform(FILE, 'x', within)).waveform.samples).toHaveLength(SECONDS * 16_000);
    const message = 'x: it lasts longer than the 2.99 s that are allowed';
    for (const read of [
      () => toWaveform(FILE, 'x', { maxSeconds: 2.99 }),
      () => openSound(FILE, 'x', { maxSeconds: 2.99 }).then(waveformOf),
    ])
      await expect(read()).rejects.toMatchObject({ code: 'audio', message: expect.stringContaining(message) });
  });

  it('is no matter of what a header declares and its file lacks', async () => {
    const bytes = wav(new Uint8Array(3200).fill(9), { dataLength: 4_000_000 });
    const { waveform, warnings } = await toWaveform(bytes, 'x', { maxSeconds: 5 });
    expect(waveform.samples).toHaveLength(1600);
    expect(warnings[0]).toMatch(/^x: the file declares 125\.000 s, but 0\.100 s/);
  });

  it('ends the reading there', async () => {
    const endless = async function* () {
      yield wav(new Uint8Array(), { dataLength: 0xffffffff });
      for (;;) yield new Uint8Array(20_000);
    };
    await expect(toWaveform(endless(), 'x', { maxSeconds: 5 })).rejects.toThrow('longer than the 5 s');
  });
});

describeWith(ATTUNE_AUDIO, 'a bound of seconds of recordings', () => {
  it.each([
    ['WAV', 'pcm-f32.wav'],
    ['FLAC', 'flac.flac'],
    ['MP4', 'aac.m4a'],
    ['WebM', 'browser-recorder.webm'],
  ])('is held against what a whole %s declares, before it is decoded', async (_, name) => {
    const path = join(ATTUNE_AUDIO, 'good', name);
    const bytes = await readFile(path);
    const declared = (await openSound(bytes, name)).declaredSeconds;
    const expected = {
      code: 'audio',
      message: expect.stringMatching(
        /it lasts longer than the 0\.5 s that are allowed \(it declares 1\.\d+ s\); cut it/,
      ),
    };
    const within = { maxSeconds: 0.5 };
    if (declared === undefined)
      return expect(waveformOf(await openSound(bytes, name, within))).rejects.toThrow('0.5 s');
    for (const open of [
      () => openSound(bytes, name, within),
      () => readAudioStream(path, within),
      () => readAudioFile(path, within),
    ])
      await expect(open()).rejects.toMatchObject(expected);
    return undefined;
  });
});
