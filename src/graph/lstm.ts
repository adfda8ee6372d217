import * as f from './functions.ts';
import type { Gradient, Tensor } from './graph.ts';
import { forEachStep } from './scan.ts';
import { known } from './shapes.ts';

/** The weights of one direction of an LSTM layer, its gates one below the other in PyTorch's order: input, forget, cell, output. */
export interface LstmWeights {
  /** `[4 hidden, features]` */
  readonly input: Tensor;
  /** `[4 hidden, hidden]` */
  readonly recurrent: Tensor;
  /** `[4 hidden]`; the sum of PyTorch's two */
  readonly bias: Tensor;
}

/** One direction, or both. */
export interface LstmDirections {
  /** from the first step to the last */
  readonly forward?: LstmWeights;
  /** from the last step to the first */
  readonly reverse?: LstmWeights;
}

/** What a layer gives, forward beside reverse where it has both. */
export interface LstmResult {
  /** `[time, batch, directions * hidden]`; 0 behind a sequence's end */
  readonly outputs: Tensor;
  /** `[batch, directions * hidden]`: of each direction, after its last step within the sequence */
  readonly last: Tensor;
}

/**
 * A long short-term memory layer that can be trained, from states of 0 (Hochreiter and Schmidhuber, 1997, with forget gates; as
 * https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html):
 *
 * i, f, o = sigmoid, g = tanh of W x + R h + b;  c = f c + i g;  h = o tanh(c)
 *
 * @param x `[time, batch, features]`, finite behind the ends of sequences too
 * @param lengths of the sequences, int64 `[batch]`, 1 to time; absent: all are whole. The reverse direction starts at each one's own end
 */
export function lstm(x: Tensor, { forward, reverse }: LstmDirections, lengths?: Tensor): LstmResult {
  const directions = [
    ...(forward ? [direction(x, forward, lengths, false)] : []),
    ...(reverse ? [direction(x, reverse, lengths, true)] : []),
  ];
  return {
    outputs: f.concat(
      directions.map(({ outputs }) => outputs),
      2,
    ),
    last: f.concat(
      directions.map(({ last }) => last),
      1,
    ),
  };
}

/** What a step within a sequence counts: 1, behind its end 0, `[time, batch, 1]`; and the other way round. */
function masks(x: Tensor, lengths: Tensor): [within: Tensor, behind: Tensor] {
  const { graph } = x;
  const time = x.shape[0]!;
  const steps = typeof time === 'number' ? time : f.gather(f.shapeOf(x), graph.constant([0], [], 'int64'), 0);
  const at = f.reshape(f.range(graph, steps, 1, String(time)), [-1, 1]);
  const within = f.reshape(f.toFloat(f.less(at, lengths)), [0, 0, 1]);
  return [within, f.sub(1, within)];
}

function direction(
  x: Tensor,
  { input, recurrent, bias }: LstmWeights,
  lengths: Tensor | undefined,
  backwards: boolean,
): LstmResult {
  const inputs = [x, input, recurrent, bias, ...(lengths ? [lengths] : [])];
  const [outputs, last] = x.graph.composite('LSTM', inputs, () => {
    const mask = lengths ? masks(x, lengths) : [];
    const sums = f.add(f.matmul(x, f.transpose(input, [1, 0])), bias); // [time, batch, 4 hidden]
    const { zero, kept, last } = recur(sums, recurrent, mask, backwards);
    const [h] = kept as [Tensor];
    const gradient: Gradient = ([ofOutputs, ofLast], [needed]) => {
      const ofSums = gradientOfSums(kept, { ofOutputs, ofLast: ofLast ?? zero, zero }, recurrent, mask, backwards);
      const flat = (y: Tensor) => f.reshape(y, [-1, known(y.shape, 2)]);
      const rows = flat(ofSums); // [time * batch, 4 hidden]
      return [
        needed ? f.matmul(ofSums, input) : undefined,
        f.gemm(rows, flat(x), undefined, { a: true }),
        f.gemm(rows, flat(before(h, backwards)), undefined, { a: true }),
        f.reduceSum(rows, [0]),
      ];
    };
    return { outputs: [mask[0] ? f.mul(h, mask[0]) : h, last], gradient };
  }) as [Tensor, Tensor];
  return { outputs, last };
}

