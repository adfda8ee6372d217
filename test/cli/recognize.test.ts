import { readdirSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebVTTParser } from 'webvtt-parser';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { synthesizeCorpus } from '../../src/corpus/synthetic.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { writeCheckpoint } from '../../src/model/checkpoint.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import type { RecordingFailure, RecordingReport } from '../../src/recognize/report.ts';
import type { Span } from '../../src/recognize/timeline.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { attune, attuneInTurn, start, temporaryFolder } from './attune.ts';

const NARROW = { ...DEFAULT_ARCHITECTURE, width: 0.25 };
const CHECKPOINT = {
  architecture: NARROW,
  frontEnd: DEFAULT_FRONT_END,
  classes: EMOTIONS,
  tensors: initialWeights(NARROW, 3),
};

describe('a recogniser', () => {
  const recognize = async (samples: Float32Array) => {
    const recognizer = await createRecognizer(CHECKPOINT);
    return recognizer.recognize({ samples, sampleRate: 16_000 }).finally(recognizer.close);
  };
  const voice = [...synthesizeCorpus({ speakers: 1, utterancesPerEmotion: 1, seed: 2 })].map(
    ({ waveform }) => waveform.samples,
  );

  it('divides the logits by the temperature of the checkpoint before the softmax, or by the one that is asked for', async () => {
    const waveform = { samples: voice[0]!, sampleRate: 16_000 };
    const expected = (logits: readonly number[], temperature: number) => {
      const powers = logits.map((logit) => Math.exp(logit / temperature));
      return powers.map((power) => power / powers.reduce((a, b) => a + b));
    };
    for (const [checkpoint, options, temperature] of [
      [CHECKPOINT, {}, 1],
      [{ ...CHECKPOINT, temperature: 2.5 }, {}, 2.5],
      [{ ...CHECKPOINT, temperature: 2.5 }, { temperature: 0.5 }, 0.5],
    ] as const) {
      const recognizer = await createRecognizer(checkpoint, options);
      const [segment] = (await recognizer.recognize(waveform)).segments;
      await recognizer.close();
      const logits = EMOTIONS.map((name) => segment!.logits[name]);
      EMOTIONS.forEach((name, k) => {
        expect(segment!.probabilities[name]).toBeCloseTo(expected(logits, temperature)[k]!, 5);
      });
    }
    await expect(createRecognizer(CHECKPOINT, { temperature: 0 })).rejects.toThrow(
      'expected a temperature from 0.001 to 1000, got 0',
    );
    for (const threads of [0, 1.5, 100_000])
      await expect(createRecognizer(CHECKPOINT, { threads })).rejects.toThrow(
        new RegExp(`expected a whole number of threads from 1 to \\d+, got ${threads}$`),
      );
  });

  it('scores every 0.4 s, the last segment ending with the recording, and averages', async () => {
    const samples = new Float32Array(Math.round(3.5 * 16_000));
    samples.set(voice[0]!.subarray(0, samples.length));
    const { segments, probabilities, emotion, durationSeconds } = await recognize(samples);
    expect(durationSeconds).toBe(3.5);
    expect(segments.map(({ start }) => start)).toEqual([0, 0.4, 0.8, 1.2, 1.5]);
    expect(segments.at(-1)!.end).toBe(3.5);
    for (const name of EMOTIONS) {
      const mean = segments.reduce((sum, segment) => sum + segment.probabilities[name]!, 0) / segments.length;
      expect(probabilities[name]).toBeCloseTo(mean, 12);
    }
    expect(probabilities[emotion]).toBe(Math.max(...Object.values(probabilities)));
  });

  it('gives a segment the same score alone as among others, up to rounding', async () => {
    const samples = new Float32Array(16_000 * 4);
    voice.forEach((part, i) => {
      samples.set(part.subarray(0, 16_000), i * 16_000);
    });
    const whole = await recognize(samples);
    const alone = await recognize(samples.slice(0.8 * 16_000, 2.8 * 16_000));
    for (const name of EMOTIONS)
      expect(alone.probabilities[name]).toBeCloseTo(whole.segments[2]!.probabilities[name], 5);
  });

  it.each([
    ['another rate', { samples: new Float32Array(100), sampleRate: 8000 }, /16000 Hz, got 8000/],
    ['no samples', { samples: new Float32Array(), sampleRate: 16_000 }, /no samples/],
    ['a NaN', { samples: Float32Array.of(0, Number.NaN), sampleRate: 16_000 }, /sample 1 is NaN/],
  ])('refuses %s', async (_, waveform, message) => {
    const recognizer = await createRecognizer(CHECKPOINT);
    await expect(recognizer.recognize(waveform)).rejects.toThrow(message);
    await recognizer.close();
  });
});

