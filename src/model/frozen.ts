import type { Network, Weights } from './network.ts';

/** What the head takes, among what is computed once for each input. */
const INPUT = 'head.input';

/**
 * A network of which the head alone learns. All before it is as in use: its weights are constants, and so are the running statistics of its
 * batch norms, and nothing is dropped. What the head takes of an input is computed once where the same inputs come again, so that an epoch costs next to nothing.
 *
 * @param weights of the network, its head's aside
 */
export function frozen(network: Network, weights: Weights): Network {
  const { head } = network;
  const { dropout: _, ...own } = network;
  return {
    ...own,
    parameters: new Map([...network.parameters].filter(([name]) => head.parameters.includes(name))),
    statistics: new Map(),
    once: {
      shapes: new Map([[INPUT, [head.inputs]]]),
      compute: (x) => ({ [INPUT]: head.inputOf(x, weights) }),
    },
    inTraining(x, parameters, once) {
      const input = once?.[INPUT] ?? head.inputOf(x, weights);
      return { logits: x.graph.scope('head', () => head.logits(input, parameters)), statistics: {} };
    },
  };
}
