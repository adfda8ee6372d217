import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { AttuneError } from '../errors.ts';
import { readStart, refuseOtherFamily } from '../evaluate/starting-weights.ts';
import { hasHeard, inFull } from '../features/front-end.ts';
import type { Architecture } from '../model/architecture.ts';
import { WEIGHTS, weightsUrl } from '../recognize/default-weights.ts';
import type { RunOptions } from '../run/run-files.ts';
import { isComparator } from './comparators.ts';
import { longOf, type NetworkFlags } from './network-options.ts';

/** What the user gave of the options that {@link addStartingOptions} adds. */
export interface StartingFlags {
  init?: string;
  freeze?: true;
}

/** The options of everything that may start from weights. */
export const addStartingOptions = (command: Command): Command =>
  command
    .option(
      '--init <file>',
      `start from the weights of this checkpoint, or of ${WEIGHTS.join(' or ')}, which come with Attune; their network and front end are kept, and other classes get a new head`,
      startFrom,
    )
    .option('--freeze', 'learn the head alone, with --init: all else stays as it was');

/** The path of what is given: weights that come with Attune go by their names, a file so called by `./paper`. */
function startFrom(given: string): string {
  const own = WEIGHTS.find((name) => name === given);
  return own ? fileURLToPath(weightsUrl(own)) : given;
}

/** The same as runs take it. */
export const startFile = ({ init }: StartingFlags): { init?: string } => (init === undefined ? {} : { init });

/** What the flags set of a network and a front end. */
const ARCHITECTURE = {
  pooling: 'pooling',
  poolAfter: 'poolAfter',
  attentionScore: 'attentionScore',
  attentionSoftmax: 'attentionSoftmax',
  bilinearNorm: 'bilinearNorm',
  channels: 'channels',
  speakerDirections: 'speakerDirections',
  alterationDamping: 'alterationDamping',
  threshold: 'threshold',
} as const;
const FRONT_END = {
  scaling: 'scaling',
  short: 'shortUtterances',
  shortInUse: 'shortInUse',
  offset: 'offset',
  heard: 'heardDecibels',
  blocks: 'blocks',
  binHertz: 'binHertz',
  segmentSeconds: 'segmentSeconds',
} as const;

/**
 * Flags with what the weights to start from imply, where the user says nothing of it: their front end, and what a network behind an encoder
 * is built of.
 *
 * @throws AttuneError `checkpoint` where the weights cannot be read
 */
export async function withImplied<F extends NetworkFlags & StartingFlags>(flags: F, command: Command): Promise<F> {
  const isAsked = (['frontEnd', 'system'] as const).some((name) => command.getOptionValueSource(name) === 'cli');
  if (flags.init === undefined || isAsked) return flags;
  const { architecture, frontEnd } = (await readStart(flags.init)).checkpoint;
  if (isComparator(architecture.kind)) return { ...flags, frontEnd: architecture.kind };
  if (architecture.kind !== 'frames' || !hasHeard(frontEnd)) return flags;
  const unsaid = (name: keyof NetworkFlags) => command.getOptionValueSource(name) !== 'cli';
  const pooled = unsaid('pooling') || flags.pooling === architecture.pooling; // else the pooling is what is refused
  return {
    ...{ ...flags, frontEnd: 'encoder' },
    ...(unsaid('pooling') && { pooling: architecture.pooling }),
    ...(pooled && unsaid('channels') && { channels: architecture.channels }),
    ...(unsaid('heard') && { heard: frontEnd.heardDecibels }),
    ...(frontEnd.kind === 'encoder' && {
      ...(unsaid('blocks') && { blocks: frontEnd.blocks }),
      ...(unsaid('join') && { join: frontEnd.joined === true }),
    }),
    ...(pooled && unsaid('speakerDirections') && { speakerDirections: architecture.speakerDirections ?? 0 }),
    ...(pooled && unsaid('alterationDamping') && { alterationDamping: architecture.alterationDamping ?? 0 }),
  };
}

/**
 * The options of a run with network and front end of the weights that it starts from, where it does.
 *
 * @param command as it was given
 * @throws AttuneError `usage` where a flag contradicts the weights, naming it; `checkpoint` where they cannot be read
 */
export async function startingFrom(
  options: RunOptions,
  { init, freeze }: StartingFlags,
  command: Command,
): Promise<RunOptions> {
  if (init === undefined) {
    if (freeze)
      throw new AttuneError('usage', '--freeze is for weights to start from: give --init too, or leave it out');
    return options;
  }
  const { checkpoint } = await readStart(init);
  const frontEnd = inFull(checkpoint.frontEnd);
  refuseOtherFamily(options, checkpoint);
  const refuse = refuseContradiction(init, command);
  refuse(ARCHITECTURE, options.architecture, checkpoint.architecture);
  refuse(FRONT_END, options.frontEnd, frontEnd);
  const { classes } = options.architecture;
  const architecture = { ...checkpoint.architecture, classes } as Architecture;
  return { ...options, architecture, frontEnd, ...(freeze && { freeze }) };
}

/** Refuses flags that the user gave and that say otherwise than the weights. */
const refuseContradiction =
  (init: string, command: Command) =>
  (settings: Readonly<Record<string, string>>, asked: object, own: object): void => {
    for (const [flag, key] of Object.entries(settings)) {
      if (command.getOptionValueSource(flag) !== 'cli') continue;
      const [given, its] = [asked, own].map((all) => JSON.stringify((all as Record<string, unknown>)[key]));
      if (given !== its)
        throw new AttuneError(
          'usage',
          `${longOf(command, flag)} asks for ${given}, but the weights of ${init} have ${its}: leave it out, or start from other weights`,
        );
    }
  };
