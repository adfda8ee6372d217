import * as v from 'valibot';
import type { Values } from '../../graph/session.ts';
import { isObject, type Schema } from '../../json.ts';
import { type Adam, type AdamW, adam, adamw } from './adam.ts';
import type { After, Before, OptimizerPair } from './optimizer.ts';
import { type Sgd, sgd } from './sgd.ts';

/** How a step follows from gradients: its kind, where it is not SGD, and its constants. */
export type Optimizer = Sgd | Adam | AdamW;
/** What an optimiser is called. */
export type OptimizerName = 'sgd' | NonNullable<Optimizer['kind']>;

type Named<Name> = Name extends 'sgd' ? Sgd : Extract<Optimizer, { kind: Name }>;
const PAIRS: { readonly [Name in OptimizerName]: OptimizerPair<Named<Name>> } = { sgd, adam, adamw };

export const OPTIMIZER_NAMES = Object.keys(PAIRS) as readonly OptimizerName[];

const pairOf = ({ kind }: Optimizer) => PAIRS[kind ?? 'sgd'] as unknown as OptimizerPair<Optimizer>;

/** The paper's momentum and weight decay, and PyTorch's weight of the newest batch. */
export const DEFAULT_OPTIMIZER: Sgd = sgd.defaults;

/** The defaults of each optimiser, and of the learning rate with it; those of Adam and AdamW are PyTorch's. */
export const OPTIMIZER_DEFAULTS = Object.fromEntries(
  Object.entries(PAIRS).map(([name, { defaults, learningRate }]) => [name, { optimizer: defaults, learningRate }]),
) as Readonly<
  Record<
    OptimizerName,
    {
      /** its constants */
      readonly optimizer: Optimizer;
      /** at the start of training */
      readonly learningRate: number;
    }
  >
>;

const KINDS = OPTIMIZER_NAMES.filter((name) => name !== 'sgd');
const UNKNOWN = v.looseObject({ kind: v.picklist(KINDS, `${KINDS.join(' or ')}, or left out for SGD`) });

/** In the config of a run. */
export const OPTIMIZER: Schema<Optimizer> = v.lazy((input) => {
  if (!isObject(input) || input.kind === undefined) return sgd.schema;
  const kind = KINDS.find((name) => name === input.kind);
  return (kind ? PAIRS[kind].schema : UNKNOWN) as Schema<Optimizer>;
});

/** A part of the state of training that belongs to a parameter, such as `momentum.fc.weight`. */
export const stateName = (part: string, parameter: string) => `${part}.${parameter}`;

/** What an optimiser keeps of a parameter of this shape, by {@link stateName}, before the first step. */
export const initialOptimizerState = (
  optimizer: Optimizer,
  parameter: string,
  shape: readonly number[],
): Record<string, Values> =>
  Object.fromEntries(
    Object.entries(pairOf(optimizer).init(shape)).map(([part, values]) => [stateName(part, parameter), values]),
  );

const PARTS = OPTIMIZER_NAMES.flatMap((name) => Object.keys(PAIRS[name].init([])));
/** Whether a tensor of a training state is an optimiser's, by its name, and not the network's. */
export const isOptimizerState = (name: string): boolean => PARTS.some((part) => name.startsWith(stateName(part, '')));

/**
 * Appends an optimiser's step of one parameter to its graph. Its state comes in by {@link stateName}, and is returned by the same names.
 */
export function optimizerStep(
  optimizer: Optimizer,
  name: string,
  { parameter, gradient, learningRate }: Omit<Before, 'state'>,
): After {
  const { init, update } = pairOf(optimizer);
  const state = Object.entries(init(parameter.shape as readonly number[])).map(
    ([part, { shape }]) => [part, parameter.graph.input(stateName(part, name), shape)] as const,
  );
  const after = update({ parameter, gradient, learningRate, state: Object.fromEntries(state) }, optimizer);
  const named = Object.entries(after.state).map(([part, tensor]) => [stateName(part, name), tensor] as const);
  return { parameter: after.parameter, state: Object.fromEntries(named) };
}
