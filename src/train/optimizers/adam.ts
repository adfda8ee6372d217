import * as v from 'valibot';
import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import { above0, below1, type Properties, type Schema, within } from '../../json.ts';
import { type After, type Before, type OptimizerPair, zeros } from './optimizer.ts';

interface Moments {
  /** how much of the mean of gradients is kept at a step, [0, 1); default 0.9 */
  readonly beta1: number;
  /** how much of the mean of their squares is kept at a step, [0, 1); default 0.999 */
  readonly beta2: number;
  /** added to the root of the mean square, which is divided by, [1e-12, 1]; default 1e-8 */
  readonly epsilon: number;
  /** weight of the newest batch in the running statistics of batch normalisation, (0, 1]; default 0.1 */
  readonly statisticsMomentum: number;
}

/** Adam (Kingma and Ba, 2015). */
export interface Adam extends Moments {
  /** says that it is Adam */
  readonly kind: 'adam';
  /** added to the gradient, times the parameter; on all parameters; default 0 */
  readonly weightDecay: number;
}

/** Adam whose weight decay stays out of the moments (Loshchilov and Hutter, 2019). */
export interface AdamW extends Moments {
  /** says that it is AdamW */
  readonly kind: 'adamw';
  /** of each parameter, taken off in a step, times the learning rate; on all parameters; default 0.01 */
  readonly weightDecay: number;
}

const SETTINGS = {
  beta1: below1,
  beta2: below1,
  epsilon: within(1e-12, 1),
  weightDecay: within(0, 1),
  statisticsMomentum: above0,
} satisfies Omit<Properties<Adam>, 'kind'>;
const DEFAULTS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, statisticsMomentum: 0.1 };

/** Steps are counted for each parameter, as the pair knows no other; to 2^24, which float32 holds. */
const init = (shape: readonly number[]) => ({
  first_moment: zeros(shape),
  second_moment: zeros(shape),
  step: zeros([]),
});

/** The number whose tanh is 1 in float32. */
const FAR = 20;
/** 1 - beta^n, without the loss of digits that a power of nearly 1 would have: 2 T / (1 + T) with T = tanh(-n ln(beta) / 2) */
function correction(beta: number, n: Tensor): Tensor {
  const tanh = f.tanh(f.mul(n, Math.min(FAR, -Math.log(beta) / 2)));
  return f.div(f.mul(tanh, 2), f.add(tanh, 1));
}

/** m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; p = p - rate m / (1 - beta1^n) / (sqrt(v / (1 - beta2^n)) + epsilon) */
function descend({ parameter, gradient, state, learningRate }: Before, { beta1, beta2, epsilon }: Moments): After {
  const n = f.add(state.step!, 1);
  const first = f.add(f.mul(state.first_moment!, beta1), f.mul(gradient, 1 - beta1));
  const second = f.add(f.mul(state.second_moment!, beta2), f.mul(f.mul(gradient, gradient), 1 - beta2));
  const rate = f.div(learningRate, correction(beta1, n));
  const root = f.add(f.div(f.sqrt(second), f.sqrt(correction(beta2, n))), epsilon);
  return {
    parameter: f.sub(parameter, f.mul(f.div(first, root), rate)),
    state: { first_moment: first, second_moment: second, step: n } satisfies Record<
      keyof ReturnType<typeof init>,
      Tensor
    >,
  };
}

/** https://pytorch.org/docs/stable/generated/torch.optim.Adam.html */
export const adam: OptimizerPair<Adam> = {
  schema: v.strictObject({ kind: v.literal('adam'), ...SETTINGS } satisfies Properties<Adam>) as Schema<Adam>,
  defaults: { kind: 'adam', ...DEFAULTS, weightDecay: 0 },
  learningRate: 1e-3,
  init,
  update(before, settings) {
    const { parameter, gradient } = before;
    const { weightDecay } = settings;
    return descend(
      { ...before, gradient: weightDecay ? f.add(gradient, f.mul(parameter, weightDecay)) : gradient },
      settings,
    );
  },
};

/** https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html */
export const adamw: OptimizerPair<AdamW> = {
  schema: v.strictObject({ kind: v.literal('adamw'), ...SETTINGS } satisfies Properties<AdamW>) as Schema<AdamW>,
  defaults: { kind: 'adamw', ...DEFAULTS, weightDecay: 0.01 },
  learningRate: 1e-3,
  init,
  update(before, settings) {
    const { parameter, learningRate } = before;
    const lost = f.mul(parameter, f.mul(learningRate, settings.weightDecay)); // 1 - rate decay would lose digits
    return descend({ ...before, parameter: f.sub(parameter, lost) }, settings);
  },
};
