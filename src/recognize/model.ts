import { type Before, type Features, openFeatures } from '../features/features.ts';
import type { OnnxEncoder } from '../features/outside/fit.ts';
import { type Layout, segmentSamples } from '../features/segments.ts';
import { Graph, type Tensor } from '../graph/graph.ts';
import { createSession, type Session } from '../graph/session.ts';
import { createNetwork } from '../model/architecture.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import { type ExplainedTensors, mapsOf, type Network } from '../model/network.ts';

/** Front end and network of a checkpoint: the one place where they meet in use. */
export interface Model {
  readonly network: Network;
  readonly features: Features;
  /** Segments `[n, 32000]`, prepared as the front end has them in use, to features and logits. */
  score(samples: Tensor): { readonly features: Tensor; readonly logits: Tensor };
  /**
   * The same with the network's maps.
   *
   * @throws AttuneError `usage` where it has none
   */
  explain(samples: Tensor): ExplainedTensors & { readonly features: Tensor };
}

type Weighed = Pick<Checkpoint, 'architecture' | 'frontEnd' | 'tensors'>;

/**
 * @param encoder of the user's own, where the network was trained behind one
 * @throws AttuneError `checkpoint` where the front end needs numbers that cannot be read, or the encoder is another; `usage` where it is missing, or given in vain
 */
export async function modelOf({ architecture, frontEnd, tensors }: Weighed, encoder?: OnnxEncoder): Promise<Model> {
  const network = createNetwork(architecture);
  const features = await openFeatures(frontEnd, encoder);
  return {
    network,
    features,
    score(samples) {
      const x = features.of(samples);
      return { features: x, logits: network.inUse(x, tensors) };
    },
    explain(samples) {
      const maps = mapsOf(network);
      const x = features.of(samples);
      return { features: x, ...maps.inUse(x, tensors) };
    },
  };
}

/**
 * A graph of a model, ready to run.
 *
 * @param input its name and the shape of one segment's
 * @param build makes of it, `[batch, ...shape]`, the outputs by name
 */
export async function openModel(
  input: readonly [name: string, shape: readonly number[]],
  build: (x: Tensor) => Readonly<Record<string, Tensor>>,
  { threads, before }: { readonly threads?: number | undefined; readonly before?: Before | undefined } = {},
): Promise<Session> {
  const graph = new Graph();
  const outputs = build(graph.input(input[0], ['batch', ...input[1]]));
  for (const [name, tensor] of Object.entries(outputs)) graph.output(name, tensor);
  // constant weights gain from blocked layouts
  const session = await createSession(graph, { ...(threads !== undefined && { threads }), optimization: 'all' });
  if (!before) return session;
  return { ...session, run: async (feeds) => session.run({ ...feeds, ...(await before(feeds[input[0]]!)) }) };
}

/** What models take in use: one segment. */
export const samplesOf = (layout: Layout) => ['samples', [segmentSamples(layout)]] as const;
