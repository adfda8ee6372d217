import { type Features, openFeatures } from '../features/features.ts';
import { SEGMENT_SAMPLES } from '../features/segments.ts';
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

/** @throws AttuneError `checkpoint` where the front end needs numbers that cannot be read */
export async function modelOf({ architecture, frontEnd, tensors }: Weighed): Promise<Model> {
  const network = createNetwork(architecture);
  const features = await openFeatures(frontEnd);
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
export function openModel(
  input: readonly [name: string, shape: readonly number[]],
  build: (x: Tensor) => Readonly<Record<string, Tensor>>,
  { threads }: { readonly threads?: number | undefined } = {},
): Promise<Session> {
  const graph = new Graph();
  const outputs = build(graph.input(input[0], ['batch', ...input[1]]));
  for (const [name, tensor] of Object.entries(outputs)) graph.output(name, tensor);
  // constant weights gain from blocked layouts
  return createSession(graph, { ...(threads !== undefined && { threads }), optimization: 'all' });
}

/** What models take in use: one segment. */
export const SAMPLES = ['samples', [SEGMENT_SAMPLES]] as const;
