import { serveItems } from '../jobs/serve.ts';
import type { AnswerSettings, Report } from './answers.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { createRecognizer } from './recognizer.ts';
import { reportOn, type Source } from './report.ts';

serveItems<AnswerSettings, Source, Report>(async ({ checkpoint, threads, report }) => {
  const recognizer = await createRecognizer(await openCheckpoint(checkpoint), { threads });
  return (source) => reportOn(source, recognizer, report);
});
