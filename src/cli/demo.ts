import { Command } from 'commander';

export function demoCommand(): Command {
  return new Command('demo').description('A cross-validation on made voices, in under 3 minutes.').action(() => {});
}
