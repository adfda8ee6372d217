import { describe, expect, it } from 'vitest';
import { alikeSpeakers } from '../../src/corpus/alike-speakers.ts';
import { accepted } from '../../src/corpus/findings.ts';
import { acrossCorpora } from '../../src/corpus/join.ts';
import { KNOWN_SPEAKERS } from '../../src/corpus/known-speakers.ts';
import type { Corpus } from '../../src/corpus/utterance.ts';

const corpusOf = (name: string, speakers: readonly string[], directory = `/data/${name}`): Corpus => ({
  name,
  directory,
  utterances: speakers.map((speaker, i) => ({ id: `u${i}`, file: `u${i}.wav`, emotion: 'sad', speaker })),
  leftOut: {},
});
const findingsOf = (...speakers: string[]) => alikeSpeakers(corpusOf('csv', speakers));
const codes = (...speakers: string[]) => findingsOf(...speakers).map(({ code }) => code);

describe('names of speakers', () => {
  it.each([
    ['speaker1', 'speaker 1'],
    ['speaker_01', 'speaker-1'],
    ['Speaker 001', 'speaker1'],
    ['1', '01'],
    ['s1_02', 's01.2'],
    ['Ann-Lee', 'AnnLee'],
    ['O’Neil', 'ONeil'],
    ['Ａｎｎａ', 'Anna'],
  ])('that differ in punctuation or zeros alone stop a run: %s and %s', (one, other) => {
    const findings = findingsOf(one, other, 'Zoe');
    const [first, second] = one < other ? [one, other] : [other, one];
    expect(findings).toMatchObject([{ code: 'speaker-alike', name: `speaker-alike:${first}=${second}`, fatal: true }]);
    expect(accepted(findings, [`speaker-alike:${first}=${second}`]).stopping).toEqual([]);
  });

  it.each([
    ['Anna', 'Ana'],
    ['Ann', 'Anna'],
    ['Stephan', 'Stefphan'],
    ['Katrin', 'Kartin'],
    ['Meier', 'Meyer'],
    ['José', 'Jose'],
    ['Анна', 'Ана'],
    ['speaker1', 'speeker1'],
  ])('that are one slip apart are asked about: %s and %s', (one, other) => {
    const findings = findingsOf(one, other, 'Zoe');
    expect(findings).toMatchObject([{ code: 'speaker-near', name: 'speaker-near', fatal: false }]);
    expect(findings[0]!.message).toContain([one, other].sort().join('/'));
  });

  it.each([
    ['01', '02', '11', '12', '111'],
    ['1001', '1002', '1010', '1100'],
    ['s1', 's2', 's11', 's12'],
    ['Ses01F', 'Ses01M', 'Ses02F', 'Ses02M'],
    ['speaker_a', 'speaker_b', 'speakerC'],
    ['female1', 'female2', 'male1', 'male2'],
    ['1_1', '11', '1_11', '11_1'],
    ['p225', 'p226', 'p2250'],
    ['Anna', 'Nina', 'Otto'],
    ['李明', '李'],
    ['+', '-'],
  ])('that differ by design are not: %s, %s, ...', (...speakers) => {
    expect(findingsOf(...speakers)).toEqual([]);
  });

  it.each(Object.entries(KNOWN_SPEAKERS))('of %s are not', (_, speakers) => {
    expect(findingsOf(...speakers)).toEqual([]);
  });

  it('hundreds of pairs are one question', () => {
    const letters = (n: number) =>
      Array.from(String(n).padStart(3, '0'), (digit) => 'bcdfghjklm'[Number(digit)]).join('');
    const names = Array.from({ length: 200 }, (_, n) => `qu${[...letters(n)].join('a')}x`);
    expect(codes(...names)).toEqual(['speaker-near']);
  });

  it('written in several ways are told', () => {
    const corpus = { ...corpusOf('csv', ['Anna', 'Bob']), spellings: [['Anna', 'anna']] };
    expect(alikeSpeakers(corpus)).toMatchObject([{ code: 'speaker-spelling', fatal: false }]);
    expect(alikeSpeakers(corpus)[0]!.message).toContain('Anna (also anna)');
  });
});

describe('names of speakers of two corpora', () => {
  const across = (train: Corpus, test: Corpus) => alikeSpeakers(acrossCorpora(train, test).corpus);

  it('stop a run, or are asked about, where the user named both', () => {
    const findings = across(corpusOf('csv', ['speaker_01', 'Anna']), corpusOf('class-folders', ['speaker1', 'Ana']));
    expect(findings.map(({ code }) => code)).toEqual(['speaker-alike', 'speaker-near']);
  });

  it('are asked about where one corpus counts its own', () => {
    const findings = across(corpusOf('emodb', ['03', '08']), corpusOf('csv', ['3', '21']));
    expect(findings).toMatchObject([{ code: 'speaker-near', fatal: false }]);
    expect(findings[0]!.message).toContain('Is a speaker of emodb one of csv (03/3)?');
  });

  it('are not where both are known to have other speakers', () => {
    const [emodb, ravdess] = ['emodb', 'ravdess'].map((name) => corpusOf(name, KNOWN_SPEAKERS[name]!));
    expect(across(emodb!, ravdess!)).toEqual([]);
  });
});
