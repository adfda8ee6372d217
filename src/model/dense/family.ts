import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import { constants, linear } from '../layers.ts';
import type { Family, Tensors, Variable, Weights } from '../network.ts';
import { DEFAULT_DENSE, DENSE_ARCHITECTURE, type DenseArchitecture } from './architecture.ts';

/**
 * Dense layers with ReLU on the descriptors of a segment's frames: the segment network of Lee and Tashev, Interspeech 2015, and of
 * Han et al., Interspeech 2014 (docs/decisions/comparators.md).
 */
export const DENSE: Family<DenseArchitecture> = {
  kind: 'dense',
  schema: DENSE_ARCHITECTURE,
  defaults: DEFAULT_DENSE,
  build({ classes, inputs, hidden }) {
    const widths = [inputs, ...hidden];
    const layers = (x: Tensor, parameters: Tensors) =>
      hidden.reduce((units, _, i) => f.relu(linear(units, parameters, `layer${i + 1}`)), x); // [n, 256] each
    const logits = (units: Tensor, parameters: Tensors) => linear(units, parameters, 'fc');
    const inputOf = (x: Tensor, weights: Weights) => layers(x, constants(x.graph, weights));
    return {
      ...{ kind: 'dense', takes: 'descriptors', features: [inputs], classes },
      name: `dense layers of ${hidden.join(', ')}`,
      parameters: new Map([
        ...hidden.flatMap((units, i) => drawn(`layer${i + 1}`, units, widths[i]!)),
        ...drawn('fc', classes, widths.at(-1)!),
      ]),
      statistics: new Map(),
      head: { parameters: ['fc.weight', 'fc.bias'], inputs: widths.at(-1)!, inputOf, logits },
      settings: [
        ['Numbers of a segment', inputs],
        ['Layers', hidden],
        ['Classes', classes],
      ],
      inTraining: (x, parameters) => ({
        logits: x.graph.scope('dense', () => logits(layers(x, parameters), parameters)),
        statistics: {},
      }),
      inUse: (x, weights) => logits(inputOf(x, weights), constants(x.graph, weights)),
    };
  },
};

const drawn = (name: string, out: number, fanIn: number): [string, Variable][] => [
  [`${name}.weight`, { shape: [out, fanIn], initial: { fanIn } }],
  [`${name}.bias`, { shape: [out], initial: { fanIn } }],
];
