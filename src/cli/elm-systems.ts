import { type Command, Option } from 'commander';
import { AttuneError } from '../errors.ts';
import { type DescriptorFrontEnd, widthOf } from '../features/descriptors/front-end.ts';
import { DESCRIPTOR_SETS, type DescriptorSet } from '../features/descriptors/sets.ts';
import { DEFAULT_BLSTM, FRAME_LABELS, type FrameLabels } from '../model/blstm/architecture.ts';
import { DEFAULT_DENSE } from '../model/dense/architecture.ts';
import type { RunOptions } from '../run/run-files.ts';
import { DEFAULT_ELM, type ElmSettings } from '../train/learners/elm-settings.ts';
import { positiveList, whole, within } from './values.ts';

/** Systems with an extreme learning machine, which `--system` alone asks for (docs/decisions/comparators.md). */
export const ELM_SYSTEMS = ['dnn-elm', 'rnn-elm'] as const;
export type ElmSystem = (typeof ELM_SYSTEMS)[number];

export const isElmSystem = (name: string | undefined): name is ElmSystem =>
  (ELM_SYSTEMS as readonly (string | undefined)[]).includes(name);

/** What the user gave of the options that {@link addElmOptions} adds. */
export interface ElmFlags {
  descriptors: DescriptorSet;
  loudest: number;
  elm: ElmSettings['hidden']['kind'];
  elmUnits?: number;
  elmRidges: number[];
  elmGammas?: number[];
  innerFolds: number;
  frameLabels: FrameLabels;
}

const OF_BOTH = ['descriptors', 'elm', 'elmUnits', 'elmRidges', 'elmGammas', 'innerFolds'] as const;
/** What each of them has of these. */
export const OF_ELM_SYSTEMS: Readonly<Record<ElmSystem, readonly (keyof ElmFlags)[]>> = {
  'dnn-elm': ['loudest', ...OF_BOTH],
  'rnn-elm': ['frameLabels', ...OF_BOTH],
};

/** Lee & Tashev's baseline, with the data that Li et al. 2018 quote. */
const FRONT_END = {
  ...{ kind: 'descriptors', set: 'lee-tashev', segmentFrames: 25, loudest: 0.3 },
} as const satisfies DescriptorFrontEnd;
/** Of Han et al. */
const UNITS = 120;
const GAMMAS = DEFAULT_ELM.hidden.kind === 'rbf' ? DEFAULT_ELM.hidden.gammas : [];

/** What a system with an extreme learning machine hears, and how the machine's constants are chosen. */
export const addElmOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--descriptors <set>',
        'with --system dnn-elm and rnn-elm: of frames, those of Lee & Tashev or of Han et al.',
      )
        .choices(DESCRIPTOR_SETS)
        .default(FRONT_END.set),
    )
    .option(
      '--loudest <share>',
      'with --system dnn-elm: of the segments of a recording, those of the highest energy are heard',
      within(0.001, 1),
      FRONT_END.loudest,
    )
    .addOption(
      new Option(
        '--elm <kind>',
        'with --system dnn-elm and rnn-elm: a kernel about each training utterance, or a random layer',
      )
        .choices(['rbf', 'random'])
        .default(DEFAULT_ELM.hidden.kind),
    )
    .option('--elm-units <n>', `with --elm random: units of the layer (default: ${UNITS})`, whole(1, 65_536))
    .option(
      '--elm-ridges <list>',
      'with --system dnn-elm and rnn-elm: what is tried as ridge, parted by commas',
      positiveList,
      [...DEFAULT_ELM.ridges],
    )
    .option('--elm-gammas <list>', `with --elm rbf: what is tried as gamma (default: ${GAMMAS})`, positiveList)
    .option(
      '--inner-folds <n>',
      'with --system dnn-elm and rnn-elm: groups of training speakers to choose ridge and gamma by; with --threshold tuned, to choose that by',
      whole(2, 1000),
      DEFAULT_ELM.innerFolds,
    )
    .addOption(
      new Option(
        '--frame-labels <what>',
        'with --system rnn-elm: every frame is of its utterance’s emotion, or of that or none, which is found out',
      )
        .choices(FRAME_LABELS)
        .default(DEFAULT_BLSTM.labels),
    );

/** @throws AttuneError `usage` where a flag is for the other kind of machine */
export function refuseOtherMachine({ elm, elmUnits, elmGammas }: ElmFlags): void {
  const [stray, other] = elm === 'rbf' ? ['units', elmUnits] : ['gammas', elmGammas];
  if (other !== undefined)
    throw new AttuneError('usage', `--elm-${stray} is not for --elm ${elm}: leave one of them out`);
}

/** The front end, the network and the machine of one of them. */
export function elmSystemOf(
  name: ElmSystem,
  flags: ElmFlags,
  classes: number,
): Required<Pick<RunOptions, 'frontEnd' | 'architecture' | 'elm'>> {
  const { descriptors: set, loudest, elm: kind, elmUnits, elmGammas, elmRidges: ridges, innerFolds } = flags;
  const hidden: ElmSettings['hidden'] =
    kind === 'rbf' ? { kind, gammas: elmGammas ?? GAMMAS } : { kind, units: elmUnits ?? UNITS };
  const elm = { ...DEFAULT_ELM, hidden, ridges, innerFolds };
  if (name === 'dnn-elm') {
    const frontEnd = { ...FRONT_END, set, loudest };
    return { frontEnd, architecture: { ...DEFAULT_DENSE, classes, inputs: widthOf(frontEnd) }, elm };
  }
  const frontEnd = { kind: 'descriptors', set } as const;
  const architecture = { ...DEFAULT_BLSTM, classes, inputs: widthOf(frontEnd), labels: flags.frameLabels };
  return { frontEnd, architecture, elm };
}
