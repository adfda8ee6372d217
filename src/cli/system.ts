import { type Command, Option } from 'commander';
import { AttuneError } from '../errors.ts';
import { longOf, type NetworkFlags } from './network-options.ts';

/** What of the other flags each system stands for. */
const SYSTEMS = {
  'attention-pooling': { frontEnd: 'spectrogram', pooling: 'attention' },
  'gap-pooling': { frontEnd: 'spectrogram', pooling: 'gap' },
  'bilinear-pooling': { frontEnd: 'spectrogram', pooling: 'bilinear' },
  encoder: { frontEnd: 'encoder' },
  'cnn-lstm': { frontEnd: 'cnn-lstm' },
  'two-step': { frontEnd: 'two-step' },
  'light-sernet': { frontEnd: 'light-sernet' },
  'dnn-elm': { frontEnd: 'dnn-elm' },
  'rnn-elm': { frontEnd: 'rnn-elm' },
} as const satisfies Readonly<Record<string, Partial<NetworkFlags>>>;
export type SystemName = keyof typeof SYSTEMS;

/** All systems that learn, by name. */
export const SYSTEM_NAMES = Object.keys(SYSTEMS) as SystemName[];

/** What the user gave of the option that {@link addSystemOption} adds. */
export interface SystemFlags {
  system?: SystemName;
}

/** The option of everything that trains. */
export const addSystemOption = (command: Command): Command =>
  command.addOption(
    new Option(
      '--system <name>',
      'what learns, by name: the paper’s three networks, what stands behind a speech encoder, the network of Satt et al. 2017, two of it, one for neutral or not, one for the others, Light-SERNet, or, for crossval alone, an extreme learning machine behind a network of segments or a recurrent one (default: attention-pooling)',
    ).choices(SYSTEM_NAMES),
  );

/**
 * Flags with what the system stands for, where one is named.
 *
 * @throws AttuneError `usage` where another flag says otherwise, naming it
 */
export function withSystem<F extends NetworkFlags & SystemFlags>(flags: F, command: Command): F {
  const { system } = flags;
  if (system === undefined) return flags;
  const own: Partial<NetworkFlags> = SYSTEMS[system];
  for (const name of ['frontEnd', 'pooling'] as const) {
    if (command.getOptionValueSource(name) !== 'cli' || own[name] === flags[name]) continue;
    if (name === 'pooling' && system === 'encoder') continue; // which of them is left open
    throw new AttuneError(
      'usage',
      `${longOf(command, name)} ${flags[name]} is not for --system ${system}: leave one of them out`,
    );
  }
  return { ...flags, ...own };
}
