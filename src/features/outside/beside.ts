import { PbfReader } from 'pbf';

/** Messages of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) that lead to tensors, by the fields that hold them. */
const WITHIN = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
} as const satisfies Readonly<Record<string, Readonly<Record<number, string>>>>;
/** Of a tensor: where its numbers lie, 1 for another file. */
const DATA_LOCATION = 14;

type Message = keyof typeof WITHIN;

/** Whether numbers of an ONNX file lie in files beside it. Of what is no such file: whatever comes of it, for the runtime refuses it. */
export function hasNumbersBeside(bytes: Uint8Array): boolean {
  let found = false;
  const fieldsOf = (message: Message | 'tensor') => (tag: number, _: undefined, pbf: PbfReader) => {
    if (message === 'tensor') {
      if (tag === DATA_LOCATION) found ||= pbf.readVarint() === 1;
      return;
    }
    const inner = (WITHIN[message] as Readonly<Record<number, Message | 'tensor'>>)[tag];
    if (inner) pbf.readMessage(fieldsOf(inner), undefined);
  };
  try {
    new PbfReader(bytes).readFields(fieldsOf('model'), undefined);
  } catch {
    // cut short, or no protobuf: what was found until there counts
  }
  return found;
}
