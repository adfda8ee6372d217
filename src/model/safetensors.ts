import * as v from 'valibot';
import { AttuneError } from '../errors.ts';
import type { Values } from '../graph/session.ts';

/** Named tensors and free text beside them. */
export interface TensorFile {
  readonly tensors: Readonly<Record<string, Values>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const natural = v.pipe(v.number(), v.integer(), v.minValue(0));
const HEADER = v.objectWithRest(
  { __metadata__: v.optional(v.record(v.string(), v.string()), {}) },
  v.object({ dtype: v.string(), shape: v.array(natural), data_offsets: v.tuple([natural, natural]) }),
);

/** The bytes of a safetensors file: https://huggingface.co/docs/safetensors. Tensors stand in alphabetical order, so equal tensors give equal bytes. */
export function writeSafetensors({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  const names = Object.keys(tensors).sort();
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const name of names) {
    const { data, shape } = tensors[name]!;
    header[name] = {
      dtype: data instanceof Float32Array ? 'F32' : 'I64',
      shape,
      data_offsets: [end, end + data.byteLength],
    };
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const out = new Uint8Array(8 + padded + end);
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true);
  out.fill(0x20, 8, 8 + padded).set(json, 8);
  let at = 8 + padded;
  for (const name of names) {
    const { data } = tensors[name]!;
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return out;
}

/**
 * Reads a safetensors file of float32 and int64 tensors; float64 is rounded to float32.
 *
 * @param name what to call the file in errors
 * @throws AttuneError `checkpoint` where the file is cut short, damaged, or holds tensors of other types
 */
export function readSafetensors(bytes: Uint8Array, name: string): TensorFile {
  const damaged = (what: string) =>
    new AttuneError('checkpoint', `${name} is not a whole safetensors file: ${what}. Write or fetch it again.`);
  if (bytes.length < 8) throw damaged(`it has ${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > bytes.length - 8) throw damaged(`its header claims ${length} bytes of the ${bytes.length} it has`);
  let header: v.InferOutput<typeof HEADER>;
  try {
    header = v.parse(
      HEADER,
      JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length))),
    );
  } catch {
    throw damaged('its header cannot be read');
  }
  const { __metadata__: metadata, ...entries } = header;
  const body = bytes.subarray(8 + length);
  const tensors = Object.entries(entries).map(([tensor, { dtype, shape, data_offsets }]) => {
    const [start, end] = data_offsets;
    const size = shape.reduce((product, d) => product * d, 1);
    const width = { F32: 4, F64: 8, I64: 8 }[dtype];
    if (!width) throw damaged(`tensor ${tensor} has type ${dtype}; F32, F64 or I64 was expected`);
    if (end > body.length || end - start !== size * width) throw damaged(`tensor ${tensor} does not fit`);
    const copy = new Uint8Array(body.subarray(start, end)).buffer; // aligned, and free of the file's other bytes
    const numbers = dtype === 'F64' ? new Float64Array(copy) : copy;
    return [tensor, { data: dtype === 'I64' ? new BigInt64Array(copy) : new Float32Array(numbers), shape }] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}
