import { checkArgument } from '../json.ts';
import { ARCHITECTURE, checkFit } from '../model/architecture.ts';
import type { RunOptions } from '../run/run-files.ts';
import { checkSchedule } from '../train/schedule.ts';
import { checkSystem } from './systems.ts';

/**
 * Refuses options that no run can have, before anything is read.
 *
 * @throws AttuneError `usage`
 */
export function checkOptions(options: RunOptions): void {
  checkSchedule(options.schedule);
  checkArgument(options.architecture, ARCHITECTURE, 'the architecture');
  checkFit(options.architecture, options.frontEnd);
  checkSystem(options);
}
