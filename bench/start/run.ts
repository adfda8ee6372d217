import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AttuneError } from '../../src/errors.ts';
import { DEFAULT_SCHEDULE } from '../../src/train/schedule.ts';
import { EPOCHS, type Moment, type Start, startOf, stepsOf } from './timeline.ts';

const COMMAND = fileURLToPath(new URL('../../bin/attune.js', import.meta.url));
const OBSERVER = new URL('./observer.js', import.meta.url).href;
const MARK = 'attune-start ';

/** So many steps of an epoch, counted from 1. */
export interface Until {
  readonly epoch: number;
  readonly steps: number;
}

/**
 * Runs `attune crossval` in a process of its own and ends it when its first fold has done so many steps of an epoch.
 *
 * @param corpus folder of recordings
 * @param out folder for the run, which must not be there yet
 * @param cache folder of cached features
 * @throws AttuneError `run` where the command ends before that, with what it said
 */
export async function runStart(corpus: string, out: string, cache: string, until: Until): Promise<Start> {
  const spawned = performance.timeOrigin + performance.now();
  const child = spawn(process.execPath, [COMMAND, 'crossval', corpus, '--epochs', `${EPOCHS}`, '--out', out], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      ATTUNE_CACHE: cache,
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import ${OBSERVER}`,
    },
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve())); // its folds, which share stderr, are gone too
  const kill = () => child.kill('SIGKILL'); // its folds end with it
  process.once('exit', kill);
  const moments: Moment[] = [];
  const said: string[] = [];
  const stepsDone = () => stepsOf(moments).filter(({ epoch }) => epoch === until.epoch).length;
  for await (const line of createInterface({ input: child.stderr })) {
    if (line.startsWith(MARK)) moments.push(JSON.parse(line.slice(MARK.length)));
    else said.push(line);
    if (stepsDone() >= until.steps) break;
  }
  const done = stepsDone();
  process.off('exit', kill);
  kill();
  for (const { name, process: fold } of moments) if (name === 'fold-forked') killIfThere(fold);
  child.stderr.resume();
  await closed;
  if (done < until.steps)
    throw new AttuneError(
      'run',
      `attune crossval ended after ${done} training steps of epoch ${until.epoch}, expected ${until.steps}, each of ${DEFAULT_SCHEDULE.batchSize} segments; give a larger corpus if it is well. It said: ${said.slice(-3).join(' / ')}`,
    );
  return startOf(spawned, moments);
}

function killIfThere(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
