import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { soundHash } from '../../src/audio/reader.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import type { Utterance } from '../../src/corpus/utterance.ts';
import { prepare } from '../../src/evaluate/prepare.ts';
import { openCache } from '../../src/features/cache.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { SPECTROGRAM_SIZE } from '../../src/features/spectrogram.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { readCheckpoint } from '../../src/model/checkpoint.ts';
import { readPredictions } from '../../src/run/predictions-file.ts';
import type { Manifest } from '../../src/run/run-files.ts';
import { DEFAULT_OPTIMIZER } from '../../src/train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../../src/train/schedule.ts';
import type { Statement } from '../../src/verify/statement.ts';
import { concat, s16, wav } from '../audio/files.ts';
import { attune, temporaryFolder } from '../cli/attune.ts';

/** Seconds as pandas writes a timedelta. */
const timedelta = (seconds: number) => `0 days 00:00:${seconds.toFixed(6).padStart(9, '0')}`;

/** Each speaker has one utterance of an emotion. */
const byLabel = <T extends { speaker: string; emotion: string }>(utterances: readonly T[]): T[] =>
  [...utterances].sort((a, b) => `${a.speaker} ${a.emotion}`.localeCompare(`${b.speaker} ${b.emotion}`));

/** Cross-validates what it is given, one after the other. */
const CROSSVAL = `
  import { crossValidate, readCorpus } from ${JSON.stringify(pathToFileURL(resolve('dist/node.js')))};
  for (const { corpus, ...run } of JSON.parse(process.argv[2]))
    await crossValidate({ ...run, corpus: await readCorpus(corpus) });
`;

/**
 * Two voices of four utterances as eight files, and as two files with a table: the samples are the same, with a beep before each
 * utterance, so that what is cut at another sample is another sound.
 */
