import { join } from 'node:path';
import { openDecoded } from '../audio/decode.ts';
import { isWhole, placeIn } from '../audio/excerpt.ts';
import { SAMPLE_RATE } from '../audio/waveform.ts';
import { AttuneError } from '../errors.ts';
import { readWhole } from '../read-file.ts';
import { byCodeUnits } from './adapter.ts';
import { classesOf } from './classes.ts';
import type { Corpus, Fold, Utterance } from './utterance.ts';

/** Sound as it lies in a file, before it is mixed to one channel and resampled. */
export interface SoundFacts {
  readonly durationSeconds: number;
  /** Hz */
  readonly sampleRate: number;
  readonly channels: number;
}

/** Utterances of one speaker, gender or session. */
export interface Share {
  readonly name: string;
  readonly speakers: number;
  readonly utterances: number;
  readonly classes: Readonly<Record<string, number>>;
}

/** What each fold tests, in the order of folds, counted. */
export function foldShares(corpus: Corpus, folds: readonly Fold[]): Share[] {
  const countsOf = countsBy(classesOf(corpus));
  return folds.map(({ name, test }) => ({
    ...{ name, speakers: speakersIn(test), utterances: test.length, classes: countsOf(test) },
  }));
}

const speakersIn = (utterances: readonly Utterance[]) => new Set(utterances.map(({ speaker }) => speaker)).size;

/** What a corpus holds. */
export interface CorpusSummary {
  readonly name: string;
  /** absolute path */
  readonly directory: string;
  readonly utterances: number;
  /** recordings not used, by reason */
  readonly leftOut: Readonly<Record<string, number>>;
  readonly classes: Readonly<Record<string, number>>;
  /** sorted by name, like all lists here */
  readonly speakers: readonly (Omit<Share, 'speakers'> & { readonly gender?: 'female' | 'male' })[];
  /** named `unknown` where the corpus does not say */
  readonly genders: readonly Share[];
  /** empty where the corpus has none */
  readonly sessions: readonly Share[];
  readonly durations: {
    readonly totalSeconds: number;
    readonly minSeconds: number;
    readonly medianSeconds: number;
    readonly maxSeconds: number;
    /** how many are shorter than a segment, 2 s */
    readonly shorterThan2Seconds: number;
  };
  /** sorted by rate and channels */
  readonly rates: readonly { readonly sampleRate: number; readonly channels: number; readonly utterances: number }[];
}

/**
 * Decodes every recording of a corpus for its length, rate and channels: a header alone may lie.
 *
 * @returns facts by the utterance's id
 * @throws AttuneError `corpus` where recordings cannot be read; each is named
 */
export async function soundFacts(
  corpus: Corpus,
  {
    onProgress,
    signal,
  }: { readonly onProgress?: (done: number, inAll: number) => void; readonly signal?: AbortSignal | undefined } = {},
): Promise<Map<string, SoundFacts>> {
  const facts = new Map<string, SoundFacts>();
  const failures: string[] = [];
  const files = new Map<string, FileFacts | undefined>(); // undefined where a file cannot be read, which is told once
  const fail = (path: string, error: unknown) => {
    failures.push(error instanceof AttuneError ? error.message : `${path}: ${(error as Error).message}.`);
    return undefined;
  };
  for (const [i, utterance] of corpus.utterances.entries()) {
    signal?.throwIfAborted();
    const { id, file } = utterance;
    const path = join(corpus.directory, file);
    if (!files.has(file)) files.set(file, await factsOf(path).catch((error) => fail(path, error)));
    const whole = files.get(file);
    try {
      if (whole) facts.set(id, { ...whole.facts, durationSeconds: durationOf(utterance, whole, path) });
    } catch (error) {
      fail(path, error);
    }
    onProgress?.(i + 1, corpus.utterances.length);
  }
  if (!failures.length) return facts;
  throw new AttuneError(
    'corpus',
    `${failures.length} of ${corpus.utterances.length} recordings cannot be used; mend them or take them out: ${failures.join(' ')}`,
  );
}

