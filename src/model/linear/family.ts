import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import type { Family, Tensors } from '../network.ts';
import { DEFAULT_LINEAR, LINEAR_ARCHITECTURE, type LinearArchitecture } from './architecture.ts';

/** Softmax regression on mean spectra: no order of time, no hidden layer. */
export const LINEAR: Family<LinearArchitecture> = {
  kind: 'linear',
  schema: LINEAR_ARCHITECTURE,
  defaults: DEFAULT_LINEAR,
  build({ classes, bands }) {
    const layer = (input: Tensor, { 'fc.weight': weight, 'fc.bias': bias }: Tensors) =>
      f.add(f.matmul(input, f.transpose(weight!, [1, 0])), bias!);
    const logits = (x: Tensor, parameters: Tensors) => layer(meanSpectrum(x, bands), parameters);
    const initial = { fanIn: bands };
    return {
      ...{ kind: 'linear', takes: 'spectrogram', name: `linear on ${bands} bands`, classes },
      parameters: new Map([
        ['fc.weight', { shape: [classes, bands], initial }],
        ['fc.bias', { shape: [classes], initial }],
      ]),
      statistics: new Map(),
      head: {
        parameters: ['fc.weight', 'fc.bias'],
        inputs: bands,
        inputOf: (x) => meanSpectrum(x, bands),
        logits: layer,
      },
      settings: [
        ['Bands', bands],
        ['Classes', classes],
      ],
      inTraining: (x, parameters) => ({
        logits: x.graph.scope('linear', () => logits(x, parameters)),
        statistics: {},
      }),
      inUse: (x, weights) =>
        logits(
          x,
          Object.fromEntries(
            Object.entries(weights).map(([name, { data, shape }]) => [
              name,
              x.graph.constant(data as Float32Array, shape),
            ]),
          ),
        ),
    };
  },
};

/** Spectrograms `[n, 1, bins, frames]` to means over time of each band, `[n, bands]`. */
function meanSpectrum(x: Tensor, bands: number): Tensor {
  const means = f.reduceMean(x, [1, 3]); // [n, bins]
  return f.reduceMean(f.reshape(means, [0, bands, -1]), [2]);
}
