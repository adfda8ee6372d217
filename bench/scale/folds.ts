import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { readLog } from '../../src/run/run-folder.ts';
import { median, round } from '../figures.ts';
import { inTemporaryFolder } from '../temporary.ts';
import { attune, hireWorkers } from './attune.ts';
import { emodbFiles, nameAlso } from './emodb.ts';
import { OFTEN, startRedis } from './redis.ts';
import type { Measuring } from './store.ts';

/** Folds of one cross-validation, by so many processes of one machine or workers of a queue. */
export interface FoldsRow {
  readonly processes: number;
  /** each time, s, from the first fold's begin to the last one's end */
  readonly local_s: readonly number[];
  readonly queue_s: readonly number[];
  readonly local_folds_per_h: number;
  readonly queue_folds_per_h: number;
  /** how much longer a queue takes, share of the local time, by the medians */
  readonly overhead: number;
  /** whether `predictions.csv` has the same bytes */
  readonly same_bytes: boolean;
  /** until the workers waited for units, s: not in the times above */
  readonly workers_start_s: number;
}

export interface FoldsFigures {
  readonly corpus: string;
  readonly folds: number;
  readonly recordings: number;
  readonly epochs: number;
  readonly rows: readonly FoldsRow[];
}

/**
 * Four of EmoDB's ten speakers, for some ten seconds of training a fold. Single runs differ by
 * 15 %, and a machine's pace drifts: many pairs, either first in turn.
 */
const AMOUNT = { speakers: ['03', '08', '09', '10'], epochs: 1, processes: [1, 2, 4], times: 6 };
const ABSENT = 'speaker-missing:11,12,13,14,15,16';
const LITTLE = { epochs: 1, processes: [2], times: 1 };

/** The same folds on this machine and by workers of a queue, either first in turn. */
export const measureFolds = ({ quick, say, keep }: Measuring<FoldsFigures>): Promise<void> =>
  inTemporaryFolder('scale', async (folder) => {
    const { epochs, processes, times } = quick ? LITTLE : AMOUNT;
    const corpus = await (quick ? synthetic(folder) : fewOfEmodb(folder));
    const cache = join(folder, 'cache');
    const settings = ['--epochs', `${epochs}`, '--cache', cache, ...(quick ? [] : ['--accept', ABSENT])];
    const run = async (out: string, how: readonly string[]): Promise<Run> => {
      await attune(['crossval', corpus, '--out', join(folder, out), ...settings, ...how]);
      return readRun(join(folder, out));
    };
    await attune(['crossval', corpus, '--out', join(folder, 'warm'), ...settings, '--jobs', '2']);
    const rows: FoldsRow[] = [];
    for (const count of processes) {
      const [local, queue, starts]: [Run[], Run[], number[]] = [[], [], []];
      const here = async (i: number) => {
        local.push(await run(`local-${count}-${i}`, ['--jobs', `${count}`]));
      };
      const there = async (i: number) => {
        const redis = await startRedis(OFTEN);
        const workers = await hireWorkers(redis.url, count, ['--corpus-dir', corpus, '--cache', cache]);
        try {
          queue.push(await run(`queue-${count}-${i}`, ['--queue', redis.url]));
        } finally {
          await workers.dismiss();
          await redis.stop();
        }
        starts.push(workers.startSeconds);
      };
      for (let i = 0; i < times; i++) {
        for (const measure of i % 2 ? [there, here] : [here, there]) await measure(i);
        say(`${count} processes: ${local.at(-1)!.seconds} s here, ${queue.at(-1)!.seconds} s over the queue`);
      }
      rows.push(rowOf(count, local, queue, starts));
      const { folds, recordings } = local[0]!;
      await keep({ corpus: quick ? 'synthetic voices' : 'EmoDB, 4 speakers', folds, recordings, epochs, rows });
    }
  });

interface Run {
  readonly seconds: number;
  readonly folds: number;
  readonly recordings: number;
  readonly predictions: string;
}

function rowOf(processes: number, local: readonly Run[], queue: readonly Run[], starts: readonly number[]): FoldsRow {
  const [here, there] = [local, queue].map((runs) => runs.map(({ seconds }) => seconds)) as [number[], number[]];
  const perHour = (seconds: readonly number[]) => round((3600 * local[0]!.folds) / median(seconds));
  return {
    ...{ processes, local_s: here, queue_s: there },
    ...{ local_folds_per_h: perHour(here), queue_folds_per_h: perHour(there) },
    overhead: round(median(there) / median(here) - 1),
    same_bytes: new Set([...local, ...queue].map(({ predictions }) => predictions)).size === 1,
    workers_start_s: round(median(starts)),
  };
}

/** By the log: what comes before the first fold and after the last is the same for both. */
async function readRun(out: string): Promise<Run> {
  const log = await readLog(out);
  const time = (event: string) => log.filter((entry) => entry.event === event).map((entry) => Date.parse(entry.time));
  const predictions = await readFile(join(out, 'predictions.csv'), 'utf8');
  const ends = time('fold');
  return {
    seconds: round((Math.max(...ends) - Math.min(...time('start'))) / 1000),
    ...{ folds: ends.length, recordings: predictions.trim().split('\n').length - 1, predictions },
  };
}

async function synthetic(folder: string): Promise<string> {
  const corpus = join(folder, 'voices');
  await writeSyntheticCorpus(corpus, { speakers: 2, utterancesPerEmotion: 1, seed: 5 });
  return corpus;
}

async function fewOfEmodb(folder: string): Promise<string> {
  const corpus = join(folder, 'emodb');
  for (const file of await emodbFiles())
    if (AMOUNT.speakers.some((speaker) => basename(file).startsWith(speaker)))
      await nameAlso(file, join(corpus, basename(file)));
  return corpus;
}
