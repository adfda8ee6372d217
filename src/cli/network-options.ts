import { type Command, Option } from 'commander';
import { AttuneError } from '../errors.ts';
import { frameWidth } from '../features/encoder/frames.ts';
import {
  DEFAULT_ENCODER_FRONT_END,
  DEFAULT_FRONT_END,
  ENCODER_RANGES,
  filledInUse,
  type OnnxFrontEnd,
} from '../features/front-end.ts';
import { OFFSETS, type Offset, SHORT_IN_USE, type ShortInUse } from '../features/segmentation.ts';
import { SHORT_UTTERANCES, type ShortUtterances } from '../features/segments.ts';
import { SCALINGS, type Scaling } from '../features/spectrogram.ts';
import { DEFAULT_ARCHITECTURE } from '../model/architecture.ts';
import { CONVOLUTIONS, POOLINGS, type Pooling } from '../model/cnn/architecture.ts';
import {
  DEFAULT_CHANNELS,
  DEFAULT_FRAMES,
  FRAME_POOLINGS,
  FRAMES_RANGES,
  type FramePooling,
  type FramesArchitecture,
  HAVE_CHANNELS,
} from '../model/frames/architecture.ts';
import type { RunOptions } from '../run/run-files.ts';
import {
  addComparatorOptions,
  COMPARATORS,
  type Comparator,
  type ComparatorFlags,
  comparatorOf,
  isComparator,
  OF_COMPARATORS,
} from './comparators.ts';
import {
  addElmOptions,
  ELM_SYSTEMS,
  type ElmFlags,
  type ElmSystem,
  elmSystemOf,
  isElmSystem,
  OF_ELM_SYSTEMS,
  refuseOtherMachine,
} from './elm-systems.ts';
import { whole, wholeList, within } from './values.ts';

/** What the user gave of the options that {@link addNetworkOptions} adds. */
export interface NetworkFlags extends ComparatorFlags, ElmFlags {
  /** or the system that has one of its own */
  frontEnd: 'spectrogram' | 'encoder' | Comparator | ElmSystem;
  pooling?: Pooling | FramePooling;
  scaling: Scaling;
  short: ShortUtterances;
  shortInUse?: ShortInUse;
  offset?: Offset;
  heard: number;
  channels?: number;
  blocks: number;
  join: boolean;
  speakerDirections?: number;
  alterationDamping?: number;
  augment?: readonly string[];
  poolAfter: number[];
  attentionScore: 'sum' | 'mean';
  attentionSoftmax: boolean;
  bilinearNorm: 'sqrt-first' | 'l2-first';
  /** what the encoder of the user's own makes of segments; no flag of its own */
  onnx?: OnnxFrontEnd;
}

/** What a study of before it is gone on with by `remove-in-use`. */
export const offsetOption = () =>
  new Option('--offset <what>', 'with the mean of a segment’s samples, before spectrograms')
    .choices(OFFSETS)
    .default(DEFAULT_FRONT_END.offset);

