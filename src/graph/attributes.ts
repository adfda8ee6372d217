import type { Graph } from './graph.ts';

/** A parameter of an ONNX operator, with the type that the format wants spelt out. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly graph: Graph };

export type Attributes = Readonly<Record<string, Attribute>>;

export function intOf(attributes: Attributes, name: string, otherwise: number): number {
  const attribute = attributes[name];
  return attribute && 'int' in attribute ? attribute.int : otherwise;
}

export function intsOf(attributes: Attributes, name: string, otherwise: readonly number[]): readonly number[] {
  const attribute = attributes[name];
  return attribute && 'ints' in attribute ? attribute.ints : otherwise;
}

export function graphOf(attributes: Attributes, name: string): Graph {
  const attribute = attributes[name];
  if (!attribute || !('graph' in attribute)) throw new TypeError(`attribute ${name} holds no graph`);
  return attribute.graph;
}
