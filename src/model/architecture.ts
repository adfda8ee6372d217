import * as v from 'valibot';
import { AttuneError } from '../errors.ts';
import { type AnyFrontEnd, widthOf } from '../features/descriptors/front-end.ts';
import { formOf } from '../features/features.ts';
import { hasHeard } from '../features/front-end.ts';
import { checkArgument, faultAt, isObject, type Schema } from '../json.ts';
import type { BlstmArchitecture } from './blstm/architecture.ts';
import { BLSTM } from './blstm/family.ts';
import type { CnnArchitecture } from './cnn/architecture.ts';
import { CNN } from './cnn/family.ts';
import type { CnnLstmArchitecture } from './cnn-lstm/architecture.ts';
import { CNN_LSTM } from './cnn-lstm/family.ts';
import type { DenseArchitecture } from './dense/architecture.ts';
import { DENSE } from './dense/family.ts';
import type { FramesArchitecture } from './frames/architecture.ts';
import { FRAMES } from './frames/family.ts';
import type { LightSernetArchitecture } from './light-sernet/architecture.ts';
import { LIGHT_SERNET } from './light-sernet/family.ts';
import type { LinearArchitecture } from './linear/architecture.ts';
import { LINEAR } from './linear/family.ts';
import type { Family, Network } from './network.ts';
import type { TwoStepArchitecture } from './two-step/architecture.ts';
import { TWO_STEP } from './two-step/family.ts';

/** What a network is built from, told by its `kind`. Two networks of equal architecture can exchange weights. */
export type Architecture =
  | CnnArchitecture
  | LinearArchitecture
  | FramesArchitecture
  | CnnLstmArchitecture
  | TwoStepArchitecture
  | LightSernetArchitecture
  | DenseArchitecture
  | BlstmArchitecture;

/** All families, by kind. */
const FAMILIES = {
  ...{ cnn: CNN, linear: LINEAR, frames: FRAMES },
  ...{ 'cnn-lstm': CNN_LSTM, 'two-step': TWO_STEP, 'light-sernet': LIGHT_SERNET },
  ...{ dense: DENSE, blstm: BLSTM },
} as const;
/** What a family is told by. */
export type NetworkKind = keyof typeof FAMILIES;
export const NETWORK_KINDS = Object.keys(FAMILIES) as NetworkKind[];

/** Stands for no kind: files that are older than kinds have none, and those of today say no more, so that their bytes stay. */
const UNSTATED_KIND = 'cnn';

/** The paper's network (section 2.2, Figure 1) with attention pooling, where it leaves gaps as docs/decisions/method.md fills them. */
export const DEFAULT_ARCHITECTURE: CnnArchitecture = CNN.defaults;

const familyOf = ({ kind = UNSTATED_KIND }: Architecture) => FAMILIES[kind] as Family<Architecture>;

const UNKNOWN_KIND = v.pipe(
  v.custom<Architecture>(() => true),
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.typed) addIssue(faultAt(dataset.value, 'kind', `one of ${NETWORK_KINDS.join(', ')}`));
  }),
);

/** In the config of a run and the metadata of a checkpoint. */
export const ARCHITECTURE: Schema<Architecture> = v.lazy((input): Schema<Architecture> => {
  const kind = isObject(input) ? (input.kind ?? UNSTATED_KIND) : UNSTATED_KIND;
  if (NETWORK_KINDS.includes(kind as NetworkKind)) return FAMILIES[kind as NetworkKind].schema;
  return UNKNOWN_KIND;
});

/** An architecture as files have it, so that the same network has one spelling. */
export function stated(architecture: Architecture): Architecture {
  const { kind, ...settings } = architecture;
  return kind === UNSTATED_KIND ? (settings as Architecture) : architecture;
}

/**
 * Builds a network.
 *
 * @throws AttuneError `usage` where the architecture is out of its ranges
 */
export function createNetwork(architecture: Architecture): Network {
  checkArgument(architecture, ARCHITECTURE, 'the architecture');
  return familyOf(architecture).build(architecture);
}

/**
 * Checks that a network takes what a front end gives.
 *
 * @throws AttuneError `usage` where it takes another's
 */
export function checkFit(architecture: Architecture, frontEnd: AnyFrontEnd): void {
  const { takes, name, features } = createNetwork(architecture);
  const { kind = 'spectrogram' } = frontEnd;
  if (takes !== (hasHeard(frontEnd) ? 'encoder' : kind))
    throw new AttuneError(
      'usage',
      `expected a front end of kind ${takes} before ${name}, got ${kind}; change one of the two`,
    );
  const shape = frontEnd.kind === 'descriptors' ? [widthOf(frontEnd)] : formOf(frontEnd).shape;
  if (features && `${features}` !== `${shape}`)
    throw new AttuneError(
      'usage',
      `expected features [${features}] of a segment before ${name}, got [${shape}]; give the front end that it was built for, or build it for this one`,
    );
}
