import { classesOf } from '../../corpus/classes.ts';
import { openCache } from '../../features/cache.ts';
import { descriptors } from '../../features/descriptors/descriptors.ts';
import type { Prediction } from '../../statistics/prediction.ts';
import { elmOutputs } from '../../train/learners/elm.ts';
import { asProbabilities, utteranceNumbers } from '../../train/learners/utterance-numbers.ts';
import { createRecordingReader } from '../score.ts';
import type { Place, System } from '../system.ts';
import { greatest } from './choose.ts';
import { fitInStages } from './fit.ts';
import { readFitted } from './fitted.ts';
import { heardIn } from './heard.ts';
import { ofClasses, openNetwork } from './network.ts';
import type { ElmOptions } from './stage.ts';

/**
 * A network on segments or frames of descriptors, and an extreme learning machine on what it says of all of an utterance (Han et al.,
 * Interspeech 2014; Lee and Tashev, Interspeech 2015).
 */
export function elmSystem(options: ElmOptions, { directory, cache }: Place): System {
  const classes = classesOf(options);
  return {
    async fit(recordings, given) {
      const heard = heardIn(await openCache(cache, options.frontEnd), recordings, classes);
      return fitInStages(heard, options, given);
    },
    async score(fitted, name, recordings, signal) {
      const { checkpoint, moments, elm, threshold } = readFitted(fitted, name);
      const { architecture, frontEnd, tensors: weights } = checkpoint;
      const read = createRecordingReader(directory);
      const network = await openNetwork({ architecture, frontEnd, weights, moments }, options.threads);
      try {
        const predictions: Prediction[] = [];
        for (const recording of recordings) {
          signal?.throwIfAborted();
          const { samples } = await read(recording);
          const said = await network.probabilities(descriptors(samples, frontEnd.set).values);
          const numbers = utteranceNumbers(ofClasses(said, network.outputs, classes.length), classes.length, threshold);
          const outputs = elmOutputs(elm, numbers);
          const { utterance, speaker, fold, emotion } = recording;
          predictions.push({
            ...{ utterance, speaker, fold: fold!, emotion },
            ...{ predicted: classes[greatest(outputs)]!, probabilities: asProbabilities(outputs) },
          });
        }
        return predictions;
      } finally {
        await network.close();
      }
    },
    chosen: (fitted, name) => readFitted(fitted, name).chosen,
  };
}
