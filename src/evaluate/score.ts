import { join } from 'node:path';
import { createReader, readSame } from '../audio/reader.ts';
import type { Waveform } from '../audio/waveform.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import { createRecognizer } from '../recognize/recognizer.ts';
import type { Recording } from '../run/run-files.ts';
import type { Prediction } from '../statistics/prediction.ts';

export interface ScorerOptions {
  readonly threads: number;
  /** whether the recordings will be scored more than once, and so are kept in memory, 64 kB a second */
  readonly again: boolean;
}

/**
 * A function that scores recordings with a checkpoint, the way its users will. It throws AttuneError `run` where one has changed since
 * the manifest was written.
 */
export function createScorer(recordings: readonly Recording[], directory: string, { threads, again }: ScorerOptions) {
  const kept = new Map<string, Waveform>();
  const reader = createReader();
  const read = async (recording: Recording) => {
    const { utterance, file, sha256 } = recording;
    const before = kept.get(utterance);
    if (before) return before;
    const { waveform } = await readSame(reader, join(directory, file), sha256, recording);
    if (again) kept.set(utterance, waveform);
    return waveform;
  };

  return async (checkpoint: Checkpoint): Promise<Prediction[]> => {
    const recognizer = await createRecognizer(checkpoint, { threads });
    const predictions: Prediction[] = [];
    for (const recording of recordings) {
      const { utterance, speaker, fold, emotion } = recording;
      const { emotion: predicted, probabilities } = await recognizer.recognize(await read(recording));
      const inOrder = checkpoint.classes.map((name) => (probabilities as Readonly<Record<string, number>>)[name]!);
      predictions.push({ utterance, speaker, fold: fold!, emotion, predicted, probabilities: inOrder });
    }
    await recognizer.close();
    return predictions;
  };
}
