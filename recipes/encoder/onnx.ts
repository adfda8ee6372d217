import { PbfReader } from 'pbf';
import type { Values } from '../../src/graph/session.ts';

/** What of a quantised ONNX file makes an encoder. */
export interface Onnx {
  /** constants of float32, int8 and int32 by name; the last as int64 */
  readonly tensors: ReadonlyMap<string, Values>;
  /** quantised constants that something is multiplied by, in the order of the graph, without their `_quantized` */
  readonly products: readonly string[];
}

// Field numbers are those of onnx.proto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
const TYPES: Readonly<Record<number, (tensor: RawTensor) => Values['data']>> = {
  1: ({ bytes, floats }) => (bytes ? new Float32Array(bytes) : Float32Array.from(floats)),
  3: ({ bytes, wholes }) => (bytes ? new Int8Array(bytes) : Int8Array.from(wholes)),
  6: ({ bytes, wholes }) => BigInt64Array.from(bytes ? [...new Int32Array(bytes)] : wholes, BigInt),
};

interface RawTensor {
  name: string;
  type: number;
  readonly shape: number[];
  readonly floats: number[];
  readonly wholes: number[];
  bytes?: ArrayBuffer;
}

interface RawNode {
  operator: string;
  readonly inputs: string[];
}

/** @param bytes of a file whose graph is float32 but for what it dequantises */
export function readOnnx(bytes: Uint8Array): Onnx {
  const tensors = new Map<string, Values>();
  const factors: string[] = [];
  const readGraph = (tag: number, _: unknown, pbf: PbfReader) => {
    if (tag === 1) {
      const { operator, inputs } = pbf.readMessage<RawNode>(readNode, { operator: '', inputs: [] });
      if (operator === 'MatMul') factors.push(inputs[1]!);
    } else if (tag === 5) {
      const tensor = pbf.readMessage<RawTensor>(readTensor, { name: '', type: 0, shape: [], floats: [], wholes: [] });
      const data = TYPES[tensor.type]?.(tensor);
      if (data) tensors.set(tensor.name, { data, shape: tensor.shape });
    }
  };
  const readModel = (tag: number, _: unknown, pbf: PbfReader) => void (tag === 7 && pbf.readMessage(readGraph, null));
  new PbfReader(bytes).readFields(readModel, null);
  const products = factors.map((name) => name.replace('_DequantizeLinear_Output', ''));
  return { tensors, products: products.filter((name) => tensors.has(`${name}_quantized`)) };
}

function readNode(tag: number, node: RawNode, pbf: PbfReader): void {
  if (tag === 1) node.inputs.push(pbf.readString());
  else if (tag === 4) node.operator = pbf.readString();
}

function readTensor(tag: number, tensor: RawTensor, pbf: PbfReader): void {
  if (tag === 1) pbf.readPackedVarint(tensor.shape, true);
  else if (tag === 2) tensor.type = pbf.readVarint();
  else if (tag === 4) pbf.readPackedFloat(tensor.floats);
  else if (tag === 5) pbf.readPackedVarint(tensor.wholes, true);
  else if (tag === 8) tensor.name = pbf.readString();
  else if (tag === 9) tensor.bytes = new Uint8Array(pbf.readBytes()).buffer;
}
