import { classesOf } from '../../corpus/classes.ts';
import type { DescriptorFrontEnd } from '../../features/descriptors/front-end.ts';
import { namesOf } from '../../features/descriptors/sets.ts';
import { type Moments, momentsOf } from '../../features/descriptors/standardize.ts';
import type { Weights } from '../../model/network.ts';
import type { RunOptions } from '../../run/run-files.ts';
import type { ElmData } from '../../train/learners/elm.ts';
import type { ElmSettings } from '../../train/learners/elm-settings.ts';
import { utteranceNumbers } from '../../train/learners/utterance-numbers.ts';
import { initialState, type TrainingOptions, type TrainingState, train, weightsOf } from '../../train/loop.ts';
import { segmentLesson, sequenceLesson } from './data.ts';
import type { Heard } from './heard.ts';
import { ofClasses, openNetwork } from './network.ts';

/** Of a run whose front end describes frames, with an extreme learning machine behind the network. */
export interface ElmOptions extends RunOptions {
  readonly frontEnd: DescriptorFrontEnd;
  readonly elm: ElmSettings;
}

/** A network that has learned, and what brings its inputs to mean 0 and deviation 1. */
export interface LearnedNetwork {
  readonly weights: Weights;
  readonly moments: Moments;
}

interface StageOptions extends Pick<TrainingOptions, 'resume' | 'signal' | 'onStep'> {
  readonly onEpoch: (state: TrainingState, learned: LearnedNetwork) => Promise<void>;
}

/** Trains a network on some recordings; as `train`. */
export async function learnNetwork(
  heard: readonly Heard[],
  options: ElmOptions,
  { onEpoch, ...stage }: StageOptions,
): Promise<LearnedNetwork & Pick<TrainingState, 'history'>> {
  const { frontEnd, architecture, threads, schedule, seed, optimizer } = options;
  const moments = momentsOf(
    heard.map(({ values }) => values),
    namesOf(frontEnd.set).length,
  );
  const { data, before } =
    architecture.kind === 'blstm'
      ? sequenceLesson(heard, frontEnd, architecture, moments, options)
      : segmentLesson(heard, frontEnd, moments, options);
  const prepareEpoch = async (weights: Weights, done: number) => {
    if (!before || done === schedule.epochs) return;
    const network = await openNetwork({ architecture, frontEnd, weights, moments }, threads);
    await before(network, stage.signal).finally(() => network.close());
  };
  const start = stage.resume ?? initialState(architecture, seed, optimizer);
  await prepareEpoch(weightsOf(start), start.history.length);
  const state = await train(data, {
    ...{ ...options, ...stage },
    async onEpoch(state) {
      const weights = weightsOf(state);
      await onEpoch(state, { weights, moments });
      await prepareEpoch(weights, state.history.length);
    },
  });
  return { weights: weightsOf(state), moments, history: state.history };
}

/** What an extreme learning machine learns of recordings, or is tried on, by what a network says of them. */
export async function elmDataOf(
  heard: readonly Heard[],
  { weights, moments }: LearnedNetwork,
  { architecture, frontEnd, elm, threads, ...options }: ElmOptions,
): Promise<ElmData> {
  const classes = classesOf(options).length;
  const network = await openNetwork({ architecture, frontEnd, weights, moments }, threads);
  try {
    const inputs: Float32Array[] = [];
    for (const { values } of heard) {
      const said = ofClasses(await network.probabilities(values), network.outputs, classes);
      inputs.push(utteranceNumbers(said, classes, elm.threshold));
    }
    return { inputs, labels: heard.map(({ label }) => label), classes };
  } finally {
    await network.close();
  }
}
