import { serveUnit } from '../src/jobs/unit.ts';
import { type GrowthUnit, timeSteps } from './growth-measurements.ts';
import type { Timing } from './measurements.ts';

serveUnit<GrowthUnit, Timing>(async (unit, tell) => {
  const seconds = await timeSteps(unit);
  tell({ seconds, peakRssMb: process.resourceUsage().maxRSS / 1024 });
});
