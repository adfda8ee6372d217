/** Magic, version 1.0, and the length of the header's text. */
const PREFIX = 10;
/** The header's text ends at a multiple of this; shapes of any numbers that JavaScript counts fit into two. */
const ALIGNMENT = 64;

/**
 * The head of a NumPy file of float32 in rows, version 1.0, behind which the numbers follow, little-endian:
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @param shape `[rows, columns]`
 * @returns always 128 bytes, so that the number of rows may be written when it is known
 */
export function npyHead(shape: readonly [rows: number, columns: number]): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const head = new Uint8Array(2 * ALIGNMENT).fill(0x20);
  head.set([0x93, ...Buffer.from('NUMPY'), 1, 0, head.length - PREFIX, 0]);
  head.set(Buffer.from(text), PREFIX);
  head[head.length - 1] = 0x0a;
  return head;
}
