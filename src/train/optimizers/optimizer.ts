import type { Tensor } from '../../graph/graph.ts';
import type { Values } from '../../graph/session.ts';
import type { Schema } from '../../json.ts';

/** What a step of one parameter starts from. */
export interface Before {
  readonly parameter: Tensor;
  /** of the loss, of the parameter's shape */
  readonly gradient: Tensor;
  /** by the names that `init` gives */
  readonly state: Readonly<Record<string, Tensor>>;
  /** scalar */
  readonly learningRate: Tensor;
}

/** What it ends with. */
export interface After {
  readonly parameter: Tensor;
  /** by the same names, each of the shape it came with */
  readonly state: Readonly<Record<string, Tensor>>;
}

/** An optimiser: a pure pair, `init` and `update`, of one parameter, beside what its settings are. */
export interface OptimizerPair<Settings> {
  /** in the config of a run */
  readonly schema: Schema<Settings>;
  readonly defaults: Settings;
  /** at the start of training, where no other is asked for */
  readonly learningRate: number;
  /** what it keeps of a parameter of this shape from step to step, as it is before the first */
  readonly init: (shape: readonly number[]) => Readonly<Record<string, Values>>;
  /** a step, appended to the parameter's graph */
  readonly update: (before: Before, settings: Settings) => After;
}

export const zeros = (shape: readonly number[]): Values => ({
  data: new Float32Array(shape.reduce((product, d) => product * d, 1)),
  shape,
});
