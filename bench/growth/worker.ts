import type { Work } from '../../src/jobs/units.ts';
import type { Timing } from '../measurements.ts';
import { type GrowthUnit, timeSteps } from './measurements.ts';

/** Times the steps of one process. */
export const work: Work<GrowthUnit, Timing> = async (unit, { tell }) => {
  const seconds = await timeSteps(unit);
  tell({ seconds, peakRssMb: process.resourceUsage().maxRSS / 1024 });
};
