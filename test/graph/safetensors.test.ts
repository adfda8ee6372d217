import { describe, expect, it } from 'vitest';
import { AttuneError } from '../../src/errors.ts';
import { readSafetensors, writeSafetensors } from '../../src/graph/safetensors.ts';

const TENSORS = {
  weight: { data: Float32Array.of(1.5, -2, 3, 0.25, 5e-8, -6e8), shape: [2, 3] },
  count: { data: BigInt64Array.of(3n, -4n, 2n ** 40n), shape: [3] },
  scalar: { data: Float32Array.of(7.5), shape: [] },
  empty: { data: new Float32Array(0), shape: [0, 3] },
};
const METADATA = { format: 'attune', note: 'grün' };

describe('a safetensors file', () => {
  it('holds what was written', () => {
    const { tensors, metadata } = readSafetensors(writeSafetensors({ tensors: TENSORS, metadata: METADATA }), 'a file');
    expect(tensors).toEqual(TENSORS);
    expect(metadata).toEqual(METADATA);
  });

  it('has the same bytes for the same tensors in any order', () => {
    const reversed = Object.fromEntries(Object.entries(TENSORS).reverse());
    const [first, second] = [TENSORS, reversed].map((tensors) => writeSafetensors({ tensors, metadata: METADATA }));
    expect(Buffer.compare(first!, second!)).toBe(0);
  });

  it('is laid out as the format says', () => {
    const bytes = writeSafetensors({ tensors: { x: { data: Float32Array.of(1), shape: [1] } }, metadata: {} });
    const header = '{"__metadata__":{},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    const padded = Math.ceil(header.length / 8) * 8;
    expect(Array.from(bytes.subarray(0, 8))).toEqual([padded, 0, 0, 0, 0, 0, 0, 0]);
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + padded))).toBe(header.padEnd(padded));
    expect(Array.from(bytes.subarray(8 + padded))).toEqual([0, 0, 0x80, 0x3f]); // little-endian
  });

  it('takes only its own part of a larger buffer', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const file = writeSafetensors({ tensors: { x: { data, shape: [2] } }, metadata: {} });
    const around = new Uint8Array(file.length + 13);
    around.set(file, 5);
    const { x } = readSafetensors(around.subarray(5, 5 + file.length), 'a file').tensors;
    expect(x).toEqual({ data: Float32Array.of(1, 2), shape: [2] });
  });

  it("is read where Python's safetensors wrote it, float64 rounded", () => {
    // python -c "import base64, numpy as np; from safetensors.numpy import save; print(base64.b64encode(save({
    //   'weight': np.array([[1.5, -2, 3], [.25, 5e-8, -6e8]], np.float32), 'scalar': np.array(7.5, np.float32),
    //   'count': np.array([3, -4, 2**40], np.int64), 'wide': np.array([.1, -2.5])},
    //   {'format': 'attune', 'note': 'grün'})).decode())"
    const file = `
      IAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJhdHR1bmUiLCJub3RlIjoiZ3LDvG4ifSwiY291bnQiOnsiZHR5cGUiOiJJNjQiLCJz
      aGFwZSI6WzNdLCJkYXRhX29mZnNldHMiOlswLDI0XX0sIndpZGUiOnsiZHR5cGUiOiJGNjQiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOlsy
      NCw0MF19LCJzY2FsYXIiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6WzQwLDQ0XX0sIndlaWdodCI6eyJkdHlwZSI6
      IkYzMiIsInNoYXBlIjpbMiwzXSwiZGF0YV9vZmZzZXRzIjpbNDQsNjhdfX0DAAAAAAAAAPz/////////AAAAAAABAACamZmZmZm5PwAAAAAAAATA
      AADwQAAAwD8AAADAAABAQAAAgD6Vv1YzGA0Pzg==`;
    const { weight, count, scalar } = TENSORS;
    const wide = { data: Float32Array.of(0.1, -2.5), shape: [2] };
    const read = readSafetensors(Buffer.from(file, 'base64'), 'a file of Python');
    expect(read).toEqual({ tensors: { weight, count, scalar, wide }, metadata: METADATA });
  });
});

