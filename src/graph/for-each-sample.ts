import { reshape } from './functions.ts';
import { Graph, type Tensor } from './graph.ts';

interface Body {
  /** the states after this sample, each of the shape it came with */
  readonly states?: readonly Tensor[];
  /** what is kept of this sample, each `[1, ...]` */
  readonly outputs: readonly Tensor[];
}

/**
 * Runs a piece of graph once for each sample of a batch and stacks what it returns: ONNX `Scan`
 * (https://onnx.ai/onnx/operators/onnx__Scan.html). One sample's tensors fit in the processor's caches where a batch's do not, the
 * graph stays small, and one graph serves batches of any size. The body may use tensors from outside.
 *
 * A GPU wants few large operators: there the body is applied once, to the whole batch. So it must keep the samples of `[n, ...]`
 * apart whatever n is, and sum over them what it adds to a state. A batch that is known to be of one sample needs no scan either.
 *
 * @param sequences tensors `[batch, ...]`; the body sees each as `[1, ...]`, on a GPU as it is
 * @param states carried from sample to sample, such as a sum that grows
 */
export function forEachSample(
  sequences: readonly Tensor[],
  states: readonly Tensor[],
  build: (samples: readonly Tensor[], states: readonly Tensor[]) => Body,
): { states: readonly Tensor[]; outputs: readonly Tensor[] } {
  const outer = sequences[0]!.graph;
  if (outer.device !== 'cpu' || sequences[0]!.shape[0] === 1) {
    const { states: sums = [], outputs } = build(sequences, states);
    return { states: sums, outputs };
  }
  const inner = new Graph({ parent: outer });
  const inside = (tensor: Tensor, shape: Tensor['shape']) =>
    inner.input(outer.tensor('sample', tensor.type, shape).name, shape, tensor.type);
  const innerStates = states.map((state) => inside(state, state.shape));
  const samples = sequences.map((sequence) => inside(sequence, [1, ...sequence.shape.slice(1)]));
  const body = build(samples, innerStates);
  const named = new Set(inner.inputs.map(({ name }) => name));
  for (const result of [...(body.states ?? []), ...body.outputs]) {
    // the runtime loses an output that is an input too, or stands there twice: such a one gets a name, and a copy, of its own
    const name = named.has(result.name) ? inner.tensor('result', result.type, result.shape).name : result.name;
    named.add(name);
    inner.output(name, result);
  }
  const stacked = sequences.map((s) => reshape(s, [-1, 1, ...(s.shape.slice(1) as number[])])); // [batch, 1, ...]
  const results = outer.apply('Scan', [...states, ...stacked], {
    body: { graph: inner },
    num_scan_inputs: { int: sequences.length },
  });
  return {
    states: results.slice(0, states.length),
    outputs: results
      .slice(states.length)
      .map((result) => reshape(result, [-1, ...(result.shape.slice(2) as number[])])),
  };
}
