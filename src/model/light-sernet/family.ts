import { COEFFICIENTS } from '../../features/mfcc/mfcc.ts';
import { forEachSample } from '../../graph/for-each-sample.ts';
import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import { meanPool } from '../../graph/mean-pool.ts';
import { conv1Moments } from '../conv1-moments.ts';
import { constants, linear } from '../layers.ts';
import type { Family, Head, Variable, Weights } from '../network.ts';
import { convolutionInTraining, drawn, foldedConvolution, learnedOf, statisticsOf } from '../normed-convolution.ts';
import {
  BLOCKS,
  DEFAULT_LIGHT_SERNET,
  LIGHT_SERNET_ARCHITECTURE,
  type LightSernetArchitecture,
  POOLED,
} from './architecture.ts';

/** Added to variances by batch normalisation (Keras's default, which its authors have). */
const EPSILON = 1e-3;
/** Of the pooled channels. */
const MASK = 'dropout.pooled';

/**
 * Light-SERNet (Aftab, Morsali, Ghaemmaghami and Champagne, ICASSP 2022, https://arxiv.org/abs/2110.03435): convolutions along coefficients,
 * along frames and over both, then five more, the mean over all that is left, and one layer. docs/decisions/comparators.md has the sources.
 */
export const LIGHT_SERNET: Family<LightSernetArchitecture> = {
  kind: 'light-sernet',
  schema: LIGHT_SERNET_ARCHITECTURE,
  defaults: DEFAULT_LIGHT_SERNET,
  build({ classes, frames, dropout }) {
    const head: Head = {
      parameters: ['fc.weight', 'fc.bias'],
      inputs: POOLED,
      inputOf: (x, weights) => pooledInUse(x, weights),
      logits: (input, parameters) => linear(input, parameters, 'fc'),
    };
    return {
      ...{
        kind: 'light-sernet',
        name: 'Light-SERNet',
        takes: 'mfcc',
        features: [1, COEFFICIENTS, frames],
        classes,
        head,
      },
      ...{ parameters: parametersOf(classes), statistics: statisticsOf(BLOCKS) },
      once: conv1Moments(BLOCKS[0]!),
      ...(dropout && { dropout: new Map([[MASK, { shape: [POOLED], rate: dropout }]]) }),
      settings: [
        ['Coefficients and frames', `${COEFFICIENTS} x ${frames}`],
        ['Dropout', dropout],
        ['Classes', classes],
      ],
      inTraining(x, parameters, moments, masks) {
        const statistics: Record<string, Tensor> = {};
        const maps = BLOCKS.reduce((input, block) => {
          const options = { pool: block.window, epsilon: EPSILON };
          const { output, statistics: own } = x.graph.scope(`conv${block.index}`, () =>
            convolutionInTraining(input, block, parameters, options, block.index === 1 ? moments : undefined),
          );
          Object.assign(statistics, own);
          return output;
        }, x); // [n, 96, 20, 92], [n, 64, 10, 46], [n, 96, 5, 23], [n, 128, 5, 12], [n, 160, 5, 6], [n, 320, 5, 6]
        const pooled = f.reduceMean(maps, [2, 3]);
        return { logits: head.logits(masks ? f.mul(pooled, masks[MASK]!) : pooled, parameters), statistics };
      },
      inUse: (x, weights) =>
        head.logits(
          head.inputOf(x, weights),
          constants(x.graph, weights, (name) => head.parameters.includes(name)),
        ),
    };
  },
};

/** Coefficients `[n, 1, 40, frames]` to pooled channels `[n, 320]`; one segment at a time, so that its maps stay in the caches. */
const pooledInUse = (x: Tensor, weights: Weights): Tensor =>
  forEachSample([x], [], ([sample]) => {
    const maps = BLOCKS.reduce(
      (input, block) => meanPool(f.relu(foldedConvolution(input, block, weights, EPSILON)), block.window),
      sample!,
    );
    return { outputs: [f.reduceMean(maps, [2, 3])] };
  }).outputs[0]!;

/** 460,644 numbers with 4 classes. */
const parametersOf = (classes: number): ReadonlyMap<string, Variable> =>
  new Map([
    ...learnedOf(BLOCKS),
    ...[['fc.weight', drawn([classes, POOLED])] as const, ['fc.bias', drawn([classes], POOLED)] as const],
  ]);
