import { machine } from '../../bench/machine.ts';
import { writeJson } from '../../src/run/run-folder.ts';
import { keptJson } from '../shared/kept-json.ts';
import type { HeardRecording } from './features.ts';
import { type Figures, figuresOf } from './figures.ts';
import { HEADS, scorer } from './heads.ts';

/** What a fold chooses from: blocks, and what learns behind them. Heads with a layer of their own take too long. */
const CANDIDATES = Object.keys(HEADS).filter((name) => !name.includes('channels'));
/** Folds of whole speakers among those that are trained on. */
const INNER = 3;

/** `nested.json`: EmoDB with one speaker left out, by the head that the other nine chose among themselves. */
export interface Nested {
  readonly made: ReturnType<typeof machine>;
  readonly candidates: readonly string[];
  /** the head by speaker left out, and its UA among the others */
  readonly chosen: Readonly<Record<string, { readonly head: string; readonly ua: number }>>;
  readonly nested: Figures;
}

/** Of one speaker left out: UA of each candidate among the others, and what the best of them says of the speaker. */
interface Kept {
  readonly inner: Record<string, number>;
  said?: Record<string, readonly number[]>;
}

/** Goes on where it was stopped, with what lies beside `path`. */
export async function writeNested(recordings: readonly HeardRecording[], path: string): Promise<void> {
  const made = machine(1);
  const state = `${path}.state`;
  const kept: Record<string, Kept> = (await keptJson<Record<string, Kept>>(state)) ?? {};
  const speakers = [...new Set(recordings.map(({ speaker }) => speaker))].sort();
  for (const [i, speaker] of speakers.entries()) {
    kept[speaker] ??= { inner: {} };
    const own = kept[speaker];
    const others = recordings.filter((one) => one.speaker !== speaker);
    for (const name of CANDIDATES) {
      own.inner[name] ??= await innerUa(name, others);
      await writeJson(state, kept);
    }
    own.said ??= await saidOf(
      bestOf(own),
      others,
      recordings.filter((one) => one.speaker === speaker),
    );
    await writeJson(state, kept);
    process.stderr.write(`${i + 1} of ${speakers.length}: ${speaker} by ${bestOf(own)}\n`);
  }
  const said: Record<string, readonly number[]> = Object.assign({}, ...Object.values(kept).map((one) => one.said));
  const nested = figuresOf(
    recordings,
    recordings.map(({ utterance }) => said[utterance]!),
  );
  const chosen = Object.fromEntries(
    Object.entries(kept).map(([speaker, own]) => [speaker, { head: bestOf(own), ua: own.inner[bestOf(own)]! }]),
  );
  await writeJson(path, { made, candidates: CANDIDATES, chosen, nested } satisfies Nested);
}

/** The first of the best. */
const bestOf = ({ inner }: Kept): string =>
  CANDIDATES.reduce((best, name) => (inner[name]! > inner[best]! ? name : best));

async function innerUa(name: string, recordings: readonly HeardRecording[]): Promise<number> {
  const speakers = [...new Set(recordings.map(({ speaker }) => speaker))].sort();
  const said: Record<string, readonly number[]> = {};
  for (let fold = 0; fold < INNER; fold++) {
    const isTested = ({ speaker }: HeardRecording) => speakers.indexOf(speaker) % INNER === fold;
    const trained = recordings.filter((one) => !isTested(one));
    Object.assign(said, await saidOf(name, trained, recordings.filter(isTested)));
  }
  return figuresOf(
    recordings,
    recordings.map(({ utterance }) => said[utterance]!),
  ).ua;
}

async function saidOf(name: string, trained: readonly HeardRecording[], tested: readonly HeardRecording[]) {
  const score = await scorer(HEADS[name]!, trained);
  const said: Record<string, readonly number[]> = {};
  for (const one of tested) said[one.utterance] = await score.of(one);
  await score.close();
  return said;
}
