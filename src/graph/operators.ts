import { AttuneError } from '../errors.ts';
import { type Attributes, graphOf, intOf, intsOf } from './attributes.ts';
import type { DataType, Dimension, Shape, Tensor } from './graph.ts';
import { broadcast, dimension, fromStart, known, reshaped, sameShape, show } from './shapes.ts';

interface Inferred {
  readonly type: DataType;
  readonly shape: Shape;
  readonly value?: readonly Dimension[];
}

/** Types and shapes of an operator's outputs from those of its inputs; throws where they do not fit. */
type Rule = (inputs: readonly Tensor[], attributes: Attributes) => Inferred[];

const like: Rule = ([x]) => [{ type: x!.type, shape: x!.shape }];
const elementwise: Rule = (inputs) => {
  if (inputs.some((input) => input.type !== inputs[0]!.type)) fail('inputs of one type', inputs);
  return [{ type: inputs[0]!.type, shape: inputs.map((input) => input.shape).reduce(broadcast) }];
};
const comparison: Rule = (inputs) => [{ type: 'bool', shape: elementwise(inputs, {})[0]!.shape }];

/** The axes that a reduction takes away, from its second input (ReduceSum) or its attribute; all where none is named. */
export function reducedAxes([x, axesTensor]: readonly (Tensor | undefined)[], attributes: Attributes): number[] {
  const rank = x!.shape.length;
  const axes = axesTensor?.value ?? intsOf(attributes, 'axes', []);
  return axes.length ? axes.map((axis) => fromStart(Number(axis), rank)) : x!.shape.map((_, i) => i);
}

const reduction: Rule = (inputs, attributes) => {
  const [x] = inputs;
  const axes = reducedAxes(inputs, attributes);
  const keep = intOf(attributes, 'keepdims', 1) === 1;
  const shape = x!.shape.map((d, i) => (axes.includes(i) ? 1 : d)).filter((_, i) => keep || !axes.includes(i));
  return [{ type: x!.type, shape }];
};

