import type { Command } from 'commander';
import { AttuneError } from '../errors.ts';
import type { Executor } from '../jobs/executor.ts';
import type { QueueSite } from '../jobs/queue/options.ts';
import { environment } from '../run/environment.ts';
import { say } from './terminal.ts';

/** What the user gave of the options that {@link addQueueOptions} adds. */
export interface QueueFlags {
  queue?: string;
  exchange?: string;
  sameNumerics?: true;
}

/** Tells the user what a queue says of itself. */
export const sayNote = (text: string): void => say(`attune: ${text}`);

/** What of a machine the last digits depend on. */
const NUMERICS = ['runtime', 'processor'] as const;

/** The option by which a queue is named; required for what does nothing without one. */
export const queueOption = '--queue <url>';
export const exchangeOption = [
  '--exchange <dir>',
  'a folder that all machines share, by which files come and go (default: through Redis)',
] as const;

/** The options of everything that may have its work done by workers on other machines. */
export const addQueueOptions = (command: Command): Command =>
  command
    .option(
      queueOption,
      'have it done by workers (`attune worker`) over this Redis, such as redis://127.0.0.1:6379; its password may stand in ATTUNE_QUEUE_PASSWORD',
    )
    .option(...exchangeOption)
    .option(
      '--same-numerics',
      'with --queue: only by workers with this processor and runtime, whose last digits are the same',
    );

/** Where a queue is, and what this process is there. */
export function queueSite({ exchange }: Pick<QueueFlags, 'exchange'>, url: string): QueueSite {
  const site = environment();
  const password = process.env.ATTUNE_QUEUE_PASSWORD;
  return {
    ...{ url, version: site.attune, site: { ...site } },
    ...(password && { password }),
    ...(exchange !== undefined && { exchange }),
  };
}

/**
 * What does a command's work: nothing where that is this machine, else workers of a queue, which is looked at before anything else.
 *
 * @throws AttuneError `usage` where options do not fit, and as `connect` does
 */
export async function executorOf(flags: QueueFlags, command: Command): Promise<{ executor?: Executor }> {
  const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli';
  if (flags.queue === undefined) {
    const idle = (['exchange', 'sameNumerics'] as const).find(isGiven);
    if (idle === undefined) return {};
    const flag = idle === 'exchange' ? '--exchange' : '--same-numerics';
    throw new AttuneError('usage', `${flag} is for --queue: give that too, or leave it out`);
  }
  if (isGiven('jobs'))
    throw new AttuneError('usage', '--jobs is for this machine, and --queue for workers, which say it: leave one out');
  const [{ connect }, { queueExecutor }] = await Promise.all([
    import('../jobs/queue/connect.ts'),
    import('../jobs/queue/coordinator.ts'),
  ]);
  const site = queueSite(flags, flags.queue);
  (await connect(site, sayNote)).close();
  return { executor: queueExecutor({ ...site, ...(flags.sameNumerics && { same: NUMERICS }) }) };
}
