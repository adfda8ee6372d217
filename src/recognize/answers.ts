import { availableParallelism } from 'node:os';
import { AttuneError } from '../errors.ts';
import { inOrder } from '../jobs/crew.ts';
import { loadClassifier } from './hugging-face/classifier.ts';
import type { CheckpointChoice } from './open-checkpoint.ts';
import { openRecognizer } from './open-recognizer.ts';
import type { RecognizeProgress } from './recognizer.ts';
import {
  type HeardRecording,
  type RecordingReport,
  type ReportOptions,
  type Source,
  type TurnsReport,
  WORKS,
  type Work,
} from './report.ts';

/** What is said of one recording. */
export type Report = RecordingReport | TurnsReport;

/** How recordings are answered. */
export interface AnswerSettings extends CheckpointChoice {
  /** in place of a checkpoint: the folder of an audio classifier, which one process runs, for it may be large */
  readonly model?: string;
  /** cores to use, 1 or more; more than there are count as all */
  readonly threads: number;
  readonly report: ReportOptions;
}

type OnProgress = (progress: RecognizeProgress) => void;

/**
 * What came of each recording, in order: of one with all threads, of several with a process a thread; a model of one's own in one process.
 *
 * @param onProgress told how far a single recording is
 * @returns for each its report, or the error with which it failed
 * @throws AttuneError `checkpoint` where the weights or the model are no good
 */
export const answersTo = (sources: readonly Source[], settings: AnswerSettings, onProgress?: OnProgress) =>
  each<Report>('report', sources, settings, onProgress);

/** As {@link answersTo}, before anything is told of what was heard. */
export const heardOf = (sources: readonly Source[], settings: AnswerSettings, onProgress?: OnProgress) =>
  each<HeardRecording>('listen', sources, settings, onProgress);

/** What a process of several is told. */
export type WorkerSettings = AnswerSettings & { readonly work: Work };

async function* each<Result extends Report | HeardRecording>(
  work: Work,
  sources: readonly Source[],
  settings: AnswerSettings,
  onProgress: OnProgress | undefined,
): AsyncGenerator<Result | AttuneError> {
  const all = Math.min(settings.threads, availableParallelism());
  const processes = settings.model === undefined ? Math.min(all, sources.length) : 1;
  const threads = Math.floor(all / processes);
  if (processes > 1)
    return yield* inOrder<WorkerSettings, Source, Result>({
      entry: new URL('./answers-worker.js', import.meta.url),
      ...{ items: sources, processes, settings: { ...settings, threads, work } },
      nameOf: ({ file }) => file,
    });
  const recognizer =
    settings.model === undefined
      ? await openRecognizer(settings, { threads })
      : await loadClassifier(settings.model, { threads });
  try {
    for (const source of sources)
      yield (await WORKS[work](source, recognizer, settings.report, onProgress).catch((error) => {
        if (error instanceof AttuneError) return error;
        throw error;
      })) as Result | AttuneError;
  } finally {
    await recognizer.close();
  }
}
