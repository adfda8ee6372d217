import { serveItems } from '../jobs/serve.ts';
import { createRecognizer } from '../recognize/recognizer.ts';
import { type RecordingReport, reportOn, type Source, type TurnsReport } from '../recognize/report.ts';
import type { TimelineOptions } from '../recognize/timeline.ts';
import { openCheckpoint } from './checkpoint.ts';

/** What each process that scores recordings is told. */
export interface WorkerSettings {
  /** path; absent: the weights that come with Attune */
  readonly checkpoint?: string;
  readonly threads: number;
  readonly timeline: TimelineOptions;
}

serveItems<WorkerSettings, Source, RecordingReport | TurnsReport>(async ({ checkpoint, threads, timeline }) => {
  const recognizer = await createRecognizer(await openCheckpoint(checkpoint), { threads });
  return (source) => reportOn(source, recognizer, timeline);
});
