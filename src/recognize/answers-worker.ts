import { serveItems } from '../jobs/serve.ts';
import type { Report, WorkerSettings } from './answers.ts';
import { openRecognizer } from './open-recognizer.ts';
import { type HeardRecording, type Source, WORKS } from './report.ts';

serveItems<WorkerSettings, Source, Report | HeardRecording>(async ({ threads, work, report, ...choice }) => {
  const recognizer = await openRecognizer(choice, { threads });
  return (source) => WORKS[work](source, recognizer, report);
});
