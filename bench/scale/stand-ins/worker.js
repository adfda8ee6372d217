import { startWorker } from '../../../dist/jobs/queue/worker.js';
import './kind.js';

// A worker of a queue in a process of its own: `worker.js OPTIONS MEANS`, both JSON. What happens is told on stdout.

const [options, means] = process.argv.slice(2).map((text) => JSON.parse(text));
const say = (text) => process.stdout.write(`${text}\n`);
try {
  const worker = await startWorker(options, means, {
    onNote: say,
    onUnit: (name, what, why) => say(`${name} ${what}${why === undefined ? '' : `: ${why}`}`),
  });
  say(`waits as ${worker.name}`);
  process.once('SIGTERM', () => worker.drain().then(() => process.exit()));
} catch (error) {
  say(error.message);
  process.exit(1);
}
