import { availableParallelism } from 'node:os';
import { AttuneError } from '../errors.ts';
import { inOrder } from '../jobs/crew.ts';
import { loadClassifier } from './hugging-face/classifier.ts';
import { type CheckpointChoice, openCheckpoint } from './open-checkpoint.ts';
import { createRecognizer, type RecognizeProgress } from './recognizer.ts';
import { type RecordingReport, type ReportOptions, reportOn, type Source, type TurnsReport } from './report.ts';

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

/**
 * What came of each recording, in order: of one with all threads, of several with a process a thread; a model of one's own in one process.
 *
 * @param onProgress told how far a single recording is
 * @returns for each its report, or the error with which it failed
 * @throws AttuneError `checkpoint` where the weights or the model are no good
 */
export async function* answersTo(
  sources: readonly Source[],
  settings: AnswerSettings,
  onProgress?: (progress: RecognizeProgress) => void,
): AsyncGenerator<Report | AttuneError> {
  const all = Math.min(settings.threads, availableParallelism());
  const processes = settings.model === undefined ? Math.min(all, sources.length) : 1;
  const threads = Math.floor(all / processes);
  if (processes > 1)
    return yield* inOrder<AnswerSettings, Source, Report>({
      entry: new URL('./answers-worker.js', import.meta.url),
      ...{ items: sources, processes, settings: { ...settings, threads } },
      nameOf: ({ file }) => file,
    });
  const recognizer =
    settings.model === undefined
      ? await createRecognizer(await openCheckpoint(settings), { threads })
      : await loadClassifier(settings.model, { threads });
  try {
    for (const source of sources)
      yield await reportOn(source, recognizer, settings.report, onProgress).catch((error) => {
        if (error instanceof AttuneError) return error;
        throw error;
      });
  } finally {
    await recognizer.close();
  }
}
