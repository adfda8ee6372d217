import * as v from 'valibot';
import * as f from '../../graph/functions.ts';
import { above0, below1, type Properties, within } from '../../json.ts';
import { DEFAULT_SCHEDULE } from '../schedule.ts';
import { type OptimizerPair, zeros } from './optimizer.ts';

/** Stochastic gradient descent with Nesterov's momentum (section 3.1 of the paper). */
export interface Sgd {
  /** left out: what names no optimiser is this one */
  readonly kind?: never;
  /** Nesterov's momentum, in the form that PyTorch gives it, [0, 1); default 0.9 */
  readonly momentum: number;
  /** added to the gradient, times the parameter; on all parameters; default 1e-4 */
  readonly weightDecay: number;
  /** weight of the newest batch in the running statistics of batch normalisation, (0, 1]; default 0.1 */
  readonly statisticsMomentum: number;
}

/**
 * g = gradient + decay p; v = momentum v + g; p = p - rate (g + momentum v), as
 * https://pytorch.org/docs/stable/generated/torch.optim.SGD.html with `nesterov`.
 */
export const sgd: OptimizerPair<Sgd> = {
  schema: v.strictObject({
    kind: v.exactOptional(v.never('left out for SGD')),
    momentum: below1,
    weightDecay: within(0, 1),
    statisticsMomentum: above0,
  } satisfies Properties<Sgd>),
  defaults: { momentum: 0.9, weightDecay: 1e-4, statisticsMomentum: 0.1 },
  learningRate: DEFAULT_SCHEDULE.learningRate,
  init: (shape) => ({ momentum: zeros(shape) }),
  update({ parameter, gradient, state, learningRate }, { momentum, weightDecay }) {
    const decayed = f.add(gradient, f.mul(parameter, weightDecay));
    const velocity = f.add(f.mul(state.momentum!, momentum), decayed);
    const step = f.add(decayed, f.mul(velocity, momentum));
    return { parameter: f.sub(parameter, f.mul(step, learningRate)), state: { momentum: velocity } };
  },
};
