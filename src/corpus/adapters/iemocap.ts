import { join } from 'node:path';
import { AttuneError } from '../../errors.ts';
import { readWhole } from '../../read-file.ts';
import { type Adapter, type Reading, signOf, type Tree } from '../adapter.ts';

const SESSIONS = ['1', '2', '3', '4', '5'];
/** `Session1/sentences/wav/Ses01F_impro03/Ses01F_impro03_M012.wav`, below any folder */
const TURN =
  /^(?<above>(?:.*\/)?)Session(?<number>[1-5])\/sentences\/wav\/(?<dialogue>(?<session>Ses0\k<number>)[FM]_(?<scene>(?<kind>impro|script)\w+?))\/(?<turn>\k<dialogue>_(?<letter>[FM])\w+)\.wav$/;
const EVALUATION_FILE =
  /^(?<folder>(?:.*\/)?)Session(?<number>[1-5])\/dialog\/EmoEvaluation\/(?<dialogue>Ses0\k<number>[FM]_(?<kind>impro|script)\w+)\.txt$/;
/** `[6.2901 - 8.2357]<TAB>Ses01F_impro01_F000<TAB>neu<TAB>[2.5000, 2.5000, 2.5000]` */
const EVALUATION = /^\[[\d.]+\s*-\s*[\d.]+\]\s+(?<turn>\w+)\s+(?<label>\w+)\s+\[.*\]\s*$/;

/**
 * IEMOCAP, the Interactive Emotional Dyadic Motion Capture Database (English, acted in pairs, five sessions of a woman and a man, 16 kHz).
 *
 * In the turn `Ses01F_impro03_M012` the first letter names who wears the markers of motion capture; who speaks is the letter of the last
 * token, here the man of session 1. Its label stands in `Session1/dialog/EmoEvaluation/Ses01F_impro03.txt`: what most of the annotators
 * heard, or `xxx` where they did not agree. Improvised turns alone are read unless {@link ReadOptions.turns} is `all`, and excitement
 * (exc) is not taken for happiness unless {@link ReadOptions.labels} says so. The script of a scripted turn is its scene, such as
 * `script01_1`, which the actors of every session play.
 *
 * Busso, Bulut, Lee, Kazemzadeh, Mower, Kim, Chang, Lee and Narayanan (2008), https://doi.org/10.1007/s10579-008-9076-6
 */
export const iemocap: Adapter = {
  name: 'iemocap',
  expects: "IEMOCAP's Session1/sentences/wav/DIALOGUE/TURN.wav",
  labels: {
    emotions: {
      ...{ neutral: ['neu'], happy: ['hap'], angry: ['ang'], sad: ['sad'] },
      ...{ excited: ['exc'], frustrated: ['fru'], surprised: ['sur'], fearful: ['fea'], disgusted: ['dis'] },
    },
    others: ['oth'],
  },
  others: 'no turn (not in sentences/wav)',
  takes: ['turns'],
  sign: async ({ recordings }) => signOf(recordings.filter((file) => TURN.test(file))),
  async read(tree, { turns = 'improvised' }) {
    const found = turnsIn(tree);
    if (!found.length) return [];
    checkSessions(tree, found);
    const used = found.filter(({ kind }) => kind === 'impro' || turns === 'all');
    const dialogues = await evaluationsOf(tree, used, turns);
    return found.map(({ file, kind, dialogue, turn, session, letter, scene }): Reading => {
      if (kind === 'script' && turns === 'improvised') return { file, leftOut: 'scripted turn' };
      const said = dialogues.get(dialogue)!.get(turn);
      if (!said) return { file, leftOut: 'no line in the evaluation of its dialogue' };
      if (said.label === 'xxx') return { file, leftOut: 'no label (xxx)' };
      const speaker = { speaker: `${session}${letter}`, gender: letter === 'F' ? 'female' : 'male', session } as const;
      return { file, ...said, ...speaker, ...(kind === 'script' && { script: scene.replace(/[a-z]$/, '') }) };
    });
  },
};

type Turn = Record<'file' | 'above' | 'number' | 'dialogue' | 'session' | 'scene' | 'kind' | 'turn' | 'letter', string>;

const turnsIn = ({ recordings }: Tree): Turn[] =>
  recordings.flatMap((file) => {
    const match = TURN.exec(file);
    return match ? [{ file, ...match.groups } as Turn] : [];
  });

/** A part of IEMOCAP would pass for the whole, and its figures for comparable ones. */
function checkSessions({ root }: Tree, turns: readonly Turn[]): void {
  const above = [...new Set(turns.map((turn) => turn.above))];
  if (above.length > 1)
    throw new AttuneError(
      'corpus',
      `${root} holds IEMOCAP twice, below ${above.map((folder) => folder || './').join(' and ')}: give one of them`,
    );
  const there = new Set(turns.map(({ number }) => number));
  const missing = SESSIONS.filter((number) => !there.has(number)).map((number) => `Session${number}`);
  if (missing.length)
    throw new AttuneError(
      'corpus',
      `${join(root, above[0]!, missing[0]!)}: no turn in sentences/wav; of IEMOCAP's five sessions ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing. Put them back; to use some sessions only, name their turns in a CSV`,
    );
}

type Evaluation = Map<string, { label: string; source: string }>;

/** The evaluations of dialogues, by dialogue and turn: of improvised ones, or of all. Every turn in them must have its recording. */
async function evaluationsOf(tree: Tree, turns: readonly Turn[], which: 'improvised' | 'all') {
  const recorded = new Set(turns.map(({ turn }) => turn));
  const dialogues = new Map<string, Evaluation>();
  for (const file of tree.files) {
    const { folder, dialogue, kind } = EVALUATION_FILE.exec(file)?.groups ?? {};
    if (folder !== turns[0]?.above || (kind === 'script' && which === 'improvised')) continue;
    dialogues.set(dialogue!, await readEvaluation(join(tree.root, file), dialogue!, recorded));
  }
  const without = turns.find(({ dialogue }) => !dialogues.has(dialogue));
  if (!without) return dialogues;
  const { above, number, dialogue, file } = without;
  const missing = join(tree.root, above, `Session${number}/dialog/EmoEvaluation/${dialogue}.txt`);
  throw new AttuneError(
    'corpus',
    `${missing}: no such file, though ${file} is there: put back the evaluation of this dialogue`,
  );
}

async function readEvaluation(path: string, dialogue: string, recorded: ReadonlySet<string>): Promise<Evaluation> {
  const evaluation: Evaluation = new Map();
  const lines = (await readWhole(path)).toString('utf8').split(/\r?\n/);
  for (const [i, line] of lines.entries()) {
    if (!line.startsWith('[')) continue; // the head, and what single annotators said
    const source = `${path}, line ${i + 1}`;
    const { turn = '', label = '' } = EVALUATION.exec(line)?.groups ?? {};
    if (!turn.startsWith(`${dialogue}_`))
      throw new AttuneError(
        'corpus',
        `${source}: expected [start - end], a turn of ${dialogue}, its label and [v, a, d], got "${line.trim()}"`,
      );
    if (evaluation.has(turn)) throw new AttuneError('corpus', `${source}: turn ${turn} has a line of its own already`);
    if (!recorded.has(turn))
      throw new AttuneError(
        'corpus',
        `${source}: turn ${turn} has no recording, sentences/wav/${dialogue}/${turn}.wav is missing`,
      );
    evaluation.set(turn, { label, source });
  }
  return evaluation;
}
