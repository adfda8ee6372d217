import * as v from 'valibot';
import { AttuneError } from '../src/errors.ts';
import { type Program, type Running, start } from './program.ts';

const READY = v.object({ ready: v.literal(true) });
const REPORT = v.object({ segments: v.number(), seconds: v.number(), peakRssMb: v.number() });

export interface TogetherReport {
  /** of all processes */
  readonly segmentsPerSecond: number;
  /** of all processes */
  readonly peakRssMb: number;
}

/**
 * Trains in several processes at the same time: each warms up and says that it is ready; when all are, they start, and none ends
 * before all have reported.
 *
 * @throws AttuneError `run` where one of them fails
 */
export async function runTogether(program: Program, processes: number): Promise<TogetherReport> {
  const running: Running[] = [];
  try {
    for (let i = 0; i < processes; i++) running.push(await start(program));
    await Promise.all(running.map((one) => one.next(READY)));
    for (const one of running) one.say('go');
    const reports = await Promise.all(running.map((one) => one.next(REPORT)));
    return {
      segmentsPerSecond: sum(reports.map(({ segments, seconds }) => segments / seconds)),
      peakRssMb: sum(reports.map(({ peakRssMb }) => peakRssMb)),
    };
  } catch (cause) {
    throw new AttuneError(
      'run',
      `of ${processes} processes that train together (--processes) one failed: ${(cause as Error).message}`,
      { cause },
    );
  } finally {
    for (const one of running) one.kill();
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
