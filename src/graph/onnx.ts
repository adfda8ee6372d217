import { PbfWriter } from 'pbf';
import type { Attribute } from './attributes.ts';
import type { Constant, DataType, Dimension, Graph, Node, Tensor } from './graph.ts';

const IR_VERSION = 8;
/** The operator sets used, with their versions; the standard one has no name. */
const OPERATOR_SETS = { '': 17, 'com.microsoft': 1 };
/** Operators that ONNX Runtime adds to the standard: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md */
const CONTRIBUTED = ['FusedMatMul'];

const ELEMENT_TYPES: Readonly<Record<DataType, number>> = { float32: 1, int64: 7, bool: 9 };
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const;

// Field numbers are those of onnx.proto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

function writeAttribute([name, value]: [string, Attribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  const kind = Object.keys(value)[0] as keyof typeof ATTRIBUTE_TYPES;
  if ('float' in value) pbf.writeFloatField(2, value.float);
  else if ('int' in value) pbf.writeVarintField(3, value.int);
  else if ('string' in value) pbf.writeStringField(4, value.string);
  else if ('graph' in value) pbf.writeMessage(6, writeGraph, value.graph);
  else for (const int of value.ints) pbf.writeVarintField(8, int);
  pbf.writeVarintField(20, ATTRIBUTE_TYPES[kind]);
}

function writeNode(node: Node, pbf: PbfWriter): void {
  for (const input of node.inputs) pbf.writeStringField(1, input?.name ?? '');
  for (const output of node.outputs) pbf.writeStringField(2, output.name);
  pbf.writeStringField(3, node.scope + node.outputs[0]!.name);
  pbf.writeStringField(4, node.operator);
  for (const attribute of Object.entries(node.attributes)) pbf.writeMessage(5, writeAttribute, attribute);
  if (CONTRIBUTED.includes(node.operator)) pbf.writeStringField(7, 'com.microsoft');
}

function writeConstant({ tensor, data }: Constant, pbf: PbfWriter): void {
  for (const dimension of tensor.shape) pbf.writeVarintField(1, dimension as number);
  pbf.writeVarintField(2, ELEMENT_TYPES[tensor.type]);
  pbf.writeStringField(8, tensor.name);
  pbf.writeBytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeShape(tensor: Tensor, pbf: PbfWriter): void {
  for (const dimension of tensor.shape) pbf.writeMessage(1, writeDimension, dimension);
}

function writeDimension(dimension: Dimension, pbf: PbfWriter): void {
  if (typeof dimension === 'number') pbf.writeVarintField(1, dimension);
  else pbf.writeStringField(2, dimension);
}

function writeTensorType(tensor: Tensor, pbf: PbfWriter): void {
  pbf.writeVarintField(1, ELEMENT_TYPES[tensor.type]);
  pbf.writeMessage(2, writeShape, tensor);
}

function writeValue({ name, tensor }: { name: string; tensor: Tensor }, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (value, type) => type.writeMessage(1, writeTensorType, value), tensor);
}

function writeGraph(graph: Graph, pbf: PbfWriter): void {
  const renamed = graph.outputs.filter(({ name, tensor }) => name !== tensor.name);
  const aliases = renamed.map(({ name, tensor, scope }) => ({
    operator: 'Identity',
    inputs: [tensor],
    outputs: [{ ...tensor, name }],
    attributes: {},
    scope,
  }));
  for (const node of [...graph.nodes, ...aliases]) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, 'attune');
  for (const constant of graph.constants.values()) pbf.writeMessage(5, writeConstant, constant);
  for (const input of graph.inputs) pbf.writeMessage(11, writeValue, { name: input.name, tensor: input });
  for (const output of graph.outputs) pbf.writeMessage(12, writeValue, output);
}

function writeOperatorSet([domain, version]: [string, number], pbf: PbfWriter): void {
  pbf.writeStringField(1, domain);
  pbf.writeVarintField(2, version);
}

function writeProperty([key, value]: [string, string], pbf: PbfWriter): void {
  pbf.writeStringField(1, key);
  pbf.writeStringField(2, value);
}

/** The graph as an ONNX file. https://onnx.ai/onnx/repo-docs/IR.html */
export function toOnnx(graph: Graph, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, IR_VERSION);
  pbf.writeStringField(2, 'attune');
  pbf.writeMessage(7, writeGraph, graph);
  for (const set of Object.entries(OPERATOR_SETS)) pbf.writeMessage(8, writeOperatorSet, set);
  for (const property of Object.entries(metadata)) pbf.writeMessage(14, writeProperty, property);
  return pbf.finish();
}
