import { endWork } from '../../../dist/jobs/failures.js';
import { queueExecutor } from '../../../dist/jobs/queue/coordinator.js';
import { SLOW } from './kind.js';

// A coordinator of a queue in a process of its own: `coordinator.js OPTIONS FOLDER UNITS`, the first and last JSON.

const [options, folder, units] = process.argv.slice(2);
const say = (text) => process.stdout.write(`${text}\n`);
try {
  await queueExecutor(JSON.parse(options)).execute({
    ...{ kind: SLOW, units: JSON.parse(units), folder, shared: [], means: { corpora: [], cache: '' } },
    nameOf: ({ value }) => `unit ${value}`,
    filesOf: ({ value }) => ({ left: [`${value}.txt`] }),
    onEvent: ({ value }) => say(`unit ${value} began`),
    onDone: ({ value }) => say(`unit ${value} is here`),
    onFailed: endWork,
    onNote: say,
  });
  say('all are done');
} catch (error) {
  say(error.message);
  process.exit(1);
}
