import { availableParallelism, totalmem } from 'node:os';

/** What one fold's process takes of memory at batch 64, bytes. */
const PROCESS_MEMORY = 1.5e9;

/** As many folds at a time as this machine has cores and memory for, 1 or more. */
export const fittingJobs = () =>
  Math.max(1, Math.min(availableParallelism(), Math.floor((0.8 * totalmem()) / PROCESS_MEMORY)));
