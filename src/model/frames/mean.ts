import { AttuneError } from '../../errors.ts';
import { ENCODER_FRAMES } from '../../features/encoder/identity.ts';
import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import { constants, linear } from '../layers.ts';
import type { Head, Maps, Network, Tensors, Weights } from '../network.ts';
import type { FramesArchitecture } from './architecture.ts';
import { cellsOf, featuresOf, split, widthOf } from './parts.ts';
import { gap } from './pools.ts';
import { ALTERED, DEVIATION, DIRECTIONS, dampedDirections, MEAN } from './settled-names.ts';

/**
 * A linear layer behind the mean over the frames that are heard, each number at mean 0 and deviation 1 over the training segments, less the
 * directions in which speakers differ most, and with those damped in which noise, rooms and lines change it. All but the layer is settled
 * before the first step, so what learns is a logistic regression.
 */
export function meanNetwork(architecture: FramesArchitecture): Network {
  const { classes, speakerDirections: directions = 0, alterationDamping: damping = 0 } = architecture;
  const width = widthOf(architecture);
  const head: Head = {
    parameters: ['fc.weight', 'fc.bias'],
    inputs: width,
    inputOf: (x, weights) => settled(gap(split(x), {}), constants(x.graph, weights)),
    logits: (input, parameters) => linear(input, parameters, 'fc'),
  };
  return {
    ...{ kind: 'frames', takes: 'encoder', features: featuresOf(architecture), classes },
    ...{ name: "the mean of an encoder's frames", head, maps: MAPS },
    parameters: new Map([
      ['fc.weight', { shape: [classes, width], initial: { fanIn: width } }],
      ['fc.bias', { shape: [classes], initial: { fanIn: width } }],
    ]),
    statistics: new Map([
      [MEAN, { shape: [width], initial: 0 }],
      [DEVIATION, { shape: [width], initial: 1, least: 0 }],
      ...(directions ? [[DIRECTIONS, { shape: [directions, width], initial: 0 }] as const] : []),
      ...(damping ? [[ALTERED, { shape: [dampedDirections(width), width], initial: 0 }] as const] : []),
    ]),
    settings: [
      ['Pooling', 'mean'],
      ['Classes', classes],
      ['Directions of speakers taken out', directions],
      ...(damping ? ([['Damping of what alterations change', damping]] as const) : []),
    ],
    settle: async (data) => (await import('./settled.ts')).settledOn(data, { width, directions, damping }),
    ...(damping && { settlesByCopies: true }),
    inTraining() {
      throw new AttuneError('usage', 'a network that settles learns its head alone; train it as `frozen` has it');
    },
    inUse: (x, weights) => head.logits(head.inputOf(x, weights), constants(x.graph, weights)),
  };
}

/** Numbers at mean 0 and deviation 1, less the directions of speakers and of alterations: `[..., width]`. */
function settled(x: Tensor, { [MEAN]: mean, [DEVIATION]: deviation, ...rest }: Tensors): Tensor {
  const normal = f.div(f.sub(x, mean!), deviation!);
  return [rest[DIRECTIONS], rest[ALTERED]].reduce<Tensor>(
    (left, directions) => (directions ? f.sub(left, along(left, directions)) : left),
    normal,
  );
}

const along = (x: Tensor, directions: Tensor): Tensor =>
  f.matmul(f.matmul(x, f.transpose(directions, [1, 0])), directions);

/** What each frame says of each class, and its share in the mean: both are the same for all that is before the layer is linear. */
const MAPS: Maps = {
  ...{ score: 'sum', softmax: true },
  cells: cellsOf,
  inUse(x: Tensor, weights: Weights) {
    const parameters = constants(x.graph, weights);
    const { frames, heard } = split(x);
    const topDown = f.transpose(linear(settled(frames, parameters), parameters, 'fc'), [0, 2, 1]); // [n, classes, 100]
    const bottomUp = f.transpose(f.div(heard, f.reduceSum(heard, [1], true)), [0, 2, 1]); // [n, 1, 100]
    return {
      logits: f.reduceSum(f.mul(topDown, bottomUp), [2]),
      topDown: f.reshape(topDown, [0, 0, 1, ENCODER_FRAMES]),
      bottomUp: f.reshape(bottomUp, [0, 1, 1, ENCODER_FRAMES]),
      heard: f.reshape(heard, [0, 1, 1, ENCODER_FRAMES]),
    };
  },
};
