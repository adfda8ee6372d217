import { expect, it } from 'vitest';
import { npyHead } from '../src/npy.ts';

/** What numpy.lib.format.read_array_header_1_0 reads, as the format's page has it. */
function read(head: Uint8Array) {
  const bytes = Buffer.from(head);
  const length = bytes.readUInt16LE(8);
  return {
    magic: bytes.subarray(1, 6).toString('latin1'),
    start: bytes.subarray(0, 1).toString('hex') + bytes.subarray(6, 8).toString('hex'),
    end: 10 + length,
    text: bytes.subarray(10, 10 + length).toString('latin1'),
  };
}

it.each([
  [0, 768],
  [39, 2304],
  [2 ** 53 - 1, 2 ** 31],
])('the head of an npy of %i rows of %i columns is that of version 1.0', (rows, columns) => {
  const { magic, start, end, text } = read(npyHead([rows, columns]));
  expect({ magic, start, end }).toEqual({ magic: 'NUMPY', start: '930100', end: 128 });
  expect(text.endsWith('\n')).toBe(true);
  expect(text.trimEnd()).toBe(`{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`);
});
