import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import encodeWav from '@audio/encode-wav';
import { describe, expect, it } from 'vitest';
import { auditCorpus } from '../../src/corpus/audit.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { accepted, type Finding } from '../../src/corpus/findings.ts';
import { foldsOf } from '../../src/corpus/protocols.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import { synthesizeCorpus } from '../../src/corpus/synthetic.ts';
import type { Corpus, Utterance } from '../../src/corpus/utterance.ts';
import { Random } from '../../src/random.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { ATTUNE_CORPORA, describeWith } from '../folders.ts';

/** Two made voices of two utterances an emotion. */
const VOICES = [...synthesizeCorpus({ speakers: 2, utterancesPerEmotion: 2, seed: 3 })];

/** Writes sounds as 16-bit wav files, two speakers in turn, and reads them as a corpus. */
async function corpusOf(sounds: Readonly<Record<string, Float32Array>>): Promise<Corpus> {
  const directory = await temporaryFolder();
  const utterances: Utterance[] = [];
  await mkdir(directory, { recursive: true });
  for (const [i, [id, samples]] of Object.entries(sounds).entries()) {
    const encoder = await encodeWav({ sampleRate: 16_000, bitDepth: 16 });
    encoder.encode([samples]);
    await writeFile(join(directory, `${id}.wav`), encoder.flush());
    utterances.push({ id, file: `${id}.wav`, emotion: EMOTIONS[i % 4]!, speaker: i % 8 < 4 ? 'a' : 'b' });
  }
  return { name: 'made', directory, utterances, leftOut: {} };
}

const names = (findings: readonly Finding[]) => findings.map(({ name }) => name);

describe('copies of a recording', async () => {
  const [one, two, three] = VOICES.map(({ waveform }) => waveform.samples);
  const random = new Random(4);
  const power = one!.reduce((sum, x) => sum + x * x, 0) / one!.length;
  const noisy = (correlation: number) => {
    const deviation = Math.sqrt(power * (1 / correlation ** 2 - 1)); // of the noise that brings the correlation there
    return one!.map((x) => x + deviation * random.normal());
  };
  const late = new Float32Array(one!.length);
  late.set(one!.subarray(0, -480), 480);

  it.each([
    ['at half the level', one!.map((x) => x / 2)],
    ['turned over', one!.map((x) => -x)],
    ['30 ms late', late],
    ['cut by 45 ms at its start', one!.subarray(720)],
    ['with an offset', one!.map((x) => x / 2 + 0.02)],
    ['in 8 bits', one!.map((x) => Math.round(128 * x) / 128)],
    ['with half a second cut off its end', one!.subarray(0, -8000)],
    ['with 200 ms of silence after it', Float32Array.from({ length: one!.length + 3200 }, (_, n) => one![n] ?? 0)],
    ['with noise down to a correlation of 0.87', noisy(0.87)],
  ])('are found %s', async (_, copy) => {
    const findings = await auditCorpus(await corpusOf({ one: one!, two: two!, three: three!, copy }));
    expect(names(findings)).toEqual(['same-audio:copy=one']);
    expect(findings[0]).toMatchObject({ code: 'same-audio', fatal: true, utterances: ['copy', 'one'] });
  });

  it.each([
    ['a copy with noise down to a correlation of 0.83', noisy(0.83)],
    ['the same words of the same voice in another emotion', VOICES[2]!.waveform.samples],
  ])('are not taken for such: %s', async (_, other) => {
    expect(
      names(await auditCorpus(await corpusOf({ one: one!, two: two!, other, last: VOICES[5]!.waveform.samples }))),
    ).toEqual([]);
  });

  it('are worse on both sides of a fold', async () => {
    const corpus = await corpusOf({ one: one!, two: one!, three: three!, four: two! });
    const [a, b] = [corpus.utterances.slice(0, 1), corpus.utterances.slice(1)];
    const findings = await auditCorpus(corpus, { folds: [{ name: 'x', train: b, test: a }] });
    expect(names(findings)).toContain('same-audio-on-both-sides:one=two');
    expect(names(findings)).not.toContain('same-audio:one=two');
  });
});

describe('folds', async () => {
  const corpus = await corpusOf(
    Object.fromEntries(VOICES.map(({ utterance, waveform }) => [utterance.id, waveform.samples])),
  );
  const { utterances } = corpus;

  it('of speakers are clean', async () => {
    const folds = foldsOf(corpus, { protocol: 'leave-one-speaker-out', seed: 1 });
    expect(await auditCorpus(corpus, { folds })).toEqual([]);
  });

  it('that divide a speaker, an utterance, or lack a class are found', async () => {
    const test = utterances.slice(0, 2);
    const train = utterances.filter(({ emotion }) => emotion !== 'sad');
    const findings = await auditCorpus(corpus, { folds: [{ name: '1', train, test }] });
    expect(names(findings)).toEqual(['speaker-on-both-sides:1', 'utterance-on-both-sides:1', 'class-missing:1']);
    expect(findings[0]!.message).toContain('`accept` speaker-on-both-sides:1');
  });

  it('that leave a speaker idle are found', async () => {
    const own = utterances.filter(({ speaker }) => speaker === 'a');
    const findings = await auditCorpus(corpus, { folds: [{ name: '1', train: own, test: [] }] });
    expect(names(findings)).toContain('speaker-missing:b');
  });
});

it('a script that all speak is told, and stops nothing', async () => {
  const corpus = await corpusOf(
    Object.fromEntries(VOICES.slice(0, 8).map(({ utterance, waveform }) => [utterance.id, waveform.samples])),
  );
  const spoken = { ...corpus, utterances: corpus.utterances.map((one) => ({ ...one, script: 'kids' })) };
  const findings = await auditCorpus(spoken);
  expect(findings).toMatchObject([{ code: 'one-script', fatal: false }]);
  expect(accepted(findings, []).stopping).toEqual([]);
});

describe('what the user accepts', () => {
  const finding = (code: Finding['code'], name: string): Finding => ({ code, name, fatal: true, message: '' });
  const findings = [finding('same-audio', 'same-audio:a=b'), finding('same-audio', 'same-audio:c=d')];

  it('is one finding by its name, or all of a kind by their code', () => {
    expect(accepted(findings, ['same-audio:a=b']).stopping).toEqual([findings[1]]);
    expect(accepted(findings, ['same-audio'])).toEqual({ stopping: [], passed: findings });
  });

  it('must be a finding that exists', () => {
    expect(() => accepted(findings, ['same-sound'])).toThrow(
      /no finding is called same-sound: expected one of speaker-on-both-sides.*one-script$/,
    );
    expect(() => accepted(findings, ['same-audio,overlap'])).toThrow(/one-script; of several, give each by itself$/);
  });
});

describeWith(ATTUNE_CORPORA, 'RAVDESS', () => {
  it('holds one recording under two names', async () => {
    const ravdess = await readCorpus(join(ATTUNE_CORPORA, 'ravdess'));
    const own = ravdess.utterances.filter(({ speaker }) => speaker === '07');
    const findings = await auditCorpus({ ...ravdess, utterances: own });
    expect(findings.filter(({ code }) => code === 'same-audio')).toMatchObject([
      { name: 'same-audio:03-01-03-01-02-01-07=03-01-03-01-02-02-07' },
    ]);
    expect(names(findings)).toContainEqual(expect.stringMatching(/^speaker-missing:01,02,03/));
  });
});