/** What a network is given, and what it is built of. The defaults are the method as docs/decisions/method.md pins it down. */
export function addNetworkOptions(command: Command): Command {
  const a = DEFAULT_ARCHITECTURE;
  const poolings = [...new Set([...POOLINGS, ...FRAME_POOLINGS])];
  command
    .addOption(
      new Option('--front-end <name>', 'what the network is given: spectrograms, or frames of a speech encoder')
        .choices(['spectrogram', 'encoder'])
        .default('spectrogram'),
    )
    .addOption(
      new Option(
        '--pooling <name>',
        `how feature maps, or frames, become scores (default: ${a.pooling}; with an encoder ${DEFAULT_FRAMES.pooling})`,
      ).choices(poolings),
    )
    .addOption(
      new Option('--scaling <name>', 'of a spectrogram before the mu-law')
        .choices(SCALINGS)
        .default(DEFAULT_FRONT_END.scaling),
    )
    .addOption(
      new Option('--short <what>', 'with utterances shorter than a segment in training')
        .choices(SHORT_UTTERANCES)
        .default(DEFAULT_FRONT_END.shortUtterances),
    )
    .addOption(
      new Option(
        '--short-in-use <what>',
        'with utterances shorter than a segment that are scored (default: as --short)',
      ).choices(SHORT_IN_USE),
    )
    .addOption(offsetOption())
    .option(
      '--heard <dB>',
      'with an encoder: frames further below the loudest of a segment are not heard',
      within(...ENCODER_RANGES.heardDecibels),
      DEFAULT_ENCODER_FRONT_END.heardDecibels,
    )
    .option(
      '--channels <n>',
      `with an encoder: what a layer makes of each frame; 0 leaves it out (default: ${DEFAULT_CHANNELS} with ${HAVE_CHANNELS.join(' and ')})`,
      whole(...FRAMES_RANGES.channels),
    )
    .option(
      '--blocks <n>',
      'with an encoder: what of it frames go through',
      whole(...ENCODER_RANGES.blocks),
      DEFAULT_ENCODER_FRONT_END.blocks,
    )
    .option('--no-join', 'with an encoder: frames behind the last block alone, not those behind each side by side')
    .option(
      '--speaker-directions <n>',
      `with --pooling mean: directions in which speakers differ most, taken out (default: ${DEFAULT_FRAMES.speakerDirections})`,
      whole(...FRAMES_RANGES.speakerDirections),
    )
    .option(
      '--alteration-damping <n>',
      `with --pooling mean: how much the directions are damped in which altered copies differ, that are not learned from; 0 leaves them (default: ${DEFAULT_FRAMES.alterationDamping}, without --augment)`,
      within(...FRAMES_RANGES.alterationDamping),
    )
    .option('--pool-after <layers>', 'convolutions followed by a max-pool', wholeList(CONVOLUTIONS), [...a.poolAfter])
    .addOption(
      new Option('--attention-score <how>', 'maps summed or averaged')
        .choices(['sum', 'mean'])
        .default(a.attentionScore),
    )
    .option('--no-attention-softmax', 'Eq. 8 to the letter')
    .addOption(
      new Option('--bilinear-norm <order>', 'of root and length')
        .choices(['sqrt-first', 'l2-first'])
        .default(a.bilinearNorm),
    );
  return addElmOptions(addComparatorOptions(command));
}

/** Something of each of some systems, by name. */
const ofEach = <N extends string, T>(names: readonly N[], make: (name: N) => T): Record<N, T> =>
  Object.fromEntries(names.map((name) => [name, make(name)])) as Record<N, T>;

/** Options that say nothing before other front ends. */
const OF_SPECTROGRAMS = ['shortInUse', 'offset'] as const;
const OWN: Readonly<Record<NetworkFlags['frontEnd'], readonly (keyof NetworkFlags)[]>> = {
  spectrogram: [
    ...(['short', 'scaling', ...OF_SPECTROGRAMS] as const),
    ...(['pooling', 'poolAfter', 'attentionScore', 'attentionSoftmax', 'bilinearNorm'] as const),
  ],
  encoder: ['short', 'pooling', 'heard', 'channels', 'blocks', 'join', 'speakerDirections', 'alterationDamping'],
  ...ofEach(COMPARATORS, (name) => ['short', ...OF_SPECTROGRAMS, ...OF_COMPARATORS[name]] as const),
  ...ofEach(ELM_SYSTEMS, (name) => OF_ELM_SYSTEMS[name]),
};
/** What the user says to have a front end. */
const ASKED = {
  ...{ spectrogram: '--front-end spectrogram', encoder: '--front-end encoder' },
  ...ofEach([...COMPARATORS, ...ELM_SYSTEMS], (name) => `--system ${name}` as const),
};
/** By what name it is asked for. */
export const askedFor = (frontEnd: NetworkFlags['frontEnd']): string => ASKED[frontEnd].split(' ')[1]!;
const POOLINGS_OF = { spectrogram: POOLINGS, encoder: FRAME_POOLINGS } as const;

/**
 * Refuses what the user gave and that would do nothing.
 *
 * @throws AttuneError `usage` where an option or a pooling is another front end's, naming it
 */