/** The steps forward from what the input adds to the gates; h, c, i, f, g, o and tanh(c) of each are kept. */
function recur(inputSums: Tensor, recurrent: Tensor, mask: readonly Tensor[], backwards: boolean) {
  const { graph } = inputSums;
  const hidden = known(recurrent.shape, 1);
  const turned = f.transpose(recurrent, [1, 0]);
  const step = f.gather(inputSums, graph.constant([0], [], 'int64'), 0);
  const zero = f.zerosLike(f.split(step, [hidden, 3 * hidden], 1)[0]!); // [batch, hidden]
  const { outputs, states } = forEachStep(
    [inputSums, ...mask],
    [zero, zero],
    backwards,
    ([sums, within, behind], [h, c]) => {
      const gates = f.split(f.add(sums!, f.matmul(h!, turned)), [hidden, hidden, hidden, hidden], 1);
      const [i, forget, o] = [gates[0]!, gates[1]!, gates[3]!].map(f.sigmoid) as [Tensor, Tensor, Tensor];
      const g = f.tanh(gates[2]!);
      const cell = f.add(f.mul(forget, c!), f.mul(i, g));
      const t = f.tanh(cell);
      const next = (now: Tensor, past: Tensor) => (within ? f.add(f.mul(now, within), f.mul(past, behind!)) : now);
      const after = [next(f.mul(o, t), h!), next(cell, c!)];
      return { states: after, outputs: [...after, i, forget, g, o, t] };
    },
  );
  return { zero, kept: outputs, last: states[0]! };
}

/** States `[time, batch, hidden]` as they were one step before, 0 before the first. */
const before = (states: Tensor, backwards: boolean): Tensor =>
  backwards ? f.padAll(states, [-1, 0, 0], [1, 0, 0]) : f.padAll(states, [1, 0, 0], [-1, 0, 0]);

/**
 * The gradient of the gates' sums `[time, batch, 4 hidden]`, back through time. With dh and dc of a step's results and c' of the step
 * before: dc += dh o (1 - tanh(c)^2); di = dc g i (1 - i), df = dc c' f (1 - f), dg = dc i (1 - g^2), do = dh tanh(c) o (1 - o);
 * the step before gets dh = (di, df, dg, do) R and dc = dc f. Behind a sequence's end dh is passed on as it is; no dc comes there,
 * or none is asked for.
 */
function gradientOfSums(
  [, cells, i, forget, g, o, t]: readonly Tensor[],
  arrived: { readonly ofOutputs: Tensor | undefined; readonly ofLast: Tensor; readonly zero: Tensor },
  recurrent: Tensor,
  mask: readonly Tensor[],
  backwards: boolean,
): Tensor {
  const slope = (y: Tensor) => f.mul(y, f.sub(1, y));
  const slopeOfTanh = (y: Tensor) => f.sub(1, f.mul(y, y));
  const factors = [
    f.mul(o!, slopeOfTanh(t!)),
    f.mul(g!, slope(i!)),
    f.mul(before(cells!, backwards), slope(forget!)),
    f.mul(i!, slopeOfTanh(g!)),
    f.mul(t!, slope(o!)),
  ];
  const sequences = [forget!, ...factors, ...mask, ...(arrived.ofOutputs ? [arrived.ofOutputs] : [])];
  const { outputs } = forEachStep(sequences, [arrived.ofLast, arrived.zero], !backwards, (elements, [dh, dc]) => {
    const [kept, ofCell, ofInput, ofForget, ofG, ofOutput, ...rest] = elements as Tensor[];
    const [within, behind] = mask.length ? rest : [undefined, undefined];
    const given = rest[mask.length];
    const masked = (y: Tensor) => (within ? f.mul(y, within) : y);
    const h = masked(given ? f.add(dh!, given) : dh!);
    const c = f.add(masked(dc!), f.mul(h, ofCell!));
    const sums = f.concat([f.mul(c, ofInput!), f.mul(c, ofForget!), f.mul(c, ofG!), f.mul(h, ofOutput!)], 1);
    const back = f.matmul(sums, recurrent);
    return { states: [behind ? f.add(back, f.mul(dh!, behind)) : back, f.mul(c, kept!)], outputs: [sums] };
  });
  return outputs[0]!;
}
