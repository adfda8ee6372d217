import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import { type LstmDirections, type LstmResult, type LstmWeights, lstm } from '../../graph/lstm.ts';
import { lstmInUse } from '../../graph/lstm-in-use.ts';
import { constants, linear } from '../layers.ts';
import type { Family, Tensors, Variable, Weights } from '../network.ts';
import { BLSTM_ARCHITECTURE, type BlstmArchitecture, DEFAULT_BLSTM } from './architecture.ts';

const DIRECTIONS = ['forward', 'reverse'] as const;

type Layer = (x: Tensor, directions: LstmDirections) => LstmResult;

/**
 * Bidirectional LSTM layers over all frames of an utterance, and one dense layer on each frame: the network of Lee and Tashev, Interspeech
 * 2015 (docs/decisions/comparators.md). With latent labels it has a further output behind the classes, Null.
 */
export const BLSTM: Family<BlstmArchitecture> = {
  kind: 'blstm',
  schema: BLSTM_ARCHITECTURE,
  defaults: DEFAULT_BLSTM,
  build(architecture) {
    const { classes, inputs, hidden, labels } = architecture;
    const outputs = labels === 'latent' ? classes + 1 : classes;
    const width = 2 * hidden.at(-1)!;
    const states = (x: Tensor, parameters: Tensors, layer: Layer) => {
      const last = hidden.reduce(
        (steps, _, i) => layer(steps, directions(parameters, `lstm${i + 1}`)).outputs,
        f.transpose(x, [1, 0, 2]), // [time, n, inputs]
      );
      return f.transpose(last, [1, 0, 2]); // [n, time, 128]
    };
    const logits = (input: Tensor, parameters: Tensors) => linear(input, parameters, 'fc'); // [n, time, outputs]
    const inputOf = (x: Tensor, weights: Weights) => states(x, constants(x.graph, weights), lstmInUse);
    return {
      ...{ kind: 'blstm', takes: 'descriptors', features: [inputs], classes, sequence: { outputs } },
      name: `${hidden.length} bidirectional LSTM layers, ${labels} labels`,
      parameters: parametersOf(architecture, outputs),
      statistics: new Map(),
      head: { parameters: ['fc.weight', 'fc.bias'], inputs: width, inputOf, logits },
      settings: [
        ['Numbers of a frame', inputs],
        ['LSTM layers, each direction', hidden],
        ['Labels of frames', labels],
        ['Classes', classes],
      ],
      inTraining: (x, parameters, _once, _masks, lengths) => ({
        logits: x.graph.scope('blstm', () =>
          logits(
            states(x, parameters, (steps, own) => lstm(steps, own, lengths)),
            parameters,
          ),
        ),
        statistics: {},
      }),
      inUse: (x, weights) => logits(inputOf(x, weights), constants(x.graph, weights)),
    };
  },
};

const directions = (parameters: Tensors, layer: string): LstmDirections =>
  Object.fromEntries(
    DIRECTIONS.map((direction) => {
      const own = (part: keyof LstmWeights) => parameters[`${layer}.${direction}.${part}`]!;
      return [direction, { input: own('input'), recurrent: own('recurrent'), bias: own('bias') }];
    }),
  );

/** 149,125 numbers with 4 classes and Null. */
function parametersOf({ inputs, hidden }: BlstmArchitecture, outputs: number): ReadonlyMap<string, Variable> {
  const drawn = (name: string, shape: readonly number[], fanIn: number): [string, Variable] => [
    name,
    { shape, initial: { fanIn } },
  ];
  const width = 2 * hidden.at(-1)!;
  return new Map([
    ...hidden.flatMap((units, i) =>
      DIRECTIONS.flatMap((direction) => [
        drawn(`lstm${i + 1}.${direction}.input`, [4 * units, i ? 2 * hidden[i - 1]! : inputs], units),
        drawn(`lstm${i + 1}.${direction}.recurrent`, [4 * units, units], units),
        drawn(`lstm${i + 1}.${direction}.bias`, [4 * units], units),
      ]),
    ),
    ...[drawn('fc.weight', [outputs, width], width), drawn('fc.bias', [outputs], width)],
  ]);
}