const matmul: Rule = (inputs) => {
  const [a, b] = inputs;
  if (a!.shape.length < 2 || b!.shape.length < 2 || dimension(a!.shape, -1) !== dimension(b!.shape, -2))
    fail('[..., n, k] and [..., k, m]', inputs);
  const batch = broadcast(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
  return [{ type: 'float32', shape: [...batch, dimension(a!.shape, -2), dimension(b!.shape, -1)] }];
};

const fusedMatmul: Rule = (inputs, attributes) => {
  const turned = ({ shape }: Tensor) => [...shape.slice(0, -2), dimension(shape, -1), dimension(shape, -2)];
  const [a, b] = inputs.map((t, i) => ({
    ...t,
    shape: intOf(attributes, i ? 'transB' : 'transA', 0) ? turned(t) : t.shape,
  }));
  return matmul([a!, b!], {});
};

const gemm: Rule = (inputs, attributes) => {
  const [a, b] = inputs.map((t) => t.shape);
  const [n, k] = intOf(attributes, 'transA', 0) ? [a![1], a![0]] : [a![0], a![1]];
  const [k2, m] = intOf(attributes, 'transB', 0) ? [b![1], b![0]] : [b![0], b![1]];
  if (k !== k2 || a!.length !== 2 || b!.length !== 2) fail('matrices that can be multiplied', inputs);
  return [{ type: 'float32', shape: [n!, m!] }];
};

const sliding = (x: Shape, attributes: Attributes, kernel: readonly number[]): number[] => {
  const pads = intsOf(attributes, 'pads', [0, 0, 0, 0]);
  const strides = intsOf(attributes, 'strides', [1, 1]);
  return [0, 1].map((i) => Math.floor((known(x, i + 2) + pads[i]! + pads[i + 2]! - kernel[i]!) / strides[i]! + 1));
};

const pooling: Rule = ([x], attributes) => [
  {
    type: 'float32',
    shape: [...x!.shape.slice(0, 2), ...sliding(x!.shape, attributes, intsOf(attributes, 'kernel_shape', []))],
  },
];

const conv: Rule = (inputs, attributes) => {
  const [x, w] = inputs.map((t) => t.shape);
  const group = intOf(attributes, 'group', 1);
  if (x!.length !== 4 || w!.length !== 4 || known(x!, 1) !== known(w!, 1) * group)
    fail('[n, channels, height, width] and [out, channels / group, kernel height, kernel width]', inputs);
  return [{ type: 'float32', shape: [x![0]!, w![0]!, ...sliding(x!, attributes, [known(w!, 2), known(w!, 3)])] }];
};

/** What is taken along one axis: `count` elements of `length`, from the one at `start` every `step`. */
export interface Slicing {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly count: number;
  readonly length: number;
}

/** What an application of Slice takes along each axis that it names. */
export function slices([x, starts, ends, axes, steps]: readonly (Tensor | undefined)[]): Slicing[] {
  return axes!.value!.map((named, i) => {
    const axis = fromStart(Number(named), x!.shape.length);
    const length = known(x!.shape, axis);
    const step = Number(steps?.value?.[i] ?? 1);
    const clamp = (v: Dimension, low: number, high: number) =>
      Math.min(high, Math.max(low, Number(v) < 0 ? Number(v) + length : Number(v)));
    const start = clamp(starts!.value![i]!, 0, step > 0 ? length : length - 1);
    const end = step > 0 ? clamp(ends!.value![i]!, 0, length) : clamp(ends!.value![i]!, -1, length - 1);
    return { axis, start, step, count: Math.max(0, Math.ceil((end - start) / step)), length };
  });
}

const slice: Rule = (inputs) => {
  const shape = [...inputs[0]!.shape];
  for (const { axis, count } of slices(inputs)) shape[axis] = count;
  return [{ type: inputs[0]!.type, shape }];
};

const scan: Rule = (inputs, attributes) => {
  const body = graphOf(attributes, 'body');
  const states = inputs.length - intOf(attributes, 'num_scan_inputs', 0);
  const steps = inputs[states]!.shape[0]!;
  return body.outputs.map(({ tensor }, i) => ({
    type: tensor.type,
    shape: i < states ? tensor.shape : [steps, ...tensor.shape],
  }));
};

/** Every ONNX operator that Attune uses, with its shape rule. https://onnx.ai/onnx/operators/ */
export const OPERATORS: Readonly<Record<string, Rule>> = {
  Abs: like,
  Add: elementwise,
  AveragePool: pooling,
  BatchNormalization: like,
  Cast: ([x], attributes) => [
    {
      type: ({ 1: 'float32', 6: 'int32', 7: 'int64', 9: 'bool' } as const)[intOf(attributes, 'to', 1)]!,
      shape: x!.shape,
    },
  ],
  Concat: (inputs, attributes) => {
    const axis = fromStart(intOf(attributes, 'axis', 0), inputs[0]!.shape.length);
    const rest = (shape: Shape) => shape.filter((_, i) => i !== axis);
    if (inputs.some((t) => !sameShape(rest(t.shape), rest(inputs[0]!.shape))))
      fail(`equal shapes but for axis ${axis}`, inputs);
    const length =
      inputs.length === 1 ? inputs[0]!.shape[axis]! : inputs.reduce((sum, { shape }) => sum + known(shape, axis), 0);
    return [{ type: inputs[0]!.type, shape: inputs[0]!.shape.map((d, i) => (i === axis ? length : d)) }];
  },
  Conv: conv,
  Div: elementwise,
  Equal: comparison,
  Erf: like,
  Exp: like,
  Expand: ([x, shape]) => [{ type: x!.type, shape: broadcast(x!.shape, shape!.value!) }],
  FusedMatMul: fusedMatmul,
  Gather: ([x, indices], attributes) => {
    const axis = fromStart(intOf(attributes, 'axis', 0), x!.shape.length);
    return [{ type: x!.type, shape: [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)] }];
  },
  Gemm: gemm,
  Greater: comparison,
  HardSigmoid: like,
  Identity: like,
  LSTM: ([x, w], attributes) => {
    const hidden = intOf(attributes, 'hidden_size', 0);
    const [time, batch] = x!.shape;
    const last = { type: 'float32', shape: [w!.shape[0]!, batch!, hidden] } as const;
    return [{ type: 'float32', shape: [time!, w!.shape[0]!, batch!, hidden] }, last, last];
  },
  Less: comparison,
  Log: like,
  LogSoftmax: like,
  MatMul: matmul,
  Max: elementwise,
  MaxPool: pooling,
  Min: elementwise,
  Mod: elementwise,
  Mul: elementwise,
  Neg: like,
  OneHot: ([indices, depth]) => [{ type: 'float32', shape: [...indices!.shape, depth!.value![0]!] }],
  Pad: ([x, pads]) => {
    const rank = x!.shape.length;
    const grow = (i: number) => Number(pads!.value![i]) + Number(pads!.value![i + rank]);
    return [{ type: x!.type, shape: x!.shape.map((d, i) => (grow(i) === 0 ? d : known(x!.shape, i) + grow(i))) }];
  },
  Range: (inputs) => {
    const [start, limit, delta] = inputs.map(({ value }) => Number(value?.[0]));
    const count = Math.max(0, Math.ceil((limit! - start!) / delta!));
    return [{ type: inputs[0]!.type, shape: [Number.isNaN(count) ? 'range' : count] }];
  },
  ReduceMax: reduction,
  ReduceMean: reduction,
  ReduceMin: reduction,
  ReduceSum: reduction,
  Relu: like,
  Reshape: ([x, shape]) => [{ type: x!.type, shape: reshaped(x!.shape, shape!.value!) }],
  Resize: ([x, , scales]) => [
    { type: 'float32', shape: x!.shape.map((d, i) => (i < 2 ? d : known(x!.shape, i) * Number(scales!.value![i]))) },
  ],
  Scan: scan,
  ScatterElements: like,
  Shape: ([x]) => [{ type: 'int64', shape: [x!.shape.length], value: x!.shape }],
  Sigmoid: like,
  Sign: like,
  Size: () => [{ type: 'int64', shape: [] }],
  Slice: slice,
  Softmax: like,
  Split: ([x, lengths], attributes) => {
    const axis = fromStart(intOf(attributes, 'axis', 0), x!.shape.length);
    const parts = lengths!.value!.map(Number);
    if (parts.reduce((a, b) => a + b, 0) !== known(x!.shape, axis))
      fail(`${parts.join(' + ')} along axis ${axis}`, [x!]);
    return parts.map((length) => ({ type: x!.type, shape: x!.shape.map((d, i) => (i === axis ? length : d)) }));
  },
  Sqrt: like,
  Sub: elementwise,
  Tanh: like,
  Transpose: ([x], attributes) => [
    { type: x!.type, shape: intsOf(attributes, 'perm', []).map((axis) => dimension(x!.shape, axis)) },
  ],
  Where: ([condition, a, b]) => [{ type: a!.type, shape: broadcast(condition!.shape, broadcast(a!.shape, b!.shape)) }],
};

function fail(expected: string, inputs: readonly Tensor[]): never {
  throw new AttuneError(
    'graph',
    `expected ${expected}, got ${inputs.map((t) => `${t.type} ${show(t.shape)}`).join(' and ')}`,
  );
}

/** The outputs of an operator; an error names the operator. Inputs that are left out (`undefined`) are passed on as such. */
export function inferOutputs(
  operator: string,
  inputs: readonly (Tensor | undefined)[],
  attributes: Attributes,
): Inferred[] {
  const rule = OPERATORS[operator];
  if (!rule)
    throw new AttuneError(
      'graph',
      `the operator table has no ${operator}; add its shape rule to src/graph/operators.ts`,
    );
  try {
    return rule(inputs as readonly Tensor[], attributes);
  } catch (error) {
    if (error instanceof AttuneError) throw new AttuneError('graph', `${operator}: ${error.message}`, { cause: error });
    throw error;
  }
}