export function refuseOtherFrontEnd(flags: NetworkFlags, command: Command): void {
  const { frontEnd, channels, speakerDirections } = flags;
  const pooling = poolingOf(flags);
  const others = (Object.keys(OWN) as (typeof frontEnd)[]).filter((one) => one !== frontEnd);
  const isStray = (name: keyof NetworkFlags) =>
    command.getOptionValueSource(name) === 'cli' && !OWN[frontEnd].includes(name);
  const stray = others.flatMap((one) => OWN[one]).find(isStray);
  if (stray) {
    const whose = others.filter((one) => OWN[one].includes(stray)).map((one) => ASKED[one]);
    const { system = askedFor(frontEnd) } = command.opts<{ system?: string }>(); // as the user has called it
    throw new AttuneError(
      'usage',
      `${longOf(command, stray)} is for ${whose.join(' or ')}, and not for ${system}: leave one of them out`,
    );
  }
  if (isElmSystem(frontEnd)) refuseOtherMachine(flags);
  const chooses = frontEnd !== 'two-step' || flags.threshold === 'tuned';
  if (!chooses && command.getOptionValueSource('innerFolds') === 'cli')
    throw new AttuneError('usage', '--inner-folds is for --threshold tuned: give that too, or leave it out');
  if (isComparator(frontEnd) || isElmSystem(frontEnd)) return;
  const other = frontEnd === 'encoder' ? 'spectrogram' : 'encoder';
  const own: readonly string[] = POOLINGS_OF[frontEnd];
  if (!own.includes(pooling))
    throw new AttuneError(
      'usage',
      `--pooling ${pooling} is for --front-end ${other}: with ${frontEnd} give ${own.join(', ')}`,
    );
  if (channels && !HAVE_CHANNELS.includes(pooling as FramePooling))
    throw new AttuneError(
      'usage',
      `--channels is for --pooling ${HAVE_CHANNELS.join(' and ')}, not for ${pooling}: leave it out`,
    );
  const ofMean = { '--speaker-directions': speakerDirections, '--alteration-damping': flags.alterationDamping };
  for (const [flag, value] of Object.entries(ofMean))
    if (value && pooling !== 'mean')
      throw new AttuneError('usage', `${flag} is for --pooling mean, not for ${pooling}: leave it out`);
}

/** How much what alterations change is damped, by what the user gave: copies that are learned from are not damped too, unless asked for. */
export function dampingOf(flags: NetworkFlags): number {
  if (poolingOf(flags) !== 'mean' || flags.frontEnd !== 'encoder') return 0;
  const learns = flags.augment?.some((name) => name !== 'masks');
  return flags.alterationDamping ?? (learns ? 0 : DEFAULT_FRAMES.alterationDamping!);
}

/** An option as it is given. */
export const longOf = (command: Command, name: string): string =>
  command.options.find((option) => option.attributeName() === name)!.long!;

/** How features become scores, by what the user gave and the front end. */
export const poolingOf = ({ frontEnd, pooling }: Pick<NetworkFlags, 'frontEnd' | 'pooling'>): Pooling | FramePooling =>
  pooling ?? (frontEnd === 'encoder' ? DEFAULT_FRAMES.pooling : DEFAULT_ARCHITECTURE.pooling);

function behindEncoder(flags: NetworkFlags, pooling: FramePooling, classes: number) {
  const { blocks, heard: heardDecibels, short: shortUtterances, onnx } = flags;
  const { joined: _, ...own } = DEFAULT_ENCODER_FRONT_END;
  const ours = {
    ...{ ...own, blocks, heardDecibels, shortUtterances },
    ...(flags.join && blocks > 1 && { joined: true }),
  };
  const frontEnd = onnx ? { ...onnx, shortUtterances } : ours;
  const channels = flags.channels ?? (HAVE_CHANNELS.includes(pooling) ? DEFAULT_CHANNELS : 0);
  const speakerDirections = flags.speakerDirections ?? DEFAULT_FRAMES.speakerDirections;
  const alterationDamping = dampingOf(flags);
  const architecture: FramesArchitecture = {
    ...{ kind: 'frames', pooling, classes, channels, frameWidth: onnx?.width ?? frameWidth(ours) },
    ...(pooling === 'mean' && speakerDirections && { speakerDirections }),
    ...(alterationDamping && { alterationDamping }),
  };
  return { frontEnd, architecture };
}

/** The front end and the network that flags ask for; whoever uses them checks that they are some. */
export function networkOf(
  flags: NetworkFlags,
  names: readonly string[],
): Pick<RunOptions, 'frontEnd' | 'architecture' | 'elm' | 'tune'> {
  const { short: shortUtterances } = flags;
  const pooling = poolingOf(flags);
  const classes = names.length;
  if (isElmSystem(flags.frontEnd)) return elmSystemOf(flags.frontEnd, flags, classes);
  if (flags.frontEnd === 'encoder') return behindEncoder(flags, pooling as FramePooling, classes);
  const { scaling, offset = DEFAULT_FRONT_END.offset, poolAfter } = flags;
  const { attentionScore, attentionSoftmax, bilinearNorm } = flags;
  const shortInUse = flags.shortInUse ?? filledInUse({ shortUtterances });
  if (isComparator(flags.frontEnd))
    return comparatorOf(flags.frontEnd, flags, { shortUtterances, offset, shortInUse }, names);
  return {
    frontEnd: { ...DEFAULT_FRONT_END, scaling, shortUtterances, offset, shortInUse },
    architecture: {
      ...DEFAULT_ARCHITECTURE,
      ...{ classes, pooling: pooling as Pooling, poolAfter, attentionScore, attentionSoftmax, bilinearNorm },
    },
  };
}
