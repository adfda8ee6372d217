import { table } from '../../src/plain-table.ts';
import { median, round } from '../figures.ts';
import type { Machine } from '../machine.ts';
import { heading } from '../tables.ts';
import { type Call, START_SECONDS } from './plan.ts';
import type { Timed } from './run.ts';

/** What is aimed at on 2 cores, at 16 kHz. */
export const TARGETS = { times_real_time: 60, start_s: 0.6 };

/** A call and how often it was timed; the first call is the start. */
export interface Measured {
  readonly call: Pick<Call, 'key' | 'name' | 'audioSeconds'>;
  readonly times: readonly Timed[];
}

export type RecognizeFigures = ReturnType<typeof recognizeFigures>;

/**
 * Seconds of audio scored a second, by the medians: from the command to its end, and without the start, as a recording without end
 * would have it: what lies beyond the audio of the first call, by the time beyond that call's.
 */
export function recognizeFigures(machine: Machine, [start, ...others]: readonly Measured[]) {
  const middle = ({ times }: Measured, key: keyof Timed) => median(times.map((time) => time[key]));
  const wall = (measured: Measured) => middle(measured, 'wall_s');
  const [loaded, whole] = [middle(start!, 'loaded_s'), wall(start!)];
  return {
    ...machine,
    targets: TARGETS,
    repetitions: start!.times.length,
    start_s: round(whole),
    start_cpu_s: round(middle(start!, 'cpu_s')),
    start_parts_s: { imports: round(loaded), answer: round(whole - loaded) },
    calls: others.map((measured) => ({
      key: measured.call.key,
      name: measured.call.name,
      wall_s: round(wall(measured)),
      cpu_s: round(middle(measured, 'cpu_s')),
      times_real_time: round(measured.call.audioSeconds / wall(measured)),
      times_real_time_after_start: round((measured.call.audioSeconds - START_SECONDS) / (wall(measured) - whole)),
    })),
  };
}

export function recognizeTable(figures: RecognizeFigures): string {
  const { calls, start_s, start_cpu_s, start_parts_s: parts, targets, repetitions } = figures;
  return [
    heading(figures),
    `attune recognize, from file to answer, medians of ${repetitions}:`,
    '',
    table([
      ['', 's', 'processor s', 'times real time', 'without the start'],
      ...calls.map((call) => [
        call.name,
        call.wall_s.toFixed(2),
        call.cpu_s.toFixed(2),
        call.times_real_time.toFixed(1),
        call.times_real_time_after_start.toFixed(1),
      ]),
    ]),
    '',
    `from the command to the answer for ${START_SECONDS} s: ${start_s.toFixed(2)} s (processor ${start_cpu_s.toFixed(2)} s), of which process and imports ${parts.imports.toFixed(2)}, checkpoint, graph, decoding and scoring ${parts.answer.toFixed(2)}`,
    `aimed at, on 2 cores: ${targets.times_real_time} times real time at 16 kHz, ${targets.start_s} s to the answer`,
  ].join('\n');
}
