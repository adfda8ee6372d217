import { scale } from '@observablehq/plot';
import { encode } from 'fast-png';

/** How values become colours; each scheme can be told apart by those who see red and green alike. */
export interface Colours {
  readonly scheme: 'greys' | 'blues' | 'rdbu';
  /** the least and the greatest value */
  readonly domain: readonly [number, number];
}

/** Of values from `least` to `most`: white to a dark colour. */
export const sequential = (scheme: 'greys' | 'blues', least: number, most: number): Colours => ({
  scheme,
  domain: [least, most > least ? most : least + 1],
});

/** Of signed values: white at 0, red above, blue below, as deep at -x as at x (ColorBrewer RdBu, https://colorbrewer2.org). */
export function diverging(values: Float32Array): Colours {
  const most = values.reduce((greatest, value) => Math.max(greatest, Math.abs(value)), 0) || 1;
  return { scheme: 'rdbu', domain: [-most, most] };
}

/**
 * A map as an image, one pixel a value, the first row at the bottom.
 *
 * @param values `[rows x columns]`
 * @returns a PNG as a data URI
 */
export function imageOf(values: Float32Array, columns: number, { scheme, domain }: Colours): string {
  const rows = values.length / columns;
  const reverse = scheme === 'rdbu'; // it begins with red
  const { apply } = scale({ color: { type: 'linear', scheme, domain, reverse, clamp: true } });
  const data = new Uint8Array(3 * values.length);
  for (const [i, value] of values.entries()) {
    const pixel = (rows - 1 - Math.floor(i / columns)) * columns + (i % columns);
    data.set(channels(apply(value)), 3 * pixel);
  }
  const png = encode({ width: columns, height: rows, data, channels: 3, depth: 8 });
  return `data:image/png;base64,${btoa(Array.from(png, (byte) => String.fromCharCode(byte)).join(''))}`;
}

/** `rgb(1, 2, 3)` as three bytes. */
const channels = (colour: string) => colour.match(/\d+/g)!.map(Number);
