import { convReluPool } from '../../graph/conv-relu-pool.ts';
import { convReluPoolInUse } from '../../graph/conv-relu-pool-in-use.ts';
import { forEachSample } from '../../graph/for-each-sample.ts';
import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import { type LstmDirections, type LstmWeights, lstm } from '../../graph/lstm.ts';
import { lstmInUse } from '../../graph/lstm-in-use.ts';
import { constants, linear } from '../layers.ts';
import type { Family, Head, Tensors, Variable, Weights } from '../network.ts';
import {
  CNN_LSTM_ARCHITECTURE,
  type CnnLstmArchitecture,
  CONVOLUTIONS,
  DEFAULT_CNN_LSTM,
  pooledSide,
} from './architecture.ts';

/** Of the dense layer's units. */
const MASK = 'dropout.dense';
const DIRECTIONS = ['forward', 'reverse'] as const;

/**
 * Three convolutions, a bidirectional LSTM over time, two layers on its last states: the network of Satt, Rozenberg and Hoory, Interspeech
 * 2017 (https://doi.org/10.21437/Interspeech.2017-200), where it leaves gaps as docs/decisions/comparators.md fills them.
 */
export const CNN_LSTM: Family<CnnLstmArchitecture> = {
  kind: 'cnn-lstm',
  schema: CNN_LSTM_ARCHITECTURE,
  defaults: DEFAULT_CNN_LSTM,
  build(architecture) {
    const { classes, bins, frames, hidden, dense, dropout } = architecture;
    const head: Head = {
      parameters: ['fc.weight', 'fc.bias'],
      inputs: dense,
      inputOf: (x, weights) => denseInUse(x, weights, architecture),
      logits: (input, parameters) => linear(input, parameters, 'fc'),
    };
    return {
      ...{ kind: 'cnn-lstm', takes: 'log-spectrogram', features: [1, bins, frames], classes },
      ...{ name: 'convolutions and a bidirectional LSTM', head },
      ...{ parameters: parametersOf(architecture), statistics: new Map() },
      ...(dropout && { dropout: new Map([[MASK, { shape: [dense], rate: dropout }]]) }),
      settings: [
        ['Bins and frames', `${bins} x ${frames}`],
        ['LSTM, each direction', hidden],
        ['Dense layer', dense],
        ['Dropout', dropout],
        ['Classes', classes],
      ],
      inTraining(x, parameters, _, masks) {
        const maps = CONVOLUTIONS.reduce(
          (input, { name, padding }) =>
            x.graph.scope(name, () =>
              convReluPool(input, { weight: parameters[`${name}.weight`]!, padding }, parameters[`${name}.bias`]!),
            ),
          x,
        ); // [n, 16, 100, 150], [n, 24, 50, 75], [n, 32, 25, 37]
        const { last } = x.graph.scope('lstm', () => lstm(steps(maps), directions(parameters)));
        return x.graph.scope('dense', () => {
          const units = f.relu(linear(last, parameters, 'dense'));
          return { logits: head.logits(masks ? f.mul(units, masks[MASK]!) : units, parameters), statistics: {} };
        });
      },
      inUse: (x, weights) => head.logits(head.inputOf(x, weights), constants(x.graph, weights)),
    };
  },
};

/** Spectrograms `[n, 1, bins, frames]` to the dense layer's units `[n, dense]`; one segment at a time, so that its maps stay in the caches. */
function denseInUse(x: Tensor, weights: Weights, { bins, frames }: CnnLstmArchitecture): Tensor {
  const [maps] = forEachSample([x], [], ([sample]) => {
    const convolved = CONVOLUTIONS.reduce(
      (input, { name, padding }) =>
        convReluPoolInUse(input, weights[`${name}.weight`]!, weights[`${name}.bias`]!, padding),
      f.reshape(sample!, [-1, 1, bins, frames]),
    );
    return { outputs: [convolved] };
  }).outputs as [Tensor];
  const parameters = constants(x.graph, weights, (name) => !name.startsWith('conv'));
  const { last } = lstmInUse(steps(maps), directions(parameters));
  return f.relu(linear(last, parameters, 'dense'));
}

/** Maps `[n, channels, height, width]` as what the LSTM takes, `[width, n, channels * height]`: a step of time holds all frequencies. */
const steps = (maps: Tensor): Tensor => {
  const [, channels, height] = maps.shape as number[];
  return f.reshape(f.transpose(maps, [3, 0, 1, 2]), [0, 0, channels! * height!]);
};

const directions = (parameters: Tensors): LstmDirections =>
  Object.fromEntries(
    DIRECTIONS.map((direction) => {
      const own = (part: keyof LstmWeights) => parameters[`lstm.${direction}.${part}`]!;
      return [direction, { input: own('input'), recurrent: own('recurrent'), bias: own('bias') }];
    }),
  );

/** 1,034,892 numbers with 4 classes. */
function parametersOf({ classes, bins, hidden, dense }: CnnLstmArchitecture): ReadonlyMap<string, Variable> {
  const inputs = CONVOLUTIONS.at(-1)!.shape[0] * pooledSide(bins);
  const drawn = (name: string, shape: readonly number[], fanIn: number) =>
    [name, { shape, initial: { fanIn } }] as const;
  return new Map([
    ...CONVOLUTIONS.flatMap(({ name, shape }) => {
      const fanIn = shape[1] * shape[2] * shape[3];
      return [drawn(`${name}.weight`, shape, fanIn), drawn(`${name}.bias`, [shape[0]], fanIn)];
    }),
    ...DIRECTIONS.flatMap((direction) => [
      drawn(`lstm.${direction}.input`, [4 * hidden, inputs], hidden),
      drawn(`lstm.${direction}.recurrent`, [4 * hidden, hidden], hidden),
      drawn(`lstm.${direction}.bias`, [4 * hidden], hidden),
    ]),
    ...[drawn('dense.weight', [dense, 2 * hidden], 2 * hidden), drawn('dense.bias', [dense], 2 * hidden)],
    ...[drawn('fc.weight', [classes, dense], dense), drawn('fc.bias', [classes], dense)],
  ]);
}
