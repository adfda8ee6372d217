import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditCorpus } from '../../src/corpus/audit.ts';
import { openSketches, powerOf } from '../../src/corpus/sketches.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { seal } from '../../src/sealed.ts';
import { temporaryFolder } from '../cli/attune.ts';

const VOICES = { speakers: 2, utterancesPerEmotion: 1, seed: 3 };

/** Made voices, one of them a copy of another, and an empty cache. */
async function folders() {
  const directory = await temporaryFolder();
  const corpus = await writeSyntheticCorpus(join(directory, 'voices'), VOICES);
  const [first, second] = corpus.utterances.map(({ file }) => join(corpus.directory, file));
  await copyFile(first!, second!);
  return {
    corpus,
    first: first!,
    last: join(corpus.directory, corpus.utterances.at(-1)!.file),
    cache: join(directory, 'cache'),
  };
}

const stored = async (cache: string) => {
  const folder = join(cache, 'sketches-2');
  return (await readdir(folder)).map((file) => join(folder, file));
};

it('is the mean square of every 10 ms, the last piece filled up with silence', () => {
  const samples = Float32Array.from({ length: 400 }, (_, n) => (n < 160 ? 0.5 : n < 320 ? -0.25 : 1));
  expect(powerOf(samples)).toEqual([0.25, 0.0625, 0.5]);
  expect(powerOf(new Float32Array(161).fill(Math.SQRT1_2))).toEqual([0.5, 0.003125]);
});

describe('sketches', () => {
  it('are read from the cache where the bytes are known, else made', async () => {
    const { first, last, cache } = await folders();
    const before = await (await openSketches(cache)).of(first);
    const [file] = await stored(cache);
    const other = { ...before, durationSeconds: 99 };
    const { sha256, ...content } = other;
    await writeFile(file!, JSON.stringify(seal(sha256, content))); // what no decoding gives, so that reading it shows
    const sketches = await openSketches(cache);
    expect(await sketches.of(first)).toEqual(other);
    expect((await sketches.of(last)).durationSeconds).toBeLessThan(4);
    expect(await stored(cache)).toHaveLength(2);
  });

  it.each<[string, (text: string) => string]>([
    ['cut short', (text) => text.slice(0, -1)],
    ['of no length', () => ''],
    ['zeroed', (text) => '\0'.repeat(text.length)],
    [
      'changed in a digit',
      (text) => text.replace(/"durationSeconds":(\d)/, (_, digit) => `"durationSeconds":${9 - digit}`),
    ],
    ['of an older version', (text) => JSON.stringify(JSON.parse(text).content)],
    ['an empty object', () => '{}'],
    ['nothing', () => 'null'],
    ["another recording's", (text) => JSON.stringify(seal('ab'.repeat(32), JSON.parse(text).content))],
  ])('are made again where they are %s', async (_, damage) => {
    const { first, cache } = await folders();
    const before = await (await openSketches(cache)).of(first);
    const [file] = await stored(cache);
    const whole = await readFile(file!, 'utf8');
    const damaged = damage(whole);
    expect(damaged).not.toBe(whole);
    await writeFile(file!, damaged);
    expect(await (await openSketches(cache)).of(first)).toEqual(before);
    expect(await readFile(file!, 'utf8')).toBe(whole);
  });

  it('tell of damage without naming the file, whose place may change', async () => {
    const { first, cache } = await folders();
    await writeFile(first, (await readFile(first)).subarray(0, -2000));
    for (let time = 0; time < 2; time++) {
      const { warnings } = await (await openSketches(cache)).of(first);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).not.toContain(first);
    }
  });

  it('change nothing of what an audit finds', async () => {
    const { corpus, cache } = await folders();
    const findings = await auditCorpus(corpus);
    expect(findings.map(({ code }) => code)).toContain('same-audio');
    expect(await auditCorpus(corpus, { cache })).toEqual(findings);
    expect(await stored(cache)).toHaveLength(corpus.utterances.length - 1);
    expect(await auditCorpus(corpus, { cache })).toEqual(findings);
  });
});
