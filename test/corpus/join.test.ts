import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditCorpus } from '../../src/corpus/audit.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { acrossCorpora, joinCorpora } from '../../src/corpus/join.ts';
import { partNames } from '../../src/corpus/parts.ts';
import { foldsOf } from '../../src/corpus/protocols.ts';
import { countOf } from '../../src/corpus/provenance.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import type { Corpus } from '../../src/corpus/utterance.ts';
import { learnedFrom } from '../../src/run/learned-from.ts';
import { temporaryFolder } from '../cli/attune.ts';

const corpusOf = (name: string, directory: string, emotions: readonly (typeof EMOTIONS)[number][]): Corpus => ({
  name,
  directory: resolve(directory),
  utterances: emotions.map((emotion, i) => ({ id: `u${i}`, file: `u${i}.wav`, emotion, speaker: '03' })),
  leftOut: { 'emotion is fear': 2 },
});

it('trains on one corpus and tests on the other, with names that cannot collide', () => {
  const { corpus, folds } = acrossCorpora(
    corpusOf('emodb', '/data/de/emodb', EMOTIONS),
    corpusOf('ravdess', '/data/en/ravdess', ['sad']),
  );
  expect(corpus).toMatchObject({
    name: 'emodb to ravdess',
    directory: '/data',
    leftOut: { 'emodb: emotion is fear': 2, 'ravdess: emotion is fear': 2 },
  });
  expect(corpus.utterances).toHaveLength(5);
  expect(folds).toHaveLength(1);
  expect(folds[0]).toMatchObject({
    name: 'ravdess',
    test: [{ id: 'ravdess/u0', speaker: 'ravdess/03', file: 'en/ravdess/u0.wav' }],
  });
  expect(folds[0]!.train.map(({ file }) => file)).toContain('de/emodb/u0.wav');
});

it('calls two corpora of one name train and test, and who is called alike in both is one person', () => {
  const { folds } = acrossCorpora(corpusOf('csv', '/data/a', EMOTIONS), corpusOf('csv', '/data/b', ['sad']));
  expect(folds[0]).toMatchObject({ name: 'test', test: [{ id: 'test/u0', speaker: '03', file: 'b/u0.wav' }] });
});

it('has the classes of the corpus that is trained on', () => {
  const learned = { ...corpusOf('csv', '/data/a', ['sad', 'happy']), classes: ['sad', 'happy'] };
  const tested = { ...corpusOf('csv', '/data/b', ['sad']), classes: ['sad', 'happy'] };
  expect(acrossCorpora(learned, tested).corpus.classes).toEqual(['sad', 'happy']);
  expect(acrossCorpora(corpusOf('csv', '/data/a', EMOTIONS), tested).corpus).not.toHaveProperty('classes');
});

it('lets the audit see speakers on both sides, and whom each corpus lacks', async () => {
  const folder = await temporaryFolder();
  const parts: Corpus[] = [];
  for (const part of ['a', 'b']) {
    await writeSyntheticCorpus(join(folder, part), { speakers: 1, utterancesPerEmotion: 1, seed: parts.length });
    const read = await readCorpus(join(folder, part));
    const utterances = read.utterances.map((utterance) => ({ ...utterance, speaker: '03' }));
    parts.push({ ...read, name: 'emodb', utterances });
  }
  const { corpus, folds } = acrossCorpora(parts[0]!, parts[1]!);
  const names = (await auditCorpus(corpus, { folds })).map(({ name }) => name);
  const absent = 'speaker-missing:08,09,10,11,12,13,14,15,16';
  expect(names).toEqual(['speaker-on-both-sides:test', absent, absent]);
});

