import { AttuneError } from '../errors.ts';
import { intOf, intsOf } from './attributes.ts';
import * as f from './functions.ts';
import type { Shape, Step, Tensor } from './graph.ts';
import { im2col } from './im2col.ts';
import { reducedAxes, type Slicing, slices } from './operators.ts';
import { scatterAdd } from './scatter.ts';
import { elements, fromStart, known, sameShape } from './shapes.ts';

/**
 * The gradients of an operator's inputs from those of all its outputs, of which one has arrived at least. `undefined`: nothing flows
 * from that output, or to that input.
 */
type Rule = (gradients: readonly (Tensor | undefined)[], step: Step) => (Tensor | undefined)[];
/** The same of an operator that has one output. */
type SingleRule = (gradient: Tensor, step: Step) => (Tensor | undefined)[];

/** Sums a gradient over the axes along which `to` was broadcast. */
function unbroadcast(gradient: Tensor, to: Shape): Tensor {
  if (sameShape(gradient.shape, to)) return gradient;
  const lead = gradient.shape.length - to.length;
  const axes = gradient.shape.flatMap((d, i) => (i < lead || (to[i - lead] === 1 && d !== 1) ? [i] : []));
  const summed = axes.length ? f.reduceSum(gradient, axes, true) : gradient;
  return lead
    ? f.reshape(
        summed,
        to.map((d) => (typeof d === 'string' ? -1 : d)),
      )
    : summed;
}

/** Undoes a reduction's loss of axes: the gradient of each element of its input, where all counted alike. */
function spread(gradient: Tensor, step: Step): Tensor {
  const x = step.inputs[0]!;
  const axes = reducedAxes(step.inputs, step.attributes);
  const kept = x.shape.map((d, i) => (axes.includes(i) ? 1 : typeof d === 'string' ? -1 : d));
  return f.expand(f.reshape(gradient, kept), f.shapeOf(x));
}

/** Zeros along an axis, and what was taken from there at its places. */
function unslice(g: Tensor, { axis, start, step, count, length }: Slicing): Tensor {
  const at = (value: number, otherwise = 0) => g.shape.map((_, i) => (i === axis ? value : otherwise));
  if (step < 0) {
    const turned = f.slice(g, [axis], [-1], [-1e9], [-1]);
    return unslice(turned, { axis, start: start + (count - 1) * step, step: -step, count, length });
  }
  if (step === 1) return f.padAll(g, at(start), at(length - start - count));
  const after = g.shape.slice(axis + 1).map((d) => (typeof d === 'string' ? -1 : d));
  const before = g.shape.slice(0, axis).map(() => 0);
  const apart = f.reshape(g, [...before, count, 1, ...after]);
  const zeros = [...before, 0, step - 1, ...after.map(() => 0)];
  const spaced = f.padAll(
    apart,
    zeros.map(() => 0),
    zeros,
  );
  const joined = f.reshape(spaced, [...before, count * step, ...after]);
  return f.padAll(joined, at(start), at(length - start - count * step));
}

