import { AttuneError } from '../errors.ts';
import { add } from './functions.ts';
import { GRADIENTS } from './gradients.ts';
import type { Graph, Step, Tensor } from './graph.ts';
import { show } from './shapes.ts';

/**
 * Extends the graph with the gradients of `loss` with respect to each of `parameters`: the reverse walk over the steps that lie
 * between them (reverse-mode differentiation). What it appends is part of what the step that it differentiates is part of, within a
 * scope `backward` there.
 *
 * @param loss a scalar
 * @returns the gradients, each of its parameter's shape, in the order of `parameters`
 * @throws AttuneError `graph` where the loss is no scalar, a step has no gradient rule (the operator is named) or the loss does not
 *   depend on a parameter
 */
export function gradients(graph: Graph, loss: Tensor, parameters: readonly Tensor[]): Tensor[] {
  if (loss.shape.length)
    throw new AttuneError(
      'graph',
      `expected a scalar loss, got one of shape ${show(loss.shape)}; sum or average it first`,
    );
  const forward = [...graph.steps];
  const dependent = dependsOn(forward, parameters);
  const arrived = new Map<string, Tensor>([[loss.name, graph.constant([1], [])]]);
  for (const step of forward.reverse()) {
    if (!step.inputs.some((input) => input && dependent.has(input.name))) continue;
    const incoming = step.outputs.map((output) => arrived.get(output.name));
    if (incoming.every((gradient) => gradient === undefined)) continue;
    const needed = step.inputs.map((input) => input !== undefined && dependent.has(input.name));
    graph.scope(`${step.scope}backward`, () =>
      backThrough(step, incoming, needed).forEach((gradient, i) => {
        const input = step.inputs[i];
        if (!gradient || !input || !needed[i]) return;
        const before = arrived.get(input.name);
        arrived.set(input.name, before ? add(before, gradient) : gradient);
      }),
    );
  }
  return parameters.map((parameter) => {
    const gradient = arrived.get(parameter.name);
    if (!gradient)
      throw new AttuneError('graph', `the loss does not depend on ${parameter.name}; leave it out of the parameters`);
    return gradient;
  });
}

/** The names of all tensors that change when one of `sources` does. */
function dependsOn(steps: readonly Step[], sources: readonly Tensor[]): Set<string> {
  const names = new Set(sources.map((source) => source.name));
  for (const { inputs, outputs } of steps)
    if (inputs.some((input) => input && names.has(input.name))) for (const output of outputs) names.add(output.name);
  return names;
}

function backThrough(
  step: Step,
  incoming: readonly (Tensor | undefined)[],
  needed: readonly boolean[],
): (Tensor | undefined)[] {
  if (step.gradient) return step.gradient(incoming, needed);
  const rule = GRADIENTS[step.operator];
  if (!rule)
    throw new AttuneError(
      'graph',
      `no gradient rule for ${step.operator}; add one to src/graph/gradients.ts or leave it out of the loss`,
    );
  return rule(incoming, step);
}
