import { leakOf, type Marks } from '../corpus/leaks.ts';
import type { Manifest, RunOptions } from './run-files.ts';

/** What must be said with every figure of a run. */
export function marksOf({ protocol, init }: Pick<RunOptions, 'protocol' | 'init'>, manifest: Manifest): Marks {
  const leaks = leakOf({ protocol, ...manifest });
  return { ...(leaks && { leaks }), ...contaminationOf(init) };
}

/** What is not known of the weights that a run starts from. */
export const contaminationOf = (init: RunOptions['init']): Pick<Marks, 'contamination'> =>
  init && (!init.trainedOn || init.trainedOn.incomplete) ? { contamination: 'unknown' } : {};
