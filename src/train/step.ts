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
  /** where the gradients of all parameters together are longer than this, they are shortened to it; default: never */
  readonly clipNorm?: number | undefined;
}

/** Mean cross-entropy of logits `[n, time, outputs]` against shares of each output `[n, time, outputs]`, which sum to 1, or to 0 behind an end. */
export const frameCrossEntropy = (logits: Tensor, target: Tensor): Tensor => {
  const all = (x: Tensor) => f.reduceSum(x, [0, 1, 2]);
  return f.neg(f.div(all(f.mul(target, f.logSoftmax(logits, 2))), all(target)));
};

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
 * One step of training as a graph. Inputs: `features` `[batch, ...input]`, `target` `[batch]` (int64), or of sequences `features`
 * `[batch, time, ...input]`, `lengths` `[batch]` (int64) and `target` `[batch, time, outputs]`; `learning_rate` (scalar), the state by name and, where asked for, what the network wants once for each input and the masks of what it drops. Outputs: `loss`, `logits`, the new state by
 * the same names with `new.` before them, and, where asked for, each gradient with `grad.` before its parameter's name.
 */
export function trainingGraph(
  network: Network,
  input: readonly number[],
  optimizer: Optimizer = DEFAULT_OPTIMIZER,
  { device = 'cpu', keepGradients = false, once = false, dropout = false, clipNorm }: StepOptions = {},
): Graph {
  const graph = new Graph({ device });
  const { sequence } = network;
  const x = graph.input('features', ['batch', ...(sequence ? ['time'] : []), ...input]);
  const target = sequence
    ? graph.input('target', ['batch', 'time', sequence.outputs])
    : graph.input('target', ['batch'], 'int64');
  const lengths = sequence && graph.input('lengths', ['batch'], 'int64');
  const learningRate = graph.input('learning_rate', []);
  const parameters = Object.fromEntries(
    [...network.parameters].map(([name, { shape }]) => [name, graph.input(name, shape)]),
  );

  const [computed, masks] = [
    once ? onceInputs(graph, network) : undefined,
    dropout ? maskInputs(graph, network) : undefined,
  ];
  const { logits, statistics } = network.inTraining(x, parameters, computed, masks, lengths);
  const loss = graph.scope('loss', () => {
    const loss = sequence ? frameCrossEntropy(logits, target) : crossEntropy(logits, target);
    graph.output('loss', loss);
    graph.output('logits', logits);
    return loss;
  });

  const names = Object.keys(parameters);
  const derivatives = clipped(gradients(graph, loss, Object.values(parameters)), clipNorm);
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

/** Gradients shortened to a norm, as https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html */
function clipped(gradients: readonly Tensor[], clipNorm: number | undefined): readonly Tensor[] {
  if (clipNorm === undefined) return gradients;
  const squares = gradients.map((gradient) => f.reduceSum(f.reshape(f.mul(gradient, gradient), [-1]), [0]));
  const norm = f.sqrt(squares.reduce((sum, own) => f.add(sum, own)));
  const factor = f.minimum(f.div(clipNorm, f.add(norm, 1e-6)), 1);
  return gradients.map((gradient) => f.mul(gradient, factor));
}