describe('a damaged safetensors file', () => {
  const whole = writeSafetensors({ tensors: TENSORS, metadata: METADATA });
  const withHeader = (header: unknown, body = 4) => {
    const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    return Buffer.concat([length, json, Buffer.alloc(body)]);
  };
  const entry = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /it has 0 bytes/],
    ['less than the length of its header', whole.subarray(0, 7), /it has 7 bytes/],
    ['half of its header', whole.subarray(0, 40), /its header claims \d+ bytes of the 40 it has/],
    [
      'a header of 2^63 bytes',
      Buffer.from(`${'00'.repeat(7)}80`, 'hex'),
      /its header claims 9223372036854776000 bytes of the 8/,
    ],
    ['no tensors', whole.subarray(0, whole.length - 24), /tensor \w+ does not fit/],
    ['all but its last byte', whole.subarray(0, whole.length - 1), /tensor \w+ does not fit/],
    ['a header that is no JSON', withHeader('{"x":'), /its header cannot be read/],
    ['a header that is no UTF-8', Buffer.from('0100000000000000ff', 'hex'), /its header cannot be read/],
    ['a header that is no object', withHeader(null), /its header cannot be read/],
    ['a tensor that is a number', withHeader({ x: 3 }), /its header cannot be read/],
    ['a tensor without a shape', withHeader({ x: { ...entry, shape: undefined } }), /its header cannot be read/],
    ['a tensor that starts before the data', withHeader({ x: { ...entry, data_offsets: [-4, 0] } }), /cannot be read/],
    ['metadata that is no text', withHeader({ __metadata__: { epoch: 3 }, x: entry }), /its header cannot be read/],
    [
      'another type',
      withHeader({ x: { ...entry, dtype: 'F16', shape: [2] } }),
      /at x\.dtype: expected .*"I8", got "F16"/,
    ],
    [
      'names of 10,000 characters',
      withHeader({ ['x'.repeat(10_000)]: { ...entry, shape: [2] } }),
      /^.{1,60}: tensor x{60}… does not fit.{1,60}$/,
    ],
    [
      'names of 10,000 characters and another type',
      withHeader({ ['x'.repeat(10_000)]: { ...entry, dtype: 'F16' } }),
      /^.{1,90} x{60}…\.dtype: expected .{1,90}$/,
    ],
    ['a shape larger than its data', withHeader({ x: { ...entry, shape: [2] } }), /tensor x does not fit/],
    ['bytes behind the last tensor', withHeader({ x: entry }, 16), /12 bytes of its data belong to no tensor/],
    ['data and no tensor', withHeader({}, 4), /4 bytes of its data belong to no tensor/],
    [
      'tensors that overlap',
      withHeader({ x: { ...entry, shape: [2], data_offsets: [0, 8] }, y: { ...entry, data_offsets: [4, 8] } }, 8),
      /tensor y starts at byte 4 of the data, where byte 8 was expected/,
    ],
    [
      'a hole between tensors',
      withHeader({ x: entry, y: { ...entry, data_offsets: [8, 12] } }, 12),
      /tensor y starts at byte 8 of the data, where byte 4 was expected/,
    ],
    [
      'a tensor twice',
      withHeader(`{"x":${JSON.stringify(entry)},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8),
      /starts at byte 4/,
    ],
    [
      'a shape whose size no number holds',
      withHeader({ x: { ...entry, shape: Array(8).fill(2 ** 50) } }),
      /tensor x does not fit/,
    ],
    [
      'a shape of fractions',
      withHeader({ x: { ...entry, shape: [0.5, 2] } }),
      /at x\.shape\[0\]: expected a whole number of 0/,
    ],
    ['a tensor named __proto__ that is none', withHeader('{"__proto__":3}'), /at __proto__: expected an object, got 3/],
    [
      'a header of more than 16 MiB',
      withHeader('{}'.padStart(2 ** 24 + 2)),
      /header claims 16777218 bytes, of 16777216 at/,
    ],
    ['offsets beyond the end', withHeader({ x: { ...entry, data_offsets: [4, 8] } }), /tensor x does not fit/],
  ])('with %s is refused by its name', (_, bytes, message) => {
    const read = () => readSafetensors(bytes, 'fold.safetensors');
    expect(read).toThrow(AttuneError);
    expect(read).toThrow(expect.objectContaining({ code: 'checkpoint' }));
    expect(read).toThrow(/^fold\.safetensors is not a whole safetensors file: .* again\.$/);
    expect(read).toThrow(message);
  });
});
