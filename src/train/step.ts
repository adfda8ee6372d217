import { gradients } from '../graph/backward.ts';
import * as f from '../graph/functions.ts';
import { type Device, Graph, type Tensor } from '../graph/graph.ts';
import type { Network, Tensors } from '../model/network.ts';
import { DEFAULT_OPTIMIZER, type Optimizer, optimizerStep } from './optimizers/optimizers.ts';

/** Changes when the order of training's arithmetic does: equal bytes are expected of equal engines alone. */
export const ENGINE_VERSION = 2;

export interface StepOptions {
  /** where the step is to run; default: the processor */
  readonly device?: Device;
  /** outputs each gradient too; default: no */
  readonly keepGradients?: boolean;
  /** takes what the network wants computed once for each input as inputs, which makes it faster; default: no */
  readonly once?: boolean;
  /** drops the units that the network drops in training, and takes their masks as inputs; default: no */
  readonly dropout?: boolean;
}

/** Mean cross-entropy of logits `[n, classes]` against classes `[n]` (int64). */
export const crossEntropy = (logits: Tensor, target: Tensor): Tensor => {
  const picked = f.mul(f.oneHot(target, logits.shape[1] as number), f.logSoftmax(logits, 1));
  return f.neg(f.reduceMean(f.reduceSum(picked, [1]), [0]));
};

const onceInputs = (graph: Graph, { once }: Network): Tensors | undefined =>
  once && Object.fromEntries([...once.shapes].map(([name, shape]) => [name, graph.input(name, ['batch', ...shape])]));

const maskInputs = (graph: Graph, { dropout }: Network): Tensors | undefined =>
  dropout &&
  Object.fromEntries([...dropout].map(([name, { shape }]) => [name, graph.input(name, ['batch', ...shape])]));

/**
 * One step of training as a graph. Inputs: `features` `[batch, ...input]`, `target` `[batch]` (int64), `learning_rate`
 * (scalar), the state by name and, where asked for, what the network wants once for each input and the masks of what it drops. Outputs: `loss`, `logits`, the new state by
 * the same names with `new.` before them, and, where asked for, each gradient with `grad.` before its parameter's name.
 */
export function trainingGraph(
  network: Network,
  input: readonly number[],
  optimizer: Optimizer = DEFAULT_OPTIMIZER,
  { device = 'cpu', keepGradients = false, once = false, dropout = false }: StepOptions = {},
): Graph {
  const graph = new Graph({ device });
  const x = graph.input('features', ['batch', ...input]);
  const target = graph.input('target', ['batch'], 'int64');
  const learningRate = graph.input('learning_rate', []);
  const parameters = Object.fromEntries(
    [...network.parameters].map(([name, { shape }]) => [name, graph.input(name, shape)]),
  );

  const [computed, masks] = [
    once ? onceInputs(graph, network) : undefined,
    dropout ? maskInputs(graph, network) : undefined,
  ];
  const { logits, statistics } = network.inTraining(x, parameters, computed, masks);
  const loss = graph.scope('loss', () => {
    const loss = crossEntropy(logits, target);
    graph.output('loss', loss);
    graph.output('logits', logits);
    return loss;
  });

  const names = Object.keys(parameters);
  const derivatives = gradients(graph, loss, Object.values(parameters));
  graph.scope('update', () => {
    derivatives.forEach((gradient, i) => {
      const parameter = parameters[names[i]!]!;
      const after = optimizerStep(optimizer, names[i]!, { parameter, gradient, learningRate });
      if (keepGradients) graph.output(`grad.${names[i]}`, gradient);
      graph.output(`new.${names[i]}`, after.parameter);
      for (const [name, tensor] of Object.entries(after.state)) graph.output(`new.${name}`, tensor);
    });
    for (const [name, { shape }] of network.statistics) {
      const running = graph.input(name, shape);
      const { statisticsMomentum } = optimizer;
      const mixed = f.add(f.mul(running, 1 - statisticsMomentum), f.mul(statistics[name]!, statisticsMomentum));
      graph.output(`new.${name}`, mixed);
    }
  });
  return graph;
}
