import * as v from 'valibot';
import { classesOf } from '../../corpus/classes.ts';
import { AttuneError } from '../../errors.ts';
import { formOf, list, type Schema, whole } from '../../json.ts';
import { writeSystemCheckpoint } from '../../model/checkpoint.ts';
import type { Confusion } from '../../statistics/confusion.ts';
import { constantsOf } from '../../train/learners/elm-settings.ts';
import type { TrainingState } from '../../train/loop.ts';
import type { EpochReport } from '../../train/schedule.ts';
import type { FitOptions } from '../system.ts';
import { readState, writeState } from '../training-state.ts';
import { chosenOf, fitWith, tryAll } from './choose.ts';
import { learnedOf, unvoiced } from './data.ts';
import { partsOf } from './fitted.ts';
import { type Heard, speakerGroups } from './heard.ts';
import { type ElmOptions, elmDataOf, type LearnedNetwork, learnNetwork } from './stage.ts';

/** What each pair of constants made of a group of speakers who were left out. */
type Trial = (Confusion | null)[];
const TRIALS: Schema<Trial[]> = list(list(v.union([list(list(whole(0))), v.null()])));

/**
 * Learns in stages. Each group of the training speakers is left out once: a network, and machines with all constants behind it, learn from
 * the others and are tried on it. Then a network learns from all, and a machine with the constants that did best. The state is kept after
 * each epoch of each stage, so that learning goes on where it was stopped.
 *
 * @returns a checkpoint
 * @throws AttuneError `run` where no machine can be solved; as `train` does
 */
export async function fitInStages(
  heard: readonly Heard[],
  options: ElmOptions,
  { provenance, resume: path, fold, signal, onEvent, onEpoch }: FitOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { elm: settings, frontEnd, architecture, schedule, seed } = options;
  const checkpoint = { architecture, frontEnd, classes: classesOf(options), provenance };
  const groups = constantsOf(settings).length > 1 ? speakerGroups(heard, settings.innerFolds) : [];
  const stages = [...groups.map((group) => divided(heard, group)), { own: heard, left: [] }];
  const segments = stages.map(({ own }) => learnedOf(own, frontEnd, options).length * schedule.epochs);
  for (const file of unvoiced(heard, options))
    onEvent({ warning: `${file}: no frame is voiced, so that all of it counts as one voiced region` });
  const known = await readState(path, fold, options);
  const trials = known ? trialsIn(known.notes, path) : [];
  let resume: TrainingState | undefined = known && { tensors: known.tensors, history: known.history };

  const learn = (after: (history: readonly EpochReport[], network: LearnedNetwork) => Promise<void>) => {
    const [stage, before] = [trials.length, sum(segments.slice(0, trials.length))];
    const resumed = resume;
    resume = undefined; // of this stage alone
    const tell = (seen: number) => onEvent({ segmentsSeen: before + seen, segmentsInAll: sum(segments) });
    tell((segments[stage]! / schedule.epochs) * (resumed?.history.length ?? 0)); // the rate counts from here
    return learnNetwork(stages[stage]!.own, options, {
      ...{ resume: resumed, signal },
      onStep: tell,
      async onEpoch({ tensors, history }, network) {
        await after(history, network);
        const notes = { fold, history: JSON.stringify(history), trials: JSON.stringify(trials) };
        await writeState(path, { ...checkpoint, tensors, notes });
        if (stage === groups.length) onEvent({ history });
      },
    });
  };
  const dataOf = (own: readonly Heard[], network: LearnedNetwork) => elmDataOf(own, network, options);
  while (trials.length < groups.length) {
    const { own, left } = stages[trials.length]!;
    const network = await learn(async () => {});
    trials.push(tryAll(await dataOf(own, network), await dataOf(left, network), settings, seed));
  }
  const chosen = chosenOf(trials, settings);
  const inUse = async (network: LearnedNetwork, history: readonly EpochReport[]) => {
    const elm = fitWith(await dataOf(heard, network), settings, chosen, seed);
    const { tensors, notes } = partsOf({ ...network, elm, chosen, threshold: settings.threshold });
    return writeSystemCheckpoint({
      ...{ ...checkpoint, tensors: { ...network.weights, ...tensors } },
      notes: { fold, history: JSON.stringify(history), ...notes },
    });
  };
  if (resume) onEvent({ history: resume.history });
  const { history, ...network } = await learn(async (history, network) => {
    if (onEpoch) await onEpoch(history.length, await inUse(network, history));
  });
  return inUse(network, history);
}

const divided = (heard: readonly Heard[], group: readonly string[]) => ({
  own: heard.filter(({ speaker }) => !group.includes(speaker)),
  left: heard.filter(({ speaker }) => group.includes(speaker)),
});

/** What was tried before the state was written. */
function trialsIn({ trials }: Readonly<Record<string, string>>, path: string): Trial[] {
  const found = formOf(trials, v.pipe(v.string(), v.parseJson({}, 'JSON'), TRIALS));
  if ('value' in found) return found.value;
  throw new AttuneError(
    'run',
    `${path} is no state that training can go on from: it does not say what was tried. Delete it to train the fold anew.`,
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
