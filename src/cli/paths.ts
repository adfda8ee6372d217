import type { Command } from 'commander';
import { AttuneError } from '../errors.ts';

/** What stands for a path in the flags of options and among the arguments of commands. */
export const PATHS: readonly string[] = ['dir', 'file', 'path', 'run', 'runs'];

/**
 * Refuses blank paths, such as a script's variable that is not set leaves: to the system they mean the current folder.
 *
 * @param command as it was given, its options and arguments read
 * @throws AttuneError `usage`, naming the option or argument
 */
export function refuseBlankPaths(command: Command): void {
  for (const option of command.options) {
    const [, what] = /[<[](\w+)/.exec(option.flags) ?? [];
    if (PATHS.includes(what ?? '')) refuseBlank(option.long!, command.getOptionValue(option.attributeName()));
  }
  command.registeredArguments.forEach((argument, i) => {
    if (PATHS.includes(argument.name())) refuseBlank(`<${argument.name()}>`, command.processedArgs[i]);
  });
}

function refuseBlank(what: string, value: unknown): void {
  if ([value].flat().some((path) => typeof path === 'string' && !path.trim()))
    throw new AttuneError('usage', `expected a path for ${what}, got a blank one; name it, or leave it out`);
}
