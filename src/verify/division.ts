import { speakersOnBothSides } from '../corpus/both-sides.ts';
import { leakOf } from '../corpus/leaks.ts';
import { labelOf } from '../corpus/parts.ts';
import { count } from '../text.ts';
import type { FinishedRun } from './doubted-run.ts';
import { type Statement, verdict } from './statement.ts';

/**
 * Whether the folds are such as the protocol makes, and no speaker stands on both sides of one, unless the protocol or the user let
 * that pass. Which speakers share a fold is not checked: that is a matter of dice.
 */
export function checkDivision(files: FinishedRun): Statement[] {
  const { protocol, accept = [], split } = files.config.options;
  const bothSides = [...speakersOnBothSides(files.manifest.recordings)];
  const passes = (fold: string) =>
    protocol === 'random-leaking' || accept.some((name) => name === LEAK || name === `${LEAK}:${fold}`);
  const leaks = bothSides
    .filter(([fold]) => !passes(fold))
    .map(([fold, speakers]) => `fold ${fold} is trained and tested on the same speakers: ${speakers.join(', ')}`);
  const speakers = bothSides.length
    ? `LEAKS: speakers stand on both sides of ${count(bothSides.length, 'fold')}, which the run allows`
    : {
        speakers: 'LEAKS: the weights that folds start from have heard speakers who are tested, which the run allows',
        recordings: 'LEAKS: recordings or copies of them stand on both sides of folds, which the run allows',
        none: 'no speaker stands on both sides of a fold',
      }[leakOf({ protocol, ...files.manifest }) ?? 'none'];
  const folds = count(files.folds.length, 'fold');
  return verdict(
    [...leaks, ...otherCorpus(files), ...misplaced(files), ...wrongNumber(files)],
    `${speakers}; ${split ? folds : `${folds} as ${protocol} makes them`}`,
  );
}

const LEAK = 'speaker-on-both-sides';

const otherCorpus = ({ config, manifest }: FinishedRun): string[] =>
  config.corpus === manifest.corpus
    ? []
    : [`corpus is ${config.corpus} in config.json, ${manifest.corpus} in manifest.json`];

/** Recordings that the protocol tests in another fold, or does test. */
function misplaced({ config, manifest }: FinishedRun): string[] {
  const { protocol } = config.options;
  const key = (
    {
      'leave-one-speaker-out': 'speaker',
      'leave-one-session-out': 'session',
      'leave-one-corpus-out': 'corpus',
    } as const
  )[protocol as string];
  if (protocol === 'cross-corpus') return [];
  return manifest.recordings.flatMap(({ utterance, fold, speaker, session }) => {
    const labels = { speaker, session, corpus: labelOf(utterance) };
    if (protocol === 'train-on-all')
      return fold === undefined ? [] : [`${utterance} is tested by fold ${fold}, though ${protocol} tests nothing`];
    if (fold === undefined) return [`${utterance} is tested by no fold, though ${protocol} tests every recording`];
    if (key === undefined || fold === labels[key]) return [];
    return [
      `${utterance} of ${key} ${labels[key]} is tested by fold ${fold}, though ${protocol} makes a fold a ${key}`,
    ];
  });
}

function wrongNumber({ config, manifest, folds }: FinishedRun): string[] {
  const { protocol } = config.options;
  const corpora = protocol === 'leave-one-corpus-out' ? manifest.parts?.length : config.options.folds;
  const expected = protocol === 'cross-corpus' ? 1 : corpora;
  return expected === undefined || expected === folds.length
    ? []
    : [`manifest.json has ${count(folds.length, 'fold')}, though ${protocol} was to make ${expected}`];
}
