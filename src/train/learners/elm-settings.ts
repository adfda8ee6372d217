import * as v from 'valibot';
import { finite, list, type Properties, type Schema, whole, within } from '../../json.ts';

/** An extreme learning machine behind a network: what it is built of, and how its constants are chosen. */
export interface ElmSettings {
  /** what comes between its inputs and the layer that learns */
  readonly hidden: ElmKernel | ElmRandomLayer;
  /** what is tried as its ridge, each above 0; of equally good ones the first is taken */
  readonly ridges: readonly number[];
  /** groups of training speakers, 2 to 1000, each left out once to choose by; fewer where there are fewer speakers */
  readonly innerFolds: number;
  /** a segment or frame counts for a class where the class is more probable than this, 0 to 1 */
  readonly threshold: number;
}

/** A radial basis function about each utterance that was learned from. */
export interface ElmKernel {
  /** what tells it */
  readonly kind: 'rbf';
  /** what is tried as its factor of squared distances, each above 0 */
  readonly gammas: readonly number[];
}

/** Sigmoids of random sums, drawn by the run's seed. */
export interface ElmRandomLayer {
  /** what tells it */
  readonly kind: 'random';
  /** 1 to 65,536 */
  readonly units: number;
}

/** What of {@link ElmSettings} a fold chose by its training speakers alone. */
export interface Chosen {
  readonly ridge: number;
  /** of a kernel */
  readonly gamma?: number;
  /** what was tried, in order, with its UA on the speakers who were left out; null: it could not be solved. Empty: there was one */
  readonly tried: readonly Tried[];
}

/** A ridge and a gamma that were tried. */
export interface Tried {
  readonly ridge: number;
  readonly gamma?: number;
  readonly ua: number | null;
}

/** As docs/decisions/comparators.md has it: the smoothest comes first. */
export const DEFAULT_ELM: ElmSettings = {
  hidden: { kind: 'rbf', gammas: [0.1, 0.3, 1, 3, 10] },
  ridges: [10, 1, 0.1, 0.01, 0.001],
  innerFolds: 3,
  threshold: 0.2,
};

const above0 = v.custom<number>((value) => Number.isFinite(value) && (value as number) > 0, 'a number above 0');
const some = v.pipe(list(above0, 1000), v.minLength(1, 'a list of one or more'));

/** In the config of a run. */
export const ELM: Schema<ElmSettings> = v.strictObject({
  hidden: v.variant('kind', [
    v.strictObject({ kind: v.literal('rbf'), gammas: some } satisfies Properties<ElmKernel>),
    v.strictObject({ kind: v.literal('random'), units: whole(1, 65_536) } satisfies Properties<ElmRandomLayer>),
  ]),
  ridges: some,
  innerFolds: whole(2, 1000),
  threshold: within(0, 1),
} satisfies Properties<ElmSettings>);

/** In the result of a fold. */
export const CHOSEN: Schema<Chosen> = v.object({
  ridge: finite,
  gamma: v.exactOptional(finite),
  tried: list(
    v.object({
      ...{ ridge: finite, gamma: v.exactOptional(finite), ua: v.union([within(0, 1), v.null()]) },
    } satisfies Properties<Tried>),
  ),
} satisfies Properties<Chosen>);

/** A ridge, and the gamma of a kernel. */
export type Constants = Pick<Chosen, 'ridge' | 'gamma'>;

/** All constants that settings have tried, in order. */
export const constantsOf = ({ hidden, ridges }: ElmSettings): Constants[] =>
  ridges.flatMap((ridge) => (hidden.kind === 'rbf' ? hidden.gammas.map((gamma) => ({ ridge, gamma })) : [{ ridge }]));