describe('utterances that are parts of recordings', async () => {
  const folder = await temporaryFolder();
  const [apart, together] = [join(folder, 'apart'), join(folder, 'together')];
  const cache = join(folder, 'cache');
  const options = {
    ...({ protocol: 'leave-one-speaker-out', frontEnd: DEFAULT_FRONT_END, optimizer: DEFAULT_OPTIMIZER } as const),
    ...{ architecture: { ...DEFAULT_ARCHITECTURE, width: 0.125 }, seed: 1, threads: 1 },
    schedule: { ...DEFAULT_SCHEDULE, epochs: 1, batchSize: 4 },
  };
  const read = (corpus: string, file: string) => readFile(join(`${corpus}-run`, file));
  const manifestOf = async (corpus: string): Promise<Manifest> =>
    JSON.parse((await read(corpus, 'manifest.json')).toString());
  const features = async () => (await readdir(cache, { recursive: true })).filter((file) => file.endsWith('.f32'));

  beforeAll(async () => {
    const { utterances } = await writeSyntheticCorpus(apart, { speakers: 2, utterancesPerEmotion: 1, seed: 4 });
    await mkdir(together);
    const rows = await Promise.all(['f01', 'm01'].map((speaker) => joined(utterances, speaker)));
    await writeFile(join(together, 'db.csv'), ['file,start,end,emotion,speaker', ...rows.flat(), ''].join('\n'));
    const runs = [apart, together].map((corpus) => ({ corpus, out: `${corpus}-run`, options, jobs: 2, cache }));
    await writeFile(join(folder, 'crossval.mjs'), CROSSVAL);
    await promisify(execFile)(process.execPath, [join(folder, 'crossval.mjs'), JSON.stringify(runs)]);
  });

  /** Writes a speaker's utterances as one file; returns the rows of its table. */
  async function joined(utterances: readonly Utterance[], speaker: string): Promise<string[]> {
    const beep = s16(...Array.from({ length: 1234 }, (_, n) => Math.round(20_000 * Math.sin(n / 3))));
    const [rows, sound]: [string[], Uint8Array[]] = [[], []];
    let at = 0;
    for (const { file, emotion } of utterances.filter((utterance) => utterance.speaker === speaker)) {
      const samples = (await readFile(join(apart, file))).subarray(44);
      const times = [at + 1234, at + 1234 + samples.length / 2].map((sample) => timedelta(sample / 16_000));
      rows.push([`${speaker}.wav`, ...times, emotion, speaker].join());
      sound.push(beep, samples);
      at += 1234 + samples.length / 2;
    }
    await writeFile(join(together, `${speaker}.wav`), wav(concat(...sound, beep)));
    return rows;
  }

  it('stand in the manifest with their times, and the hash of their file', async () => {
    const [files, parts] = [await manifestOf(apart), await manifestOf(together)];
    const [first] = parts.recordings;
    expect(first).toMatchObject({ file: 'f01.wav', start: 1234 / 16_000, speaker: 'f01' });
    expect(first!.utterance).toBe(`f01@0.077125-${first!.end}`);
    expect(first).not.toHaveProperty('source');
    expect(new Set(parts.recordings.map(({ sha256 }) => sha256)).size).toBe(2);
    const durations = ({ recordings }: Manifest) => recordings.map(({ durationSeconds }) => durationSeconds).sort();
    expect(durations(parts)).toEqual(durations(files));
    expect(files.recordings[0]).not.toHaveProperty('start');
    expect(parts.audit).toEqual([]); // parts of one file that share no sound are no copies
  });

  it('have the features of the files that hold the same samples', async () => {
    expect(await features()).toHaveLength(16); // of 8 utterances in two corpora
    const opened = await openCache(cache, DEFAULT_FRONT_END);
    const featuresOf = async (corpus: string) =>
      byLabel((await manifestOf(corpus)).recordings).map((recording) => {
        const spectrogram = new Float32Array(SPECTROGRAM_SIZE);
        opened.read(soundHash(recording.sha256, recording), 0, spectrogram);
        return Buffer.from(spectrogram.buffer).toString('base64');
      });
    const parts = await featuresOf(together);
    expect(new Set(parts).size).toBe(8);
    expect(parts).toEqual(await featuresOf(apart));
  });

  it('train the weights and get the predictions of those files', async () => {
    const predictions = async (corpus: string) =>
      byLabel(await readPredictions(join(`${corpus}-run`, 'predictions.csv'))).map(({ utterance: _, ...rest }) => rest);
    expect(await predictions(together)).toHaveLength(8);
    expect(await predictions(together)).toEqual(await predictions(apart));
    // beside the weights stands what they were trained on: other files, of another corpus
    const weights = async (corpus: string) =>
      readCheckpoint(await read(corpus, 'checkpoints/f01.safetensors'), corpus).tensors;
    expect(await weights(together)).toEqual(await weights(apart));
  });

  it('are verified: hashes, scores, and a fold trained again', async () => {
    const corpus = join(together, 'db.csv');
    const again = ['--retrain', 'm01', '--cache', cache, '--json'];
    const { status, stdout } = await attune(['verify', `${together}-run`, corpus, ...again]);
    const statements: Statement[] = JSON.parse(stdout).statements;
    expect(statements.filter(({ result }) => result !== 'agrees')).toEqual([]);
    expect(statements.at(-1)!.text).toContain('is the same to the last byte');
    expect(status).toBe(0);
    expect(await features()).toHaveLength(16); // training again needed nothing new
  });

  it('are altered each in its own way', async () => {
    const augmentation = { copies: 1, alterations: ['noise'], masks: false } as const;
    const own = join(folder, 'altered');
    await prepare(await readCorpus(together), [], { frontEnd: DEFAULT_FRONT_END, augmentation, cache: own });
    const files = (await readdir(own, { recursive: true })).filter((file) => file.endsWith('.f32'));
    expect(files).toHaveLength(16); // as they are, and altered
    const unaltered = (await manifestOf(together)).recordings.map((own) => soundHash(own.sha256, own));
    const names = files.map((file) => basename(file, '.f32'));
    expect(unaltered.filter((name) => names.includes(name))).toHaveLength(8);
  });
});