/** What is known of a file, whose utterances lie in it by its own clock. */
interface FileFacts {
  readonly facts: SoundFacts;
  readonly startSeconds: number;
}

async function factsOf(path: string): Promise<FileFacts> {
  const { channels, sampleRate, startSeconds, blocks } = await openDecoded(await readWhole(path), path);
  let durationSeconds = 0;
  for await (const block of blocks) durationSeconds += block.channels[0]!.length / block.sampleRate;
  return { facts: { durationSeconds, sampleRate, channels }, startSeconds };
}

/** Seconds of an utterance in a file. */
function durationOf(
  utterance: Utterance,
  { facts: { durationSeconds }, startSeconds }: FileFacts,
  path: string,
): number {
  if (isWhole(utterance)) return durationSeconds;
  const { from, to } = placeIn(utterance, { length: Math.round(durationSeconds * SAMPLE_RATE), startSeconds }, path);
  return (to - from) / SAMPLE_RATE;
}

/**
 * Counts a corpus.
 *
 * @param facts of every utterance, by id, as {@link soundFacts} gives them
 */
export function summaryOf(corpus: Corpus, facts: ReadonlyMap<string, SoundFacts>): CorpusSummary {
  const { name, directory, utterances, leftOut } = corpus;
  const sounds = utterances.map(({ id }) => facts.get(id)!);
  const countsOf = countsBy(classesOf(corpus));
  const sharesBy = (key: (utterance: Utterance) => string) => sharesOf(utterances, key, countsOf);
  return {
    name,
    directory,
    utterances: utterances.length,
    leftOut,
    classes: countsOf(utterances),
    speakers: sharesBy(({ speaker }) => speaker).map(({ speakers: _, ...share }) => {
      const gender = utterances.find(({ speaker }) => speaker === share.name)?.gender;
      return { ...share, ...(gender && { gender }) };
    }),
    genders: sharesBy(({ gender }) => gender ?? 'unknown'),
    sessions: utterances.some(({ session }) => session) ? sharesBy(({ session }) => session ?? 'none') : [],
    durations: durationsOf(sounds.map(({ durationSeconds }) => durationSeconds)),
    rates: ratesOf(sounds),
  };
}

type Counts = Readonly<Record<string, number>>;

const countsBy =
  (classes: readonly string[]) =>
  (utterances: readonly Utterance[]): Counts =>
    Object.fromEntries(classes.map((name) => [name, utterances.filter(({ emotion }) => emotion === name).length]));

function sharesOf(
  utterances: readonly Utterance[],
  key: (utterance: Utterance) => string,
  countsOf: (utterances: readonly Utterance[]) => Counts,
): Share[] {
  const names = [...new Set(utterances.map(key))].sort(byCodeUnits);
  return names.map((name) => {
    const own = utterances.filter((utterance) => key(utterance) === name);
    return { name, speakers: speakersIn(own), utterances: own.length, classes: countsOf(own) };
  });
}

function durationsOf(seconds: readonly number[]): CorpusSummary['durations'] {
  const sorted = [...seconds].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return {
    totalSeconds: sorted.reduce((sum, value) => sum + value, 0),
    minSeconds: sorted[0]!,
    medianSeconds: (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2,
    maxSeconds: sorted.at(-1)!,
    shorterThan2Seconds: sorted.filter((value) => value < 2).length,
  };
}

function ratesOf(sounds: readonly SoundFacts[]): CorpusSummary['rates'] {
  const counts = new Map<string, CorpusSummary['rates'][number]>();
  for (const { sampleRate, channels } of sounds) {
    const key = `${sampleRate} ${channels}`;
    counts.set(key, { sampleRate, channels, utterances: (counts.get(key)?.utterances ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => a.sampleRate - b.sampleRate || a.channels - b.channels);
}
