import { join } from 'node:path';
import { createReader, readSame } from '../audio/reader.ts';
import type { Waveform } from '../audio/waveform.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import { recognizerBehind } from '../recognize/open-recognizer.ts';
import type { Recognition } from '../recognize/recognizer.ts';
import type { Recording } from '../run/run-files.ts';
import type { Prediction } from '../statistics/prediction.ts';

/** What scoring asks of a recording. */
export type Scored = Pick<
  Recording,
  'utterance' | 'file' | 'start' | 'end' | 'sha256' | 'speaker' | 'emotion' | 'fold'
>;

/** Reads recordings of a corpus folder; AttuneError `corpus` where one has changed since the manifest was written. */
export function createRecordingReader(directory: string): (recording: Scored) => Promise<Waveform> {
  const reader = createReader();
  return async (recording) =>
    (await readSame(reader, join(directory, recording.file), recording.sha256, recording)).waveform;
}

export interface RecognizeEachOptions {
  /** within one operator; default: as many as there are cores */
  readonly threads?: number | undefined;
  /** default: the checkpoint's own */
  readonly temperature?: number;
  /** the file of an encoder of the user's own, where the network was trained behind one */
  readonly encoder?: string | undefined;
  readonly onProgress?: ((done: number, inAll: number) => void) | undefined;
  /** aborted, scoring stops within a second or two and its reason is thrown */
  readonly signal?: AbortSignal | undefined;
}

/** What a checkpoint says of each recording, in order, the way its users hear it. */
export async function* recognizeEach<T extends Scored>(
  checkpoint: Checkpoint,
  recordings: readonly T[],
  read: (recording: T) => Promise<Waveform>,
  { threads, temperature, encoder, onProgress, signal }: RecognizeEachOptions,
): AsyncGenerator<{ readonly recording: T; readonly recognition: Recognition }> {
  const recognizer = await recognizerBehind(checkpoint, encoder, {
    ...(threads !== undefined && { threads }),
    ...(temperature !== undefined && { temperature }),
  });
  try {
    for (const [i, recording] of recordings.entries()) {
      signal?.throwIfAborted();
      const recognition = await recognizer.recognize(await read(recording), { ...(signal && { signal }) });
      yield { recording, recognition };
      onProgress?.(i + 1, recordings.length);
    }
  } finally {
    await recognizer.close();
  }
}

/** Values by class in the order of the classes. */
export const inOrder = (values: Readonly<Record<string, number>>, classes: readonly string[]): number[] =>
  classes.map((name) => values[name]!);

export interface ScorerOptions {
  readonly threads: number;
  /** whether recordings will be scored more than once, and so are kept in memory, 64 kB a second */
  readonly again: boolean;
  /** as {@link RecognizeEachOptions.encoder} */
  readonly encoder?: string | undefined;
}

/** A function that scores recordings with a checkpoint. */
export function createScorer(directory: string, { threads, again, encoder }: ScorerOptions) {
  const kept = new Map<string, Waveform>();
  const reader = createRecordingReader(directory);
  const read = async (recording: Recording) => {
    const waveform = kept.get(recording.utterance) ?? (await reader(recording));
    if (again) kept.set(recording.utterance, waveform);
    return waveform;
  };
  return async (
    checkpoint: Checkpoint,
    recordings: readonly Recording[],
    signal?: AbortSignal,
  ): Promise<Prediction[]> => {
    const predictions: Prediction[] = [];
    for await (const { recording, recognition } of recognizeEach(checkpoint, recordings, read, {
      ...{ threads, encoder, signal },
    })) {
      const { utterance, speaker, fold, emotion } = recording;
      const probabilities = inOrder(recognition.probabilities, checkpoint.classes);
      predictions.push({ utterance, speaker, fold: fold!, emotion, predicted: recognition.emotion, probabilities });
    }
    return predictions;
  };
}
