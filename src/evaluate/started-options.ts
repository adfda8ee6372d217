import { AttuneError } from '../errors.ts';
import { stated as statedFrontEnd } from '../features/front-end.ts';
import { stated } from '../model/architecture.ts';
import { optionChanges } from '../run/differences.ts';
import type { RunConfig, RunOptions } from '../run/run-files.ts';

/** The options as files have them: what is the default kind is not said. */
export const statedOptions = (options: RunOptions): RunOptions => ({
  ...options,
  architecture: stated(options.architecture),
  frontEnd: statedFrontEnd(options.frontEnd),
});

/** @throws AttuneError `usage`, naming them, where the run in `out` was started with other options */
export function refuseOtherOptions(before: RunConfig, now: Pick<RunConfig, 'corpus' | 'options'>, out: string): void {
  const changed = optionChanges(before, now);
  if (changed.length)
    throw new AttuneError(
      'usage',
      `the run in ${out} was started with other options. Give the same to go on, or another \`out\`.`,
      { points: changed },
    );
}
