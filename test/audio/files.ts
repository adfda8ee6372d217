const ascii = (word: string) => Uint8Array.from(word, (letter) => letter.charCodeAt(0));
const number = (value: number, bytes: number, littleEndian: boolean) => {
  const digits = Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
  return Uint8Array.from(littleEndian ? digits : digits.reverse());
};
export const little = (value: number, bytes: number) => number(value, bytes, true);
export const big = (value: number, bytes: number) => number(value, bytes, false);
export const concat = (...parts: (Uint8Array | string)[]) =>
  Uint8Array.from(parts.flatMap((part) => [...(typeof part === 'string' ? ascii(part) : part)]));

interface WavHeader {
  /** 1 PCM, 3 float, 6 A-law */
  format?: number;
  channels?: number;
  rate?: number;
  bits?: number;
  /** bytes that one sample of every channel takes */
  block?: number;
  dataLength?: number;
}

/** A WAV file written by hand; `dataLength` is what its header claims. */
export function wav(body: Uint8Array, header: WavHeader = {}) {
  const { format = 1, channels = 1, rate = 16_000, bits = 16, dataLength = body.length } = header;
  const { block = channels * (bits / 8) } = header;
  const fmt = concat(
    little(format, 2),
    little(channels, 2),
    little(rate, 4),
    little(rate * block, 4),
    little(block, 2),
    little(bits, 2),
  );
  return concat(
    'RIFF',
    little(36 + body.length, 4),
    'WAVE',
    'fmt ',
    little(16, 4),
    fmt,
    'data',
    little(dataLength, 4),
    body,
  );
}

/** 16-bit little-endian samples. */
export const s16 = (...values: number[]) => concat(...values.map((value) => little((value + 65_536) % 65_536, 2)));

/** An MP4 box. */
export const box = (type: string, ...parts: (Uint8Array | string)[]) => {
  const body = concat(...parts);
  return concat(big(8 + body.length, 4), type, body);
};

/** An EBML element whose size takes four bytes. */
export const element = (id: number, ...parts: (Uint8Array | string)[]) => {
  const body = concat(...parts);
  return concat(big(id, Math.ceil((32 - Math.clz32(id)) / 8)), big(0x10000000 + body.length, 4), body);
};
