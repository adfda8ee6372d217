import { describe, expect, it } from 'vitest';
import { heardBefore } from '../../src/corpus/heard-before.ts';
import { acrossCorpora } from '../../src/corpus/join.ts';
import { leakOf } from '../../src/corpus/leaks.ts';
import { countOf, PROVENANCE, provenanceOf, startedFrom, wasHeard } from '../../src/corpus/provenance.ts';
import type { Corpus } from '../../src/corpus/utterance.ts';
import { formOf } from '../../src/json.ts';

/** The SHA-256 of a recording that nobody has. */
const hash = (digit: string) => digit.repeat(64);
const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');

describe('what weights were trained on', () => {
  const emodb = provenanceOf('emodb', [
    { speaker: '08', sha256: hash('b') },
    { speaker: '03', sha256: hash('a') },
    { speaker: '03', sha256: hash('a') }, // two parts of one file
  ]);

  it('is who was heard, and 8 bytes of each recording, in an order that nothing but they decide', () => {
    expect(emodb).toEqual({
      corpora: [{ name: 'emodb', licence: 'CC0 1.0', speakers: ['03', '08'] }],
      recordings: base64('a'.repeat(16) + 'b'.repeat(16)),
    });
    expect(countOf(emodb)).toBe(2);
    const isHeard = wasHeard(emodb);
    expect([hash('a'), hash('b'), hash('c'), `${'a'.repeat(15)}${'b'.repeat(49)}`].map(isHeard)).toEqual([
      ...[true, true, false, false],
    ]);
  });

  it('takes in what the weights before were trained on, and whether they said so', () => {
    const mine = provenanceOf('csv', [{ speaker: ' Änna\u00a0B', sha256: hash('0') }]);
    const both = startedFrom(emodb, mine);
    expect(both).toEqual({
      corpora: [{ name: 'csv', speakers: ['änna b'] }, ...emodb.corpora],
      recordings: base64('0'.repeat(16) + 'a'.repeat(16) + 'b'.repeat(16)),
    });
    expect(startedFrom(undefined, mine)).toEqual({ ...mine, incomplete: true });
    expect(startedFrom(startedFrom(undefined, mine), emodb)).toEqual({ ...both, incomplete: true });
    const more = startedFrom(emodb, provenanceOf('emodb', [{ speaker: '16', sha256: hash('a') }]));
    expect(more.corpora.map(({ speakers }) => speakers)).toEqual([['03', '08', '16']]);
    expect(countOf(more)).toBe(2);
  });

  it('takes 107 kB for 10,000 recordings', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({ speaker: 'a', sha256: i.toString(16).padStart(64, '0') }));
    const distinct = many.map(({ speaker, sha256 }) => ({ speaker, sha256: sha256.slice(48).padEnd(64, '0') }));
    expect(JSON.stringify(provenanceOf('csv', distinct)).length).toBeLessThan(107_000);
  });

  it.each([
    [{ recordings: 'AAAA' }, 'recordings'], // 3 bytes
    [{ recordings: '<script>' }, 'recordings'],
    [{ corpora: [{ name: 'a' }] }, 'corpora[0].speakers'],
    [{ incomplete: false }, 'incomplete'],
  ])('is refused where it is %j', (wrong, path) => {
    expect(formOf({ ...emodb, ...wrong }, PROVENANCE)).toMatchObject({ fault: { path } });
    expect(formOf({ ...emodb }, PROVENANCE)).toEqual({ value: emodb });
  });
});

describe('the audit of a run that starts from weights', () => {
  const corpusOf = (name: string, speakers: readonly string[]): Corpus => ({
    ...{ name, directory: '/nowhere', leftOut: {} },
    utterances: speakers.map((speaker, i) => ({ id: `u${i}`, file: `u${i}.wav`, emotion: 'sad', speaker })),
  });
  const heard = startedFrom(
    provenanceOf('csv', [{ speaker: 'Anna', sha256: hash('a') }]),
    provenanceOf('emodb', [{ speaker: '03', sha256: hash('b') }]),
  );
  const found = (corpus: Corpus, hashes: readonly string[] = ['1', '2', '3']) => {
    const [first, ...others] = corpus.utterances;
    const folds = [
      { name: 'one', train: others, test: [first!] },
      { name: 'others', train: [first!], test: others },
    ];
    const known = new Map(corpus.utterances.map(({ id }, i) => [id, hash(hashes[i]!)]));
    return heardBefore(corpus, folds, heard, known).map(({ name, fatal, message }) => ({ name, fatal, message }));
  };

  it('finds who was heard, however spelt, in the fold that tests him or her', () => {
    expect(found(corpusOf('csv', ['bert', 'ANNA', 'carl']))).toEqual([
      { name: 'speaker-heard:others', fatal: true, message: expect.stringContaining('have heard before (ANNA)') },
    ]);
    expect(found(corpusOf('emodb', ['03', '08', '09']))).toMatchObject([{ name: 'speaker-heard:one' }]);
  });

  it('takes equal names of corpora that name for themselves for others, and asks where they are not known to be', () => {
    expect(found(corpusOf('ravdess', ['03', '04', '05']))).toEqual([]);
    const [question, ...rest] = found(corpusOf('csv', ['3', 'bert', 'Ana']));
    expect(rest).toEqual([]);
    expect(question).toMatchObject({ name: 'speaker-heard-near', fatal: false });
    expect(question!.message).toContain('03/3, anna/Ana?');
  });

  it('finds a recording that was heard, whatever corpus it is read as', () => {
    expect(found(corpusOf('class-folders', ['x', 'y', 'z']), ['1', 'b', '3'])).toEqual([
      { name: 'recording-heard:others', fatal: true, message: expect.stringContaining('have heard before (u1)') },
    ]);
  });

  it('knows the tested part of two corpora by its own names', () => {
    const at = (corpus: Corpus, directory: string) => ({ ...corpus, directory });
    const train = at(corpusOf('ravdess', ['03']), '/data/ravdess');
    const test = at(corpusOf('emodb', ['03', '08']), '/data/emodb');
    const { corpus, folds } = acrossCorpora(train, test);
    const hashes = new Map(corpus.utterances.map(({ id }, i) => [id, hash(String(i + 1))]));
    expect(heardBefore(corpus, folds, heard, hashes)).toMatchObject([{ name: 'speaker-heard:emodb' }]);
  });

  it('makes a run leak where it was let pass', () => {
    const finding = (code: 'speaker-heard' | 'recording-heard') => ({ code, name: code, fatal: true, message: '' });
    expect(leakOf({ recordings: [], audit: [finding('recording-heard')] })).toBe('recordings');
    expect(leakOf({ recordings: [], audit: [finding('recording-heard'), finding('speaker-heard')] })).toBe('speakers');
  });
});
