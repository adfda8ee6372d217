import { serveItems } from '../jobs/serve.ts';
import { createRecognizer } from '../recognize/recognizer.ts';
import {
  type RecordingReport,
  type ReportOptions,
  reportOn,
  type Source,
  type TurnsReport,
} from '../recognize/report.ts';
import { openCheckpoint } from './checkpoint.ts';

/** What each process that scores recordings is told. */
export interface WorkerSettings {
  /** path; absent: the weights that come with Attune */
  readonly checkpoint?: string;
  readonly threads: number;
  readonly report: ReportOptions;
}

serveItems<WorkerSettings, Source, RecordingReport | TurnsReport>(async ({ checkpoint, threads, report }) => {
  const recognizer = await createRecognizer(await openCheckpoint(checkpoint), { threads });
  return (source) => reportOn(source, recognizer, report);
});
