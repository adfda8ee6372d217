import { AttuneError } from '../errors.ts';
import type { Dimension, Shape } from './graph.ts';

export const show = (shape: Shape) => `[${shape.join(', ')}]`;

export const sameShape = (a: Shape, b: Shape) => a.length === b.length && a.every((dimension, i) => dimension === b[i]);

/** `axis` of a shape of `rank` axes, counted from the start; a negative one was counted from the end. */
export const fromStart = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);

/** The dimension at `axis`, counted from the end where negative. */
export function dimension(shape: Shape, axis: number): Dimension {
  const found = shape[fromStart(axis, shape.length)];
  if (found === undefined) throw new AttuneError('graph', `axis ${axis} does not exist in the shape ${show(shape)}`);
  return found;
}

/** A dimension that must be known when the graph is built. */
export function known(shape: Shape, axis: number): number {
  const found = dimension(shape, axis);
  if (typeof found === 'string')
    throw new AttuneError('graph', `axis ${axis} of ${show(shape)} must be known when the graph is built`);
  return found;
}

/** The product of the dimensions where all are known, else undefined. */
export function elements(shape: Shape): number | undefined {
  return shape.reduce<number | undefined>(
    (product, d) => (product === undefined || typeof d === 'string' ? undefined : product * d),
    1,
  );
}

/** The shape of an element-wise result (NumPy's broadcasting rules). */
export function broadcast(a: Shape, b: Shape): Shape {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, i) => {
    const x = a[i - length + a.length] ?? 1;
    const y = b[i - length + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new AttuneError('graph', `${show(a)} and ${show(b)} do not broadcast`);
    return x === 1 ? y : x;
  });
}

/** The shape that a reshape to `target` gives: 0 keeps a dimension, -1 takes what is left, as far as that is known. */
export function reshaped(from: Shape, target: readonly Dimension[]): Shape {
  const shape = target.map((d, i) => (d === 0 ? dimension(from, i) : d));
  const rest = shape.indexOf(-1);
  const cancel = (dimensions: readonly Dimension[], other: readonly Dimension[]) => {
    const names = other.filter((d) => typeof d === 'string');
    return dimensions.filter((d) => {
      const at = names.indexOf(d as string);
      if (typeof d === 'number' || at < 0) return true;
      names.splice(at, 1);
      return false;
    });
  };
  const others = shape.filter((_, i) => i !== rest);
  const left = cancel(from, others);
  const taken = cancel(others, from);
  const size = (dimensions: readonly Dimension[]) => elements(dimensions.filter((d) => typeof d === 'number')) ?? 1;
  const ratio = size(left) / size(taken);
  const names = left.filter((d) => typeof d === 'string');
  const fits = taken.every((d) => typeof d === 'number') && (rest < 0 ? ratio === 1 && names.length === 0 : true);
  const negative = others.some((d) => typeof d === 'number' && d < 0);
  if (!fits || negative || !Number.isInteger(ratio))
    throw new AttuneError('graph', `${show(from)} cannot be reshaped to ${show(target)}`);
  if (rest >= 0) shape[rest] = names.length ? [...(ratio === 1 ? [] : [ratio]), ...names].join('*') : ratio;
  return shape;
}
