import { machine } from '../../bench/machine.ts';
import { writeJson } from '../../src/run/run-folder.ts';
import { keptJson } from '../shared/kept-json.ts';
import type { HeardRecording } from './features.ts';
import { type Figures, figuresOf } from './figures.ts';
import { HEADS, scorer } from './heads.ts';

/** What is shipped. */
const HEAD = 'joined, mean - 4, damped';

/** `by-sentence.json`: each recording by a network that heard neither its speaker nor its sentence, and, beside it, by one that heard the sentence. */
export interface BySentence {
  readonly made: ReturnType<typeof machine>;
  readonly head: string;
  readonly speakerAndSentence: Figures;
  readonly speaker: Figures;
}

/** What networks said so far, by the speaker and the sentence that they did not hear. */
type Kept = Record<string, Record<string, readonly number[]>>;

/** Goes on where it was stopped, with what lies beside `path`. */
export async function writeBySentence(recordings: readonly HeardRecording[], path: string): Promise<void> {
  const made = machine(1);
  const state = `${path}.state`;
  const kept: Kept = (await keptJson<Kept>(state)) ?? {};
  const pairs = [...new Set(recordings.map(({ speaker, script }) => `${speaker} ${script}`))].sort();
  const speakers = [...new Set(recordings.map(({ speaker }) => speaker))].sort();
  for (const [i, name] of [...pairs, ...speakers].entries()) {
    if (kept[name]) continue;
    const [speaker, sentence] = name.split(' ');
    const isTested = (one: HeardRecording) =>
      one.speaker === speaker && (sentence === undefined || one.script === sentence);
    const score = await scorer(
      HEADS[HEAD]!,
      recordings.filter((one) => one.speaker !== speaker && (sentence === undefined || one.script !== sentence)),
    );
    kept[name] = {};
    for (const one of recordings.filter(isTested)) kept[name][one.utterance] = await score.of(one);
    await score.close();
    await writeJson(state, kept);
    process.stderr.write(`${i + 1} of ${pairs.length + speakers.length}\n`);
  }
  const said = (names: readonly string[]) => {
    const all: Record<string, readonly number[]> = Object.assign({}, ...names.map((name) => kept[name]));
    return figuresOf(
      recordings,
      recordings.map(({ utterance }) => all[utterance]!),
    );
  };
  const figures: BySentence = { made, head: HEAD, speakerAndSentence: said(pairs), speaker: said(speakers) };
  await writeJson(path, figures);
}
