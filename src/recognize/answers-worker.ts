import { serveItems } from '../jobs/serve.ts';
import type { Report, WorkerSettings } from './answers.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { createRecognizer } from './recognizer.ts';
import { type HeardRecording, type Source, WORKS } from './report.ts';

serveItems<WorkerSettings, Source, Report | HeardRecording>(async ({ threads, work, report, ...choice }) => {
  const recognizer = await createRecognizer(await openCheckpoint(choice), { threads });
  return (source) => WORKS[work](source, recognizer, report);
});
