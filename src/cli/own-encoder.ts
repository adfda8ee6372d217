import type { Command } from 'commander';
import { AttuneError } from '../errors.ts';
import { openEncoder } from '../recognize/encoder-file.ts';
import { askedFor, longOf, type NetworkFlags } from './network-options.ts';

/** What the user gave of the option that {@link addEncoderOption} adds. */
export interface EncoderFlags {
  encoder?: string;
}

/** The option of everything that may train behind an encoder of the user's own. */
export const addEncoderOption = (command: Command): Command =>
  command.option(
    '--encoder <file>',
    'an encoder of your own, in ONNX, in the place of the one that comes with Attune (implies --front-end encoder)',
  );

/** The same as runs take it. */
export const encoderFile = ({ encoder }: EncoderFlags): EncoderFlags => (encoder === undefined ? {} : { encoder });

/** Options that are about the encoder that comes with Attune. */
const OURS = ['blocks', 'join'] as const;

/**
 * Flags with what an encoder of the user's own is, where there is one.
 *
 * @throws AttuneError `usage` where an option is for another one, naming it; `checkpoint` where it is no encoder
 */
export async function withEncoder<F extends NetworkFlags & EncoderFlags>(flags: F, command: Command): Promise<F> {
  const { encoder, frontEnd, heard } = flags;
  if (encoder === undefined) return flags;
  const isGiven = (name: keyof NetworkFlags) => command.getOptionValueSource(name) === 'cli';
  if (frontEnd !== 'encoder' && (isGiven('frontEnd') || command.getOptionValueSource('system') === 'cli'))
    throw new AttuneError(
      'usage',
      `--encoder is for --front-end encoder, and not for ${askedFor(frontEnd)}: leave one of them out`,
    );
  const stray = OURS.find(isGiven);
  if (stray)
    throw new AttuneError(
      'usage',
      `${longOf(command, stray)} is for the encoder that comes with Attune, and not for --encoder: leave one of them out`,
    );
  const opened = await openEncoder(encoder, { heardDecibels: heard, threads: 1 });
  await opened.close();
  return { ...flags, frontEnd: 'encoder', onnx: opened.frontEnd };
}
