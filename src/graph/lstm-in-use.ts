import * as f from './functions.ts';
import type { Tensor } from './graph.ts';
import type { LstmDirections, LstmResult, LstmWeights } from './lstm.ts';
import { known } from './shapes.ts';

/**
 * The layer of lstm.ts for use alone: the runtime's own operator, which is faster but gives no cell states, so that it cannot be trained
 * through. https://onnx.ai/onnx/operators/onnx__LSTM.html
 */
export function lstmInUse(x: Tensor, { forward, reverse }: LstmDirections, lengths?: Tensor): LstmResult {
  const { graph } = x;
  const directions = [forward, reverse].filter((weights) => weights !== undefined);
  const hidden = known(directions[0]!.recurrent.shape, 1);
  const stacked = (part: keyof LstmWeights) =>
    f.concat(
      directions.map((weights) => inRuntimeOrder(weights[part], hidden)),
      0,
    );
  const noBias = graph.constant(new Float32Array(directions.length * 4 * hidden), [directions.length, 4 * hidden]);
  const [outputs, last] = graph.apply(
    'LSTM',
    [
      ...[x, stacked('input'), stacked('recurrent'), f.concat([stacked('bias'), noBias], 1)],
      ...(lengths ? [graph.apply('Cast', [lengths], { to: { int: 6 } })[0]!] : []),
    ],
    {
      direction: { string: directions.length === 2 ? 'bidirectional' : forward ? 'forward' : 'reverse' },
      hidden_size: { int: hidden },
    },
  ) as [Tensor, Tensor];
  const width = directions.length * hidden;
  return {
    outputs: f.reshape(f.transpose(outputs, [0, 2, 1, 3]), [0, 0, width]),
    last: f.reshape(f.transpose(last, [1, 0, 2]), [0, width]),
  };
}

/** Weights `[4 hidden, ...]` as `[1, 4 hidden, ...]` in the runtime's order of gates: input, output, forget, cell. */
function inRuntimeOrder(weights: Tensor, hidden: number): Tensor {
  const rest = weights.shape.slice(1) as number[];
  const gates = f.reshape(weights, [4, hidden, ...rest]);
  return f.reshape(f.gather(gates, [0, 3, 1, 2], 0), [1, 4 * hidden, ...rest]);
}