describe('several corpora put together', () => {
  const named = (speakers: readonly string[], corpus: Corpus): Corpus => ({
    ...corpus,
    utterances: corpus.utterances.map((utterance, i) => ({ ...utterance, speaker: speakers[i % speakers.length]! })),
  });
  const emodb = corpusOf('emodb', '/data/emodb', EMOTIONS);
  const ravdess = corpusOf('ravdess', '/data/en/ravdess', EMOTIONS);
  const calls = named(['Anna', 'bob'], corpusOf('csv', '/data/calls', EMOTIONS));
  const films = named(['anna', '7'], corpusOf('class-folders', '/data/my films', EMOTIONS));

  it('keep ids, speakers and files apart, and say what each was', () => {
    const { parts, ...corpus } = joinCorpora([ravdess, emodb]);
    expect(corpus).toMatchObject({ name: 'ravdess + emodb', directory: '/data' });
    expect(corpus.utterances[0]).toMatchObject({ id: 'emodb/u0', speaker: 'emodb/03', file: 'emodb/u0.wav' });
    expect(corpus.utterances[4]).toMatchObject({ id: 'ravdess/u0', speaker: 'ravdess/03', file: 'en/ravdess/u0.wav' });
    expect(parts!.map(({ label, name }) => [label, name])).toEqual([
      ['ravdess', 'ravdess'],
      ['emodb', 'emodb'],
    ]);
  });

  it('share speakers whom the user named, beside corpora that count their own', () => {
    const { utterances, spellings } = joinCorpora([emodb, calls, films]);
    const speakers = [...new Set(utterances.map(({ speaker }) => speaker))].sort();
    expect(speakers).toEqual(['csv/7', 'csv/Anna', 'csv/bob', 'emodb/03']);
    expect(spellings).toEqual([['csv/Anna', 'csv/anna']]);
  });

  it('are called by their folders where they are read alike, and by number where these are alike too', () => {
    const csv = (directory: string) => corpusOf('csv', directory, EMOTIONS);
    const labels = (...corpora: Corpus[]) => joinCorpora(corpora).parts!.map(({ label }) => label);
    expect(labels(csv('/data/a: 1'), emodb, csv('/data/b/x'))).toEqual(['a-1', 'emodb', 'x']);
    expect(labels(csv('/data/a/x'), csv('/data/b/x'))).toEqual(['x-1', 'x-2']);
    expect(labels(csv('/data/a/emodb'), csv('/data/b'), emodb)).toEqual(['emodb-1', 'b', 'emodb-2']);
  });

  it('are trained on together, and another is tested whose name changes none of theirs', () => {
    const { corpus, folds } = acrossCorpora(joinCorpora([emodb, calls]), corpusOf('csv', '/data/films', ['sad']));
    expect(corpus.name).toBe('emodb + csv to films');
    expect(folds).toMatchObject([{ name: 'films', test: [{ id: 'films/u0', speaker: 'csv/03' }] }]);
    expect(new Set(folds[0]!.train.map(({ id }) => id.split('/')[0]))).toEqual(new Set(['emodb', 'csv']));
  });

  it('are each tested once, with all others to train on', () => {
    const folds = foldsOf(joinCorpora([ravdess, emodb, calls]), { protocol: 'leave-one-corpus-out', seed: 1 });
    expect(folds.map(({ name, train, test }) => [name, train.length, test.length])).toEqual([
      ['csv', 8, 4],
      ['emodb', 8, 4],
      ['ravdess', 8, 4],
    ]);
    for (const { name, train, test } of folds) {
      expect(test.every(({ id }) => id.startsWith(`${name}/`))).toBe(true);
      expect(train.some(({ id }) => id.startsWith(`${name}/`))).toBe(false);
    }
    expect(() => foldsOf(emodb, { protocol: 'leave-one-corpus-out', seed: 1 })).toThrow(/two corpora or more/);
  });

  it('tell in a manifest what a fold was trained on, each speaker by the name in the own corpus', () => {
    const corpus = joinCorpora([emodb, calls, films]);
    const recordings = corpus.utterances.map(({ id, file, speaker, emotion }, i) => ({
      ...{ utterance: id, file, speaker, emotion, sha256: i.toString(16).padEnd(64, '0'), durationSeconds: 1 },
      ...(id.startsWith('csv/') && { fold: 'csv' }),
    }));
    const manifest = { corpus: corpus.name, leftOut: {}, ...partNames(corpus.parts!), recordings };
    const heard = learnedFrom(manifest, 'csv');
    expect(heard.corpora).toEqual([
      { name: 'class-folders', speakers: ['7', 'anna'] },
      { name: 'emodb', licence: 'CC0 1.0', speakers: ['03'] },
    ]);
    expect(countOf(heard)).toBe(8);
  });

  it('are refused with a plain line where their classes differ', () => {
    const other = { ...calls, classes: ['sad', 'happy', 'bored'] };
    expect(() => joinCorpora([emodb, other])).toThrow(
      /have the same classes, but \/data\/emodb has neutral, happy, angry, sad; \/data\/calls has sad, happy, bored: ask for those that all have, happy,sad/,
    );
    expect(() => joinCorpora([emodb])).toThrow(/two corpora or more/);
  });

  it('are audited together: a corpus without a class, speakers on both sides, and names that may be one person', async () => {
    const folder = await temporaryFolder();
    const parts: Corpus[] = [];
    for (const [i, name] of ['csv', 'class-folders', 'emodb'].entries()) {
      await writeSyntheticCorpus(join(folder, name), { speakers: 1, utterancesPerEmotion: 1, seed: 10 + i });
      const read = await readCorpus(join(folder, name));
      parts.push(named([['Ann-Lee', 'annlee', 'Annlee'][i]!], { ...read, name }));
    }
    const [csv, ...others] = parts;
    const sad = { ...csv!, utterances: csv!.utterances.filter(({ emotion }) => emotion !== 'sad') };
    const corpus = joinCorpora([sad, ...others]);
    const folds = foldsOf(corpus, { protocol: 'leave-one-corpus-out', seed: 1 });
    const found = await auditCorpus(corpus, { folds });
    const missing = found.find(({ name }) => name === 'class-missing:corpus csv');
    expect(missing!.message).toMatch(/csv holds no sad: whatever sounds like csv will not be taken for it/);
    expect(found.map(({ name }) => name)).toContain('speaker-alike:Ann-Lee=annlee');
    const same = joinCorpora([named(['Anna'], csv!), named(['ANNA'], others[0]!)]);
    const both = await auditCorpus(same, { folds: foldsOf(same, { protocol: 'leave-one-corpus-out', seed: 1 }) });
    expect(both.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['speaker-on-both-sides:csv', 'speaker-on-both-sides:class-folders']),
    );
  });
});

it.each([
  ['the same folder', '/data/a', '/data/a', EMOTIONS, /\/data\/a is given twice/],
  ['a folder within the other', '/data', '/data/a', EMOTIONS, /lie within each other/],
])('refuses %s', (_, train, test, emotions, message) => {
  expect(() => acrossCorpora(corpusOf('csv', train, emotions), corpusOf('csv', test, ['sad']))).toThrow(message);
});