const like = (g: Tensor, x: Tensor) => f.reshape(g, f.shapeOf(x));
const swap = (x: Tensor) => {
  const axes = x.shape.map((_, i) => i);
  return f.transpose(x, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
};

/**
 * One rule an operator, from the derivative in the comment beside it; g is the gradient that arrives. An operator that stands here
 * with no inputs named passes nothing back: its output does not change with small changes of its input.
 */
const OF_ONE_OUTPUT: Readonly<Record<string, SingleRule>> = {
  Abs: (g, { inputs: [x] }) => [f.mul(g, f.sign(x!))],
  Add: (g, { inputs: [a, b] }) => [unbroadcast(g, a!.shape), unbroadcast(g, b!.shape)],
  // each element of a window has its share
  AveragePool: (g, { attributes }) => {
    const [height, width] = intsOf(attributes, 'kernel_shape', []) as [number, number];
    return [f.mul(f.upsample(g, [height, width]), 1 / (height * width))];
  },
  Concat: (g, { inputs, attributes }) => {
    const axis = intOf(attributes, 'axis', 0);
    let end = 0;
    return inputs.map((x) => {
      const start = end;
      end += known(x!.shape, axis);
      return f.slice(g, [axis], [start], [end]);
    });
  },
  // dx: g correlated with the kernel turned by 180 degrees; dw: patches of x times g
  Conv: (g, { inputs: [x, w, bias], attributes }) => {
    if (intsOf(attributes, 'strides', [1, 1]).some((stride) => stride !== 1))
      throw new AttuneError('graph', 'the gradient rule of Conv is for stride 1; pool after the convolution instead');
    if (intOf(attributes, 'group', 1) !== 1)
      throw new AttuneError('graph', 'the gradient rule of Conv is for one group of channels');
    const [out, channels, height, width] = w!.shape as number[];
    const [top, left, bottom, right] = intsOf(attributes, 'pads', [0, 0, 0, 0]) as [number, number, number, number];
    const turned = f.slice(f.transpose(w!, [1, 0, 2, 3]), [2, 3], [-1, -1], [-1e6, -1e6], [-1, -1]);
    const dx = f.conv(g, turned, [height! - 1 - top, width! - 1 - left, height! - 1 - bottom, width! - 1 - right]);
    const patches = im2col(x!, { height: height!, width: width!, padding: [top, left, bottom, right] });
    const flat = f.reshape(g, [0, out!, -1]);
    const dw = f.reduceSum(f.matmul(patches, swap(flat)), [0]); // [kh * kw * channels, out]
    return [
      dx,
      f.transpose(f.reshape(dw, [height!, width!, channels!, out!]), [3, 2, 0, 1]),
      ...(bias ? [f.reduceSum(g, [0, 2, 3])] : []),
    ];
  },
  // d(a/b) = da/b - a/b^2 db
  Div: (g, { inputs: [a, b], outputs: [y] }) => [
    unbroadcast(f.div(g, b!), a!.shape),
    unbroadcast(f.neg(f.div(f.mul(g, y!), b!)), b!.shape),
  ],
  Equal: () => [],
  // d erf(x) = 2 / sqrt(pi) exp(-x^2) dx
  Erf: (g, { inputs: [x] }) => [f.mul(g, f.mul(f.exp(f.neg(f.mul(x!, x!))), 2 / Math.sqrt(Math.PI)))],
  Exp: (g, { outputs: [y] }) => [f.mul(g, y!)],
  Expand: (g, { inputs: [x] }) => [unbroadcast(g, x!.shape)],
  // each place takes what arrives wherever it was taken to
  Gather: (g, { inputs: [x, indices], attributes }) => {
    const axis = fromStart(intOf(attributes, 'axis', 0), x!.shape.length);
    if (indices!.shape.length === 1) return [scatterAdd(x!, indices!, g, axis)];
    const places = elements(indices!.shape) ?? -1;
    const after = x!.shape.slice(axis + 1).map((d) => (typeof d === 'string' ? -1 : d));
    const updates = f.reshape(g, [...x!.shape.slice(0, axis).map(() => 0), places, ...after]);
    return [scatterAdd(x!, f.reshape(indices!, [-1]), updates, axis)];
  },
  Greater: () => [],
  Less: () => [],
  Log: (g, { inputs: [x] }) => [f.div(g, x!)],
  // y = x - log sum exp x: dx = g - softmax(x) sum g
  LogSoftmax: (g, { outputs: [y], attributes }) => [
    f.sub(g, f.mul(f.exp(y!), f.reduceSum(g, [intOf(attributes, 'axis', -1)], true))),
  ],
  // dA = g B^T, dB = A^T g, summed over broadcast axes
  MatMul: (g, { inputs: [a, b] }) => [
    unbroadcast(f.matmul(g, swap(b!)), a!.shape),
    unbroadcast(f.matmul(swap(a!), g), b!.shape),
  ],
  // the greater takes all; of equals, the first
  Max: (g, { inputs: [a, b] }) => {
    const second = f.toFloat(f.less(a!, b!));
    return [unbroadcast(f.mul(g, f.sub(1, second)), a!.shape), unbroadcast(f.mul(g, second), b!.shape)];
  },
  // equal maxima share the gradient of their window
  MaxPool: (g, { inputs: [x], outputs: [y] }) => {
    const chosen = f.toFloat(f.equal(x!, f.upsample(y!)));
    return [f.mul(chosen, f.upsample(f.div(g, f.mul(f.averagePool(chosen), 4))))];
  },
  Mul: (g, { inputs: [a, b] }) => [unbroadcast(f.mul(g, b!), a!.shape), unbroadcast(f.mul(g, a!), b!.shape)],
  Neg: (g) => [f.neg(g)],
  OneHot: () => [],
  // what was added is taken off, and what was cut off gets zeros
  Pad: (g, { inputs: [x, pads] }) => {
    const taken = pads!.value!.map((count) => -Number(count));
    return [f.padAll(g, taken.slice(0, x!.shape.length), taken.slice(x!.shape.length))];
  },
  // scaled while it is still small
  ReduceMean: (g, step) => [spread(f.mul(g, f.div(f.sizeOf(step.outputs[0]!), f.sizeOf(step.inputs[0]!))), step)],
  ReduceSum: (g, step) => [spread(g, step)],
  Relu: (g, { outputs: [y] }) => [f.mul(g, f.toFloat(f.greater(y!, 0)))],
  Reshape: (g, { inputs: [x] }) => [like(g, x!)],
  Shape: () => [],
  // y (1 - y)
  Sigmoid: (g, { outputs: [y] }) => [f.mul(g, f.mul(y!, f.sub(1, y!)))],
  Sign: () => [],
  // back where it was taken from, zeros elsewhere
  Slice: (g, { inputs }) => [slices(inputs).reduceRight(unslice, g)],
  // y (g - sum(g y))
  Softmax: (g, { outputs: [y], attributes }) => [
    f.mul(y!, f.sub(g, f.reduceSum(f.mul(g, y!), [intOf(attributes, 'axis', -1)], true))),
  ],
  Sqrt: (g, { outputs: [y] }) => [f.div(g, f.mul(y!, 2))],
  Sub: (g, { inputs: [a, b] }) => [unbroadcast(g, a!.shape), unbroadcast(f.neg(g), b!.shape)],
  // 1 - y^2
  Tanh: (g, { outputs: [y] }) => [f.mul(g, f.sub(1, f.mul(y!, y!)))],
  Transpose: (g, { attributes }) => {
    const perm = intsOf(attributes, 'perm', []);
    return [
      f.transpose(
        g,
        perm.map((_, i) => perm.indexOf(i)),
      ),
    ];
  },
  Where: (g, { inputs: [condition, a, b] }) => [
    undefined,
    unbroadcast(f.where(condition!, g, 0), a!.shape),
    unbroadcast(f.where(condition!, 0, g), b!.shape),
  ],
};

const OF_SEVERAL_OUTPUTS: Readonly<Record<string, Rule>> = {
  // the parts side by side again, zeros where nothing arrived
  Split: (gs, { outputs, attributes }) => [
    f.concat(
      gs.map((g, i) => g ?? f.zerosLike(outputs[i]!)),
      intOf(attributes, 'axis', 0),
    ),
  ],
};

const single =
  (rule: SingleRule): Rule =>
  ([gradient], step) =>
    rule(gradient!, step);

/** The gradient rule of each operator that can be differentiated. */
export const GRADIENTS: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(Object.entries(OF_ONE_OUTPUT).map(([operator, rule]) => [operator, single(rule)])),
  ...OF_SEVERAL_OUTPUTS,
};
