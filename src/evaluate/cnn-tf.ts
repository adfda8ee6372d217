import { classesOf } from '../corpus/classes.ts';
import { openCache } from '../features/cache.ts';
import type { FrontEnd } from '../features/front-end.ts';
import { createNetwork } from '../model/architecture.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../model/checkpoint.ts';
import type { RunOptions } from '../run/run-files.ts';
import { type TrainingState, train, weightsOf } from '../train/loop.ts';
import { createScorer } from './score.ts';
import { startOf } from './starting-weights.ts';
import type { Place, System } from './system.ts';
import { trainingData } from './training-data.ts';
import { readState, writeState } from './training-state.ts';

/** Of a run whose front end cuts segments. */
export interface SegmentOptions extends RunOptions {
  readonly frontEnd: FrontEnd;
}

/** A network on time and frequency: it learns by gradient from segments, and the mean over its segments is an utterance's probability. */
export function cnnTf(options: SegmentOptions, { directory, cache, encoder }: Place): System {
  const { architecture, frontEnd, schedule, threads, scoreEveryEpoch = false } = options;
  const scorer = createScorer(directory, { threads, again: scoreEveryEpoch, encoder });
  return {
    async fit(recordings, { init, provenance: own, resume: path, fold, signal, onEvent, onEpoch }) {
      const start = init === undefined ? undefined : await startOf(init, options);
      const provenance = start ? start.onTop(own) : own;
      const asCheckpoint = ({ tensors, history }: TrainingState): Checkpoint => ({
        ...{ architecture, frontEnd, classes: classesOf(options), tensors, provenance },
        notes: { fold, history: JSON.stringify(history) },
      });
      const inUse = (state: TrainingState) => writeCheckpoint(asCheckpoint({ ...state, tensors: weightsOf(state) }));
      const settlesByCopies = !start && createNetwork(architecture).settlesByCopies === true; // weights to start from are settled
      const data = await trainingData(recordings, await openCache(cache, frontEnd), { ...options, settlesByCopies });
      const segmentsInAll = data.labels.length * schedule.epochs;
      const resume = await readState(path, fold, options);
      if (resume) onEvent({ history: resume.history });
      const before = data.labels.length * (resume?.history.length ?? 0);
      onEvent({ segmentsSeen: before, segmentsInAll }); // the rate counts from here
      const state = await train(data, {
        ...options,
        ...{ start: start?.weights, resume, signal },
        onStep: (segmentsSeen) => onEvent({ segmentsSeen, segmentsInAll }),
        async onEpoch(state) {
          const { history } = state;
          await onEpoch?.(history.length, inUse(state));
          await writeState(path, asCheckpoint(state));
          onEvent({ history });
        },
      });
      return inUse(state);
    },
    score: (fitted, name, recordings, signal) => scorer(readCheckpoint(fitted, name), recordings, signal),
  };
}