describeWith(ATTUNE_AUDIO, 'attune recognize', async () => {
  const folder = await temporaryFolder();
  const checkpoint = join(folder, 'c.safetensors');
  const good = (file: string) => join(ATTUNE_AUDIO, 'good', file);
  const [FLAC, SHORT, PAUSES] = [good('flac.flac'), good('short-800ms.wav'), good('stereo-48k.wav')];
  const files = (name: string) =>
    readdirSync(join(ATTUNE_AUDIO, name))
      .sort()
      .map((file) => join(ATTUNE_AUDIO, name, file));
  const recognize = (args: readonly string[], input?: string | Uint8Array) =>
    attune(['recognize', ...args, '--checkpoint', checkpoint], {}, input);
  const inTurn = attuneInTurn();
  // where --threads 1 takes no further processes
  const again = (args: readonly string[]) =>
    inTurn(['recognize', ...args, '--checkpoint', checkpoint, '--threads', '1']);
  const json = async (...args: string[]) => JSON.parse((await again([...args, '--format', 'json'])).stdout);

  const tree = join(folder, 'tree');

  beforeAll(async () => {
    await writeFile(checkpoint, writeCheckpoint(CHECKPOINT));
    await mkdir(join(tree, 'sub'), { recursive: true });
    await copyFile(SHORT, join(tree, 'a.wav'));
    await copyFile(FLAC, join(tree, 'a.flac'));
    await copyFile(PAUSES, join(tree, 'sub', 'a.flac'));
    await writeFile(join(tree, 'sub', 'bad.wav'), 'x');
  });

  it('answers every good file, in order', async () => {
    const good = files('good');
    const { status, stdout, stderr } = await recognize([...good, '--format', 'json']);
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /shorter than what the network hears at a time, and filled up: 16 of 18 recordings \(.*\)\n$/,
    );
    expect(stderr).not.toContain('it lasts');
    const results: RecordingReport[] = JSON.parse(stdout);
    expect(results.map(({ file }) => file)).toEqual(good);
    for (const { probabilities, segments, emotion, spans, durationSeconds, speech, warnings } of results) {
      expect(EMOTIONS).toContain(emotion);
      expect(Object.keys(probabilities)).toEqual([...EMOTIONS]);
      for (const name of EMOTIONS) {
        const mean = segments.reduce((sum, segment) => sum + segment.probabilities[name]!, 0) / segments.length;
        expect(probabilities[name]).toBeCloseTo(mean, 12);
      }
      expect(Object.keys(segments[0]!)).toEqual(['start', 'end', 'probabilities']);
      expect(spans.map(({ start }) => start)).toEqual([0, ...spans.slice(0, -1).map(({ end }) => end)]);
      expect(spans.at(-1)!.end).toBe(durationSeconds);
      expect(speech.length).toBeGreaterThan(0);
      const codes = warnings.map(({ code }) => code);
      for (const spoilt of ['incomplete', 'damaged', 'silence'] as const) expect(codes).not.toContain(spoilt);
      expect(codes.includes('short')).toBe(durationSeconds < 2);
    }
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('told to stop by %s, leaves nothing half-written behind', async (signal) => {
    const child = start(['recognize', '-', '--checkpoint', checkpoint, '--out', join(folder, 'stopped.txt')]); // waits for its input
    const closed = new Promise((done) => child.on('close', (_, by) => done(by)));
    const there = () => readdirSync(folder).filter((file) => file.includes('stopped.txt'));
    while (!there().length) await sleep(50);
    child.kill(signal);
    expect(await closed).toBe(signal);
    expect(there()).toEqual([]);
  });

  it('answers a folder, in byte order, alike in JSON, JSON Lines and CSV, and in one file or on standard output', async () => {
    const out = join(folder, 'results.json');
    await writeFile(out, 'before');
    const [whole, lines, csv] = [
      await recognize([tree, '--format', 'json', '--out', out]),
      await again([tree, '--format', 'jsonl']),
      await again([tree, '--format', 'csv']),
    ];
    expect([whole.status, lines.status, csv.status, whole.stdout]).toEqual([1, 1, 1, '']);
    expect(readdirSync(folder).filter((file) => file.includes('.part'))).toEqual([]);
    const results: (RecordingReport | RecordingFailure)[] = JSON.parse(await readFile(out, 'utf8'));
    expect(results.map(({ file }) => file)).toEqual(
      ['a.flac', 'a.wav', 'sub/a.flac', 'sub/bad.wav'].map((file) => join(tree, file)),
    );
    expect(
      lines.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(results);
    const rows: Record<string, string>[] = parse(csv.stdout, { columns: true });
    expect(rows.map(({ file, emotion }) => [file, emotion])).toEqual(
      results.map((result) => [result.file, 'error' in result ? '' : result.emotion]),
    );
    expect(rows.map(({ error }) => error)).toEqual([
      '',
      '',
      '',
      expect.stringMatching(/bad.wav: this is no sound file/),
    ]);
  });

  it('names every bad file, and answers the others', async () => {
    const bad = files('bad');
    const { status, stdout, stderr } = await again([...bad, FLAC, '--format', 'json']);
    expect(status).toBe(1);
    const results: (RecordingReport | RecordingFailure)[] = JSON.parse(stdout);
    expect(results.map(({ file }) => file)).toEqual([...bad, FLAC]);
    for (const file of bad) expect(stderr, `${file} is named`).toContain(file);
    for (const result of results) if ('error' in result) expect(stderr).toContain(`attune: ${result.error}\n`);
    expect(results.at(-1)).toHaveProperty('emotion');
    expect(results.find(({ file }) => file.endsWith('silence-only.wav'))).toMatchObject({
      emotion: 'no speech',
      speech: [],
      spans: [{ start: 0, end: 2, emotion: 'no speech' }],
    });
    expect(stdout).not.toMatch(/: (NaN|null)/);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('prints a table', async () => {
    const { stdout } = await again([SHORT]);
    const [head, row] = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    expect(head).toEqual(['file', 'seconds', 'emotion', ...EMOTIONS, 'speech', 'segments']);
    expect(row!.slice(0, 2)).toEqual([SHORT, '0.80']);
  });

  it('answers uncertain below the bound', async () => {
    const [sure] = await json(PAUSES);
    const [unsure] = await json(PAUSES, '--abstain-below', '1');
    expect(EMOTIONS).toContain(sure.emotion);
    expect(unsure).toMatchObject({ emotion: 'uncertain', probabilities: sure.probabilities, segments: sure.segments });
    expect(unsure.spans.map(({ emotion }: Span) => emotion)).toEqual(['no speech', 'uncertain', 'no speech']);
  });

  it('writes a track a recording, under names that cannot meet', async () => {
    const out = join(folder, 'tracks');
    const { status, stdout, stderr } = await again([tree, '--format', 'vtt', '--out', out]);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('bad.wav: this is no sound file');
    expect(readdirSync(out, { recursive: true }).sort()).toEqual(
      ['a.flac.vtt', 'a.wav.vtt', 'sub', 'sub/a.flac.vtt'].sort(),
    );
    const { cues, errors } = new WebVTTParser().parse(await readFile(join(out, 'a.wav.vtt'), 'utf8'), 'subtitles');
    expect(errors).toEqual([]);
    expect(cues.map(({ startTime, endTime }) => [startTime, endTime])).toEqual([[0, 0.8]]);
    // files by their own paths: counted from the folder that holds all of them
    const apart = [join(tree, 'a.flac'), join(tree, 'sub', 'a.flac')];
    await again([...apart, '--format', 'audacity', '--out', out]);
    expect(await readFile(join(out, 'sub', 'a.flac.txt'), 'utf8')).toBe(
      (await again([apart[1]!, '--format', 'audacity'])).stdout,
    );
    expect(readdirSync(out)).toContain('a.flac.txt');
  });

  it('reads a recording from standard input, whole or cut off', async () => {
    const bytes = await readFile(FLAC);
    const piped = await recognize(['-', SHORT, '--format', 'json', '--threads', '1'], bytes);
    const [fromPipe, short] = JSON.parse(piped.stdout);
    expect([piped.status, fromPipe.file, short.file]).toEqual([0, 'standard input', SHORT]);
    expect(fromPipe.spans).toEqual((await json(SHORT, FLAC))[1].spans);
    const cut = await recognize(['-'], bytes.subarray(0, 20_000));
    expect(cut.status).toBe(0);
    expect(cut.stderr).toContain('standard input: the file declares 1.878 s');
    const empty = await recognize(['-'], '');
    expect([empty.status, empty.stdout]).toEqual([1, '']);
    expect(empty.stderr).toBe('attune: standard input: the file is empty. Record or export it again.\n');
  });

  it('ends without a word where nobody reads its output any more', async () => {
    const child = start(['recognize', ...new Array(40).fill(SHORT), '--format', 'jsonl', '--checkpoint', checkpoint]);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const status = await new Promise((done) => child.on('close', done));
    expect(status).toBe(1);
    expect(stderr).not.toMatch(/EPIPE|attune: (?!warning)|^ +at /m);
  });

  it.each<[string, () => string[], number, RegExp]>([
    ['a folder without recordings', () => [join(folder, 'nothing')], 1, /nothing: expected recordings/],
    ['a missing file', () => ['gone.wav'], 1, /gone\.wav: no such file/],
    ['tracks of a folder without --out', () => [ATTUNE_AUDIO, '--format', 'vtt'], 2, /folder for them with --out/],
    ['tracks of several in a file', () => [FLAC, SHORT, '--format', 'vtt', '--out', checkpoint], 2, /is no folder/],
    ['a folder for a file', () => [FLAC, '--out', folder], 2, /is a folder; expected the name of a file/],
    [
      'a file in no folder',
      () => [FLAC, '--out', join(folder, 'no', 'x')],
      1,
      /the folder that would hold it does not/,
    ],
    [
      'a folder in a file',
      () => [ATTUNE_AUDIO, '--format', 'vtt', '--out', `${checkpoint}/x`],
      1,
      /could not be written/,
    ],
    ['--smooth -1', () => [FLAC, '--smooth', '-1'], 2, /a number from 0 to 3600/],
    ['--abstain-below 1.5', () => [FLAC, '--abstain-below', '1.5'], 2, /a number from 0 to 1/],
    ['--abstain-below of nothing', () => [FLAC, '--abstain-below', ''], 2, /a number from 0 to 1/],
    ['rows of JSON', () => [FLAC, '--rows', 'spans', '--format', 'json'], 2, /--rows is for/],
    ['standard input twice', () => ['-', '-'], 2, /named twice/],
  ])('%s: one clear line', async (_, args, status, line) => {
    await mkdir(join(folder, 'nothing'), { recursive: true });
    const ended = await again(args());
    expect(ended.stderr).toMatch(line);
    expect([ended.status, ended.stdout]).toEqual([status, '']);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });
});
