import { leakOf, type Marks } from '../corpus/leaks.ts';
import { hasHeard } from '../features/front-end.ts';
import type { Manifest, RunOptions } from './run-files.ts';

/** What must be said with every figure of a run. */
export function marksOf(options: Pick<RunOptions, 'protocol' | 'init' | 'frontEnd'>, manifest: Manifest): Marks {
  const leaks = leakOf({ protocol: options.protocol, ...manifest });
  return { ...(leaks && { leaks }), ...contaminationOf(options) };
}

/** What is not known of the weights that a run starts from, nor of a speech encoder before its networks: what these have heard is not public. */
export function contaminationOf({
  init,
  frontEnd,
}: Pick<RunOptions, 'init' | 'frontEnd'>): Pick<Marks, 'contamination'> {
  const isUnknown = hasHeard(frontEnd) || (init && (!init.trainedOn || init.trainedOn.incomplete));
  return isUnknown ? { contamination: 'unknown' } : {};
}
