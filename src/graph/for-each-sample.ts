import { reshape } from './functions.ts';
import type { Tensor } from './graph.ts';
import { type BuildBody, scanBody } from './scan.ts';

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
  build: BuildBody,
): { states: readonly Tensor[]; outputs: readonly Tensor[] } {
  const outer = sequences[0]!.graph;
  if (outer.device !== 'cpu' || sequences[0]!.shape[0] === 1) {
    const { states: sums = [], outputs } = build(sequences, states);
    return { states: sums, outputs };
  }
  const samples = sequences.map(({ type, shape }) => ({ type, shape: [1, ...shape.slice(1)] }));
  const inner = scanBody(outer, states, samples, build);
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
