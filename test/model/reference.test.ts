import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Graph } from '../../src/graph/graph.ts';
import { readSafetensors } from '../../src/graph/safetensors.ts';
import { createSession, type Values } from '../../src/graph/session.ts';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { POOLINGS } from '../../src/model/cnn/architecture.ts';
import { stateName } from '../../src/train/optimizers/optimizers.ts';
import { trainingGraph } from '../../src/train/step.ts';
import { ATTUNE_REFERENCE, describeWith } from '../folders.ts';

const numbers = (values: Values | undefined) => Array.from(values!.data as Float32Array);
const largest = (values: readonly number[]) => Math.max(...values.map(Math.abs));
const difference = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value - b[i]!);
const norm = (values: readonly number[]) => Math.hypot(...values);

/** Of the reference's smaller spectrograms. */
async function momentsOf(input: Values): Promise<Record<string, Values>> {
  const graph = new Graph();
  const x = graph.input('x', ['batch', ...input.shape.slice(1)]);
  const moments = createNetwork(DEFAULT_ARCHITECTURE).once!.compute(x);
  for (const [name, tensor] of Object.entries(moments)) graph.output(name, tensor);
  const session = await createSession(graph);
  return session.run({ x: input }).finally(session.close);
}

describeWith(ATTUNE_REFERENCE, 'the network against PyTorch', () => {
  for (const pooling of POOLINGS) {
    const file = `network-${pooling}.safetensors`;
    const network = createNetwork({ ...DEFAULT_ARCHITECTURE, pooling });
    const read = () => readSafetensors(readFileSync(join(ATTUNE_REFERENCE, file)), file).tensors;
    const under = (tensors: Record<string, Values>, prefix: string) =>
      Object.entries(tensors).flatMap(([name, values]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), values] as const] : [],
      );

    // a graph built for a GPU runs on the processor too, in its own formulation
    it.each([
      ['built for cpu', 'cpu', false],
      ['with the moments of Conv1', 'cpu', true],
      ['built for webgpu', 'webgpu', false],
    ] as const)(`${pooling}, %s: logits, loss, every gradient, two steps`, async (_, device, moments) => {
      const reference = read();
      const input = reference.input!.shape.slice(1);
      const session = await createSession(
        trainingGraph(network, input, undefined, { device, keepGradients: true, once: moments }),
        { device: 'cpu' },
      );
      let state: Record<string, Values> = Object.fromEntries(
        under(reference, 'param.').flatMap(([name, values]) => [
          [name, values],
          [stateName('momentum', name), { data: new Float32Array(values.data.length), shape: values.shape }],
        ]),
      );
      for (const [name, { shape }] of under(reference, 'after2.').filter(([name]) => name.includes('running')))
        state[name] = { data: new Float32Array(shape[0]!).fill(name.endsWith('var') ? 1 : 0), shape };
      for (const step of [1, 2]) {
        const out = await session.run({
          ...state,
          ...(moments && (await momentsOf(reference.input!))),
          features: reference.input!,
          target: reference.target!,
          learning_rate: { data: Float32Array.of(0.05), shape: [] },
        });
        const logits = numbers(reference[`step${step}.logits`]);
        expect(largest(difference(numbers(out.logits), logits)) / largest(logits)).toBeLessThan(1e-4);
        const loss = numbers(reference[`step${step}.loss`])[0]!;
        expect(Math.abs(numbers(out.loss)[0]! - loss) / largest(logits)).toBeLessThan(1e-4);
        if (step === 1) {
          // bilinear's square roots near 0 make much of rounding: a last digit in the input moves its gradients by 1e-4 to 1e-3
          const bound = moments && pooling === 'bilinear' ? 3e-3 : 1e-3;
          const gradients = under(reference, 'grad.');
          expect(gradients.length).toBeGreaterThan(15);
          for (const [name, gradient] of gradients)
            expect(norm(difference(numbers(out[`grad.${name}`]), numbers(gradient))), name).toBeLessThan(
              bound * norm(numbers(gradient)) + 1e-7,
            );
        }
        state = Object.fromEntries(under(out, 'new.'));
      }
      for (const [name, expected] of under(reference, 'after2.'))
        expect(largest(difference(numbers(state[name]), numbers(expected))), name).toBeLessThan(1e-4);
      await session.close();
    });

    it(`${pooling}: logits in evaluation`, async () => {
      const reference = read();
      const graph = new Graph();
      const weights = Object.fromEntries([...under(reference, 'after2.'), ...under(reference, 'eval.')]);
      const logits = network.inUse(graph.input('x', ['batch', ...reference.input!.shape.slice(1)]), weights);
      graph.output('logits', logits);
      const session = await createSession(graph);
      const out = numbers((await session.run({ x: reference.input! })).logits);
      const expected = numbers(reference['eval.logits']);
      expect(largest(difference(out, expected)) / largest(expected)).toBeLessThan(1e-4);
      await session.close();
    });
  }
});
