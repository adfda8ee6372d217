import type { FrontEnd } from '../../src/features/front-end.ts';
import type { Offset } from '../../src/features/segmentation.ts';

/** The variants of augmentation that were tried, by name; options of `attune crossval` and `attune train`. */
export const VARIANTS = {
  none: [],
  all: ['--augment', 'speed,room,noise,channel,masks'],
  place: ['--augment', 'room,noise,channel'],
  voice: ['--augment', 'speed,masks'],
} as const;
export type Variant = keyof typeof VARIANTS;

/** The mean of segments is left in to train and taken out in use, as the versions did that trained these networks. */
export const OFFSET: Offset = 'remove-in-use';

/** How the weights are used: recordings under 2 s as results/short-recordings chose by cutting EmoDB short. */
export const IN_USE = { offset: OFFSET, shortInUse: 'repeat' } as const satisfies Partial<FrontEnd>;

export const WEIGHTS = 'weights/paper.safetensors';

/** Corpora that nothing is trained on or chosen by, below the folder of all corpora. */
export const CORPORA = [
  { name: 'RAVDESS', path: 'ravdess' },
  { name: 'nEMO', path: 'nemo/corpus.csv' },
] as const;

export const RESULTS = 'results/default-weights';

/** The study: two inner folds of the training speakers, so that each network learns from five and about as many steps are made as in the recipe. */
export const STUDY_OPTIONS = [
  ...'--protocol speaker-folds --folds 2 --epochs 40 --decay 17,25,33 --seed 1'.split(' '),
  ...['--offset', OFFSET],
];
export const studyRun = (variant: Variant) => `${RESULTS}/study/${variant}`;

/** What the study chose: the greatest mean UA of its table in results/default-weights/README.md. */
export const CHOSEN: Variant = 'place';

/** The recipe of the default weights: the paper's own schedule, and the augmentation that was chosen. */
export const RECIPE_OPTIONS = ['--offset', OFFSET, '--seed', '1', ...VARIANTS[CHOSEN]];
export const OUT_OF_FOLD = `${RESULTS}/leave-one-speaker-out`;
export const ON_ALL = `${RESULTS}/all`;
