import { join } from 'node:path';
import { readAudioFile } from '../audio/file.ts';
import type { Waveform } from '../audio/waveform.ts';
import { EMOTIONS } from '../corpus/emotions.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import { createRecognizer } from '../recognize/recognizer.ts';
import type { Prediction } from './prediction.ts';
import type { Recording } from './run-files.ts';

export interface ScorerOptions {
  readonly threads: number;
  /** whether the recordings will be scored more than once, and so are kept in memory, 64 kB a second */
  readonly again: boolean;
}

/** A function that scores recordings with a checkpoint, the way its users will. */
export function createScorer(recordings: readonly Recording[], directory: string, { threads, again }: ScorerOptions) {
  const kept = new Map<string, Waveform>();
  const read = async (file: string) => {
    const before = kept.get(file);
    if (before) return before;
    const { waveform } = await readAudioFile(join(directory, file));
    if (again) kept.set(file, waveform);
    return waveform;
  };

  return async (checkpoint: Checkpoint): Promise<Prediction[]> => {
    const recognizer = await createRecognizer(checkpoint, { threads });
    const predictions: Prediction[] = [];
    for (const { file, utterance, speaker, fold, emotion } of recordings) {
      const { emotion: predicted, probabilities } = await recognizer.recognize(await read(file));
      const inOrder = EMOTIONS.map((name) => probabilities[name]);
      predictions.push({ utterance, speaker, fold: fold!, emotion, predicted, probabilities: inOrder });
    }
    await recognizer.close();
    return predictions;
  };
}
