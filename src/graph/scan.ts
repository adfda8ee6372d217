import { Graph, type Shape, type Tensor } from './graph.ts';

/** What one application of a scan's body gives. */
export interface Body {
  /** the states after it, each of the shape it came with */
  readonly states?: readonly Tensor[];
  /** what is kept of it */
  readonly outputs: readonly Tensor[];
}

/** Given one element of each sequence and the states. */
export type BuildBody = (elements: readonly Tensor[], states: readonly Tensor[]) => Body;

/**
 * The body of a `Scan` (https://onnx.ai/onnx/operators/onnx__Scan.html) within a graph. It may use tensors from outside.
 *
 * @param elements shapes of one element of each sequence
 */
export function scanBody(
  outer: Graph,
  states: readonly Tensor[],
  elements: readonly { readonly type: Tensor['type']; readonly shape: Shape }[],
  build: BuildBody,
): Graph {
  const inner = new Graph({ parent: outer });
  const inside = ({ type, shape }: (typeof elements)[number]) =>
    inner.input(outer.tensor('sample', type, shape).name, shape, type);
  const innerStates = states.map(inside);
  const body = build(elements.map(inside), innerStates);
  const named = new Set(inner.inputs.map(({ name }) => name));
  for (const result of [...(body.states ?? []), ...body.outputs]) {
    // the runtime loses an output that is an input too, or stands there twice: such a one gets a name, and a copy, of its own
    const name = named.has(result.name) ? inner.tensor('result', result.type, result.shape).name : result.name;
    named.add(name);
    inner.output(name, result);
  }
  return inner;
}

/**
 * Runs a piece of graph once for each element of sequences, from the first to the last or back, and stacks what it returns where its
 * element stood. On every device: step by step is what recurrence is.
 *
 * @param sequences tensors `[time, ...]`; the body sees each as `[...]`
 * @param states carried from step to step
 */
export function forEachStep(
  sequences: readonly Tensor[],
  states: readonly Tensor[],
  backwards: boolean,
  build: BuildBody,
): { states: readonly Tensor[]; outputs: readonly Tensor[] } {
  const outer = sequences[0]!.graph;
  const elements = sequences.map(({ type, shape }) => ({ type, shape: shape.slice(1) }));
  const body = scanBody(outer, states, elements, build);
  const directions = (count: number) => ({ ints: Array.from({ length: count }, () => (backwards ? 1 : 0)) });
  const results = outer.apply('Scan', [...states, ...sequences], {
    body: { graph: body },
    num_scan_inputs: { int: sequences.length },
    scan_input_directions: directions(sequences.length),
    scan_output_directions: directions(body.outputs.length - states.length),
  });
  return { states: results.slice(0, states.length), outputs: results.slice(states.length) };
}
