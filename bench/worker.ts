import { serveUnit } from '../src/jobs/unit.ts';
import { MEASUREMENTS, type Task, type Timing } from './measurements.ts';

serveUnit<Task, Timing>(async (task, tell) => {
  const seconds = await MEASUREMENTS[task.what](task);
  tell({ seconds, peakRssMb: process.resourceUsage().maxRSS / 1024 });
});
