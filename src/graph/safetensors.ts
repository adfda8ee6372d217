import * as v from 'valibot';
import { AttuneError } from '../errors.ts';
import { byName, formOf, isObject, list, type Properties, told, whole } from '../json.ts';
import { clipped } from '../text.ts';
import type { Values } from './session.ts';

/** Named tensors and free text beside them. */
export interface TensorFile {
  readonly tensors: Readonly<Record<string, Values>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A longer header is no honest one: Attune's have 10 kB. */
const MOST_HEADER_BYTES = 2 ** 24;

const WIDTHS = { F32: 4, F64: 8, I64: 8, I8: 1 } as const;

/** Where a tensor lies in the data behind the header. */
interface Entry {
  readonly dtype: keyof typeof WIDTHS;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [start: number, end: number];
}

const ENTRIES = byName<Entry>(
  v.object({
    dtype: v.picklist(['F32', 'F64', 'I64', 'I8']),
    shape: list(whole(0), 8),
    data_offsets: v.tuple([whole(0), whole(0)]),
  } satisfies Properties<Entry>),
);
const METADATA = byName(v.string());

/** The bytes of a safetensors file: https://huggingface.co/docs/safetensors. Tensors stand in alphabetical order, so equal tensors give equal bytes. */
export function writeSafetensors({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  const names = Object.keys(tensors).sort();
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const name of names) {
    const { data, shape } = tensors[name]!;
    header[name] = {
      dtype: data instanceof Float32Array ? 'F32' : data instanceof Int8Array ? 'I8' : 'I64',
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
 * Reads a safetensors file of float32, int64 and int8 tensors; float64 is rounded to float32.
 *
 * @param name what to call the file in errors
 * @throws AttuneError `checkpoint` where the file is cut short, damaged, or holds tensors of other types, or other bytes than tensors
 */
export function readSafetensors(bytes: Uint8Array, name: string): TensorFile {
  const damaged = (what: string) =>
    new AttuneError('checkpoint', `${name} is not a whole safetensors file: ${what}. Write or fetch it again.`);
  if (bytes.length < 8) throw damaged(`it has ${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > bytes.length - 8) throw damaged(`its header claims ${length} bytes of the ${bytes.length} it has`);
  if (length > MOST_HEADER_BYTES)
    throw damaged(`its header claims ${length} bytes, of ${MOST_HEADER_BYTES} at the most`);
  const header = headerOf(bytes.subarray(8, 8 + length));
  if ('fault' in header) throw damaged(`its header cannot be read ${header.fault}`);
  const body = bytes.subarray(8 + length);
  const misplaced = misplacedIn(header.entries, body.length);
  if (misplaced) throw damaged(misplaced);
  const tensors = Object.entries(header.entries).map(([tensor, { dtype, shape, data_offsets }]) => {
    const copy = new Uint8Array(body.subarray(...data_offsets)).buffer; // aligned, and free of the file's other bytes
    const numbers = dtype === 'F64' ? new Float64Array(copy) : copy;
    if (dtype === 'I64') return [tensor, { data: new BigInt64Array(copy), shape }] as const;
    return [tensor, { data: dtype === 'I8' ? new Int8Array(copy) : new Float32Array(numbers), shape }] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata: header.metadata };
}

type Header = { readonly entries: Readonly<Record<string, Entry>>; readonly metadata: TensorFile['metadata'] };

/** The header, or where and how it is wrong. */
function headerOf(bytes: Uint8Array): Header | { readonly fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { fault: 'as JSON' };
  }
  const { __metadata__: given = {}, ...rest } = (isObject(value) ? value : {}) as Record<string, unknown>;
  const [metadata, entries] = [formOf(given, METADATA), formOf(isObject(value) ? rest : value, ENTRIES)];
  if ('fault' in metadata) return { fault: `at __metadata__: ${told(metadata.fault)}` };
  if ('fault' in entries) return { fault: told(entries.fault) };
  return { entries: entries.value, metadata: metadata.value };
}

/** What is wrong with where tensors lie: they must fill the data, one after another, without holes and overlaps, as the format has it. */
function misplacedIn(entries: Header['entries'], length: number): string | undefined {
  const inOrder = Object.entries(entries).sort(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );
  let at = 0;
  for (const [tensor, { dtype, shape, data_offsets }] of inOrder) {
    const [start, end] = data_offsets;
    const size = shape.reduce((product, d) => product * d, WIDTHS[dtype]);
    if (end > length || end - start !== size) return `tensor ${clipped(tensor)} does not fit`;
    if (start !== at)
      return `tensor ${clipped(tensor)} starts at byte ${start} of the data, where byte ${at} was expected`;
    at = end;
  }
  return at === length ? undefined : `${length - at} bytes of its data belong to no tensor`;
}
