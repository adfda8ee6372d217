import { classesOf, stated } from '../../corpus/classes.ts';
import { foldsOf } from '../../corpus/protocols.ts';
import type { Corpus } from '../../corpus/utterance.ts';
import { DEFAULT_FRONT_END, type SpectrogramFrontEnd } from '../../features/front-end.ts';
import type { Offset } from '../../features/segmentation.ts';
import { DEFAULT_ARCHITECTURE } from '../../model/architecture.ts';
import type { CnnArchitecture } from '../../model/cnn/architecture.ts';
import type { RunOptions } from '../../run/run-files.ts';
import { DEFAULT_OPTIMIZER } from '../../train/optimizers/optimizers.ts';
import { shortened } from '../filter-shapes/sweep.ts';

/** What a choice is about, with what the baseline has there. */
export const GROUPS = {
  protocol: 'protocol',
  epoch: 'epoch that is scored (baseline: the last)',
  short: 'utterances under 2 s (baseline: padded)',
  scaling: 'scaling (baseline: peak)',
  attention: 'attention (baseline: softmax, summed)',
  pools: 'max-pools (baseline: after 1, 2, 3)',
} as const;
export type Group = keyof typeof GROUPS;

/** The variant that all others differ from in one choice. */
export const BASELINE = 'baseline';
/** The variant, named after its protocol, that trains on the speakers it tests. */
export const LEAKING = 'random-leaking';
/** The variant that is trained without utterances shorter than a segment. */
export const DROPPED = 'short-dropped';

/** A cross-validation of the study. */
export interface GapVariant {
  /** names its run folder */
  readonly name: string;
  readonly group: Group;
  /** what it does otherwise than the baseline, in words */
  readonly choice: string;
  readonly options: RunOptions;
}

/** What all variants have in common. */
export interface GapSettings extends Pick<RunOptions, 'reading' | 'accept' | 'seed' | 'threads'> {
  /** 1 or more; the rate falls as in 50, in proportion */
  readonly epochs: number;
  /** of whole speakers, where the protocol is not what is compared */
  readonly folds: number;
  /** as of a front end */
  readonly offset: Offset;
}

/** Of utterances, whose speakers stand on both sides: the usual number of those who split so. */
const LEAKING_FOLDS = 10;

/**
 * The variants of the study in the order in which they are best run: what says most comes first, and the pools, which cost four times as
 * much as all else, last. Protocols are scored after every epoch. Those that would divide the corpus as one before them does are left out,
 * so that nothing is trained twice.
 *
 * @throws AttuneError as `foldsOf` does, where the corpus is too small for one of them
 */
export function gapVariants(
  corpus: Pick<Corpus, 'utterances' | 'classes'>,
  { epochs, folds, offset, ...common }: GapSettings,
): GapVariant[] {
  const classes = classesOf(corpus);
  const architecture = { ...DEFAULT_ARCHITECTURE, classes: classes.length };
  const shared = { ...common, ...stated(classes), optimizer: DEFAULT_OPTIMIZER, schedule: shortened(epochs) };
  const frontEnd: SpectrogramFrontEnd = { ...DEFAULT_FRONT_END, offset };
  const plain: RunOptions = { ...shared, protocol: 'speaker-folds', folds, architecture, frontEnd };
  const { folds: _, ...withoutFolds } = plain;
  const protocol = (name: string, choice: string, options: RunOptions): GapVariant => {
    return { name, group: 'protocol', choice, options: { ...options, scoreEveryEpoch: true } };
  };
  const network = (name: string, group: Group, choice: string, change: Partial<CnnArchitecture>) => {
    return { name, group, choice, options: { ...plain, architecture: { ...architecture, ...change } } };
  };
  const heard = (name: string, group: Group, choice: string, change: Partial<SpectrogramFrontEnd>) => {
    return { name, group, choice, options: { ...plain, frontEnd: { ...frontEnd, ...change } } };
  };
  const protocols = [
    protocol(BASELINE, `${folds} folds of whole speakers (baseline)`, plain),
    protocol(LEAKING, `${LEAKING_FOLDS} folds of utterances at random`, {
      ...plain,
      ...{ protocol: LEAKING, folds: LEAKING_FOLDS },
    }),
    protocol('leave-one-speaker-out', 'one speaker left out at a time', {
      ...withoutFolds,
      protocol: 'leave-one-speaker-out',
    }),
    ...(hasSessions(corpus)
      ? [
          protocol('leave-one-session-out', 'one session left out at a time', {
            ...withoutFolds,
            protocol: 'leave-one-session-out',
          }),
        ]
      : []),
  ];
  return [
    ...eachDivisionOnce(corpus, protocols),
    heard(DROPPED, 'short', 'dropped from training', { shortUtterances: 'drop' }),
    heard('minmax', 'scaling', 'minmax, to [-1, 1]', { scaling: 'minmax' }),
    network('attention-mean', 'attention', 'softmax, averaged', { attentionScore: 'mean' }),
    network('attention-no-softmax', 'attention', 'no softmax, summed', { attentionSoftmax: false }),
    network('attention-no-softmax-mean', 'attention', 'no softmax, averaged', {
      attentionSoftmax: false,
      attentionScore: 'mean',
    }),
    network('pools-2-3', 'pools', 'after 2, 3', { poolAfter: [2, 3] }),
  ];
}

function hasSessions({ utterances }: Pick<Corpus, 'utterances'>): boolean {
  const sessions = new Set(utterances.map(({ session }) => session));
  return sessions.size > 1 && !sessions.has(undefined);
}

function eachDivisionOnce(
  corpus: Pick<Corpus, 'utterances' | 'classes'>,
  variants: readonly GapVariant[],
): GapVariant[] {
  const seen = new Set<string>();
  return variants.filter(({ options: { protocol, folds, seed } }) => {
    const parts = foldsOf(corpus, { protocol, seed, ...(folds !== undefined && { folds }) });
    const division = JSON.stringify(parts.map(({ test }) => test.map(({ id }) => id).join('\n')).sort());
    return !seen.has(division) && seen.add(division);
  });
}
