import { PbfWriter } from 'pbf';
import { type Attribute, graphOf } from './attributes.ts';
import type { Constant, DataType, Dimension, Graph, Node, Tensor } from './graph.ts';

/**
 * Sets of standard operators, each with the version of the format that came with it. 13, of ONNX 1.8 (November 2020), is the first in
 * which Softmax and ReduceSum are as they are used here.
 */
const IR_VERSIONS = { 13: 7, 17: 8 } as const;
const CONTRIBUTED_SET = 1;
/** Operators that ONNX Runtime adds to the standard: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md */
const CONTRIBUTED = ['FusedMatMul'];

const ELEMENT_TYPES: Readonly<Record<DataType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };
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

type Described = { readonly name: string; readonly tensor: Tensor; readonly description: string | undefined };

function writeValue({ name, tensor, description }: Described, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (value, type) => type.writeMessage(1, writeTensorType, value), tensor);
  if (description) pbf.writeStringField(3, description);
}

const writeGraph = (graph: Graph, pbf: PbfWriter): void => writeDescribedGraph({ graph, descriptions: {} }, pbf);

function writeDescribedGraph(
  { graph, descriptions }: { graph: Graph; descriptions: Readonly<Record<string, string>> },
  pbf: PbfWriter,
): void {
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
  const described = (name: string, tensor: Tensor) => ({ name, tensor, description: descriptions[name] });
  for (const input of graph.inputs) pbf.writeMessage(11, writeValue, described(input.name, input));
  for (const { name, tensor } of graph.outputs) pbf.writeMessage(12, writeValue, described(name, tensor));
}

function writeOperatorSet([domain, version]: [string, number], pbf: PbfWriter): void {
  pbf.writeStringField(1, domain);
  pbf.writeVarintField(2, version);
}

function writeProperty([key, value]: [string, string], pbf: PbfWriter): void {
  pbf.writeStringField(1, key);
  pbf.writeStringField(2, value);
}

/** What a file says of itself beside its graph. */
export interface ModelNotes {
  /** the standard operators it asks for; 13 (default: 17) is known to more programs, and differs in no operator used here */
  readonly operatorSet?: keyof typeof IR_VERSIONS;
  /** of the program that wrote it */
  readonly version?: string;
  /** what the model is for */
  readonly description?: string;
  /** what inputs and outputs are, by name */
  readonly descriptions?: Readonly<Record<string, string>>;
  /** free text by key */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Bytes that a file takes, about: most of them are those of constants. */
const roomFor = (graph: Graph): number =>
  [...graph.constants.values()].reduce((sum, { data }) => sum + data.byteLength, 1 << 16);

/**
 * The graph as an ONNX file, which names the runtime's own operators where it has some. https://onnx.ai/onnx/repo-docs/IR.html
 */
export function toOnnx(
  graph: Graph,
  { operatorSet = 17, version, description, descriptions = {}, metadata = {} }: ModelNotes = {},
): Uint8Array {
  const pbf = new PbfWriter(new Uint8Array(roomFor(graph))); // else it grows to it by copying, time and again
  pbf.writeVarintField(1, IR_VERSIONS[operatorSet]);
  pbf.writeStringField(2, 'attune');
  if (version) pbf.writeStringField(3, version);
  if (description) pbf.writeStringField(6, description);
  pbf.writeMessage(7, writeDescribedGraph, { graph, descriptions });
  pbf.writeMessage(8, writeOperatorSet, ['', operatorSet]);
  if (isContributedUsed(graph)) pbf.writeMessage(8, writeOperatorSet, ['com.microsoft', CONTRIBUTED_SET]);
  for (const property of Object.entries(metadata)) pbf.writeMessage(14, writeProperty, property);
  return pbf.finish();
}

/** Whether the graph or a body within it has operators beyond the standard. */
const isContributedUsed = ({ nodes }: Graph): boolean =>
  nodes.some(
    ({ operator, attributes }) =>
      CONTRIBUTED.includes(operator) || (operator === 'Scan' && isContributedUsed(graphOf(attributes, 'body'))),
  );
