import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { serveItems } from '../src/jobs/serve.ts';
import { Fault, type Settings, type Trial } from './target.ts';
import { type Case, randomOf, TARGETS } from './targets.ts';

export interface WorkerSettings extends Settings {
  readonly seed: number;
  /** for the files of trials */
  readonly folder: string;
  /** an input that takes longer is a hang */
  readonly timeoutSeconds: number;
  /** a process that has ever taken more has a fault */
  readonly memoryMegabytes: number;
  /** where inputs that failed are written */
  readonly keep: string;
  /** whether every input is written, before it is tried */
  readonly keepAll: boolean;
}

export type Outcome = { readonly ended: 'taken' | 'refused' } | { readonly fault: string };

/** Kills this process where a trial does not end, which the process itself cannot see while it is busy. */
const WATCHDOG = `
  const { parentPort } = require('node:worker_threads');
  let timer;
  parentPort.on('message', (milliseconds) => {
    clearTimeout(timer);
    if (milliseconds) timer = setTimeout(() => process.kill(process.pid, 'SIGXCPU'), milliseconds);
  });
`;

const peakMegabytes = () => process.resourceUsage().maxRSS / 1024;

serveItems<WorkerSettings, Case, Outcome>(async (settings) => {
  const watchdog = new Worker(WATCHDOG, { eval: true });
  watchdog.unref();
  const folder = await mkdtemp(join(settings.folder, 'worker-'));
  const ready = new Map<string, ReturnType<(typeof TARGETS)[number]['prepare']>>();
  const trialOf = async (item: Case): Promise<Trial> => {
    const target = TARGETS.find(({ name }) => name === item.target)!;
    if (!ready.has(item.target)) ready.set(item.target, target.prepare(folder, settings));
    return (await ready.get(item.target)!)(randomOf(settings.seed, item));
  };
  return async (item) => {
    const trial = await trialOf(item);
    const write = async () => {
      await mkdir(settings.keep, { recursive: true });
      await writeFile(join(settings.keep, `${item.target}-${item.index}`), trial.input);
    };
    if (settings.keepAll) await write();
    const before = peakMegabytes();
    watchdog.postMessage(settings.timeoutSeconds * 1000);
    try {
      const ended = await trial.run();
      const peak = peakMegabytes();
      if (before <= settings.memoryMegabytes && peak > settings.memoryMegabytes)
        throw new Fault(`the process took ${peak.toFixed(0)} MB, ${before.toFixed(0)} before`);
      return { ended };
    } catch (error) {
      await write();
      const text = error instanceof Fault ? error.message : `${(error as Error)?.stack ?? error}`;
      return { fault: `from ${trial.seed}: ${text}` };
    } finally {
      watchdog.postMessage(0);
    }
  };
});
