import type { Values } from '../graph/session.ts';
import { type Architecture, createNetwork } from './architecture.ts';
import type { Checkpoint } from './checkpoint.ts';
import { initialWeights } from './initialize.ts';
import type { Weights } from './network.ts';

/** A network that is to be trained. */
export interface Starting {
  /** that of the weights, but for the number of classes */
  readonly architecture: Architecture;
  /** names of its classes, in the order of its logits */
  readonly classes: readonly string[];
  /** of a head that is drawn */
  readonly seed: number;
}

/**
 * The weights of a checkpoint as those that a network starts from. Of the same classes in another order the head is put into this
 * order; where one class is another, or their number is, the head is drawn as where nothing is started from.
 */
export function warmStart({ classes, tensors }: Pick<Checkpoint, 'classes' | 'tensors'>, own: Starting): Weights {
  const { head, parameters, statistics } = createNetwork(own.architecture);
  const order = own.classes.map((name) => classes.indexOf(name));
  const known = classes.length === order.length && !order.includes(-1);
  const drawn = known ? {} : initialWeights(own.architecture, own.seed);
  const values = (name: string): Values => {
    if (!head.parameters.includes(name)) return tensors[name]!;
    return known ? inOrder(tensors[name]!, order) : drawn[name]!;
  };
  return Object.fromEntries([...parameters.keys(), ...statistics.keys()].map((name) => [name, values(name)]));
}

/** Rows of a tensor, in that order. */
function inOrder({ data, shape }: Values, order: readonly number[]): Values {
  const size = data.length / order.length;
  const out = new Float32Array(data.length);
  order.forEach((from, i) => void out.set((data as Float32Array).subarray(from * size, (from + 1) * size), i * size));
  return { data: out, shape };
}
