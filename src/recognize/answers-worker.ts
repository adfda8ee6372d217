import { serveItems } from '../jobs/serve.ts';
import type { AnswerSettings, Report } from './answers.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { createRecognizer } from './recognizer.ts';
import { reportOn, type Source } from './report.ts';

serveItems<AnswerSettings, Source, Report>(async ({ threads, report, ...choice }) => {
  const recognizer = await createRecognizer(await openCheckpoint(choice), { threads });
  return (source) => reportOn(source, recognizer, report);
});
