import { chunksOf, EndOfHead, type Header, type HeaderReader, MAX_CHANNELS, text, view } from './headers.ts';

/** WAVE format tags that `@audio/decode-wav` knows: PCM, MS ADPCM, float, A-law, mu-law, IMA ADPCM. */
const FORMATS = [1, 2, 3, 6, 7, 0x11];
const ADPCM = [2, 0x11];
/** Lengths of a data chunk, or of the whole file, that say no more than that a pipe was written to; sox rounds to a block. */
const UNKNOWN_LENGTHS = [0, 0x7fff_f000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000];

/** How samples are coded, by the format chunk. */
interface Format {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRate: number;
  /** bytes of a sample of all channels, or of a block of ADPCM */
  readonly blockBytes: number;
  readonly bits: number;
  /** the chunk's body */
  readonly body: Uint8Array;
}

/**
 * RIFF WAVE and its 64-bit forms RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088): format chunk, block size, data chunk. The decoder is given
 * the format and the sound alone, for it loses its way among other chunks.
 */
export const readWavHeader: HeaderReader = (bytes) => {
  const { format, sound } = partsOf(bytes, true);
  return { ...sound, head: riffOf(format) };
};

/** RIFX, RIFF in big-endian byte order: for the decoder of AIFF, whose samples lie so. */
export const readRifxHeader: HeaderReader = (bytes) => {
  const { format, sound } = partsOf(bytes, false);
  return { ...sound, head: aifcOf(format) };
};

function partsOf(bytes: Uint8Array, littleEndian: boolean): { format: Format; sound: Omit<Header, 'head'> } {
  const chunks = chunksOf(bytes, littleEndian, 'data');
  const [found, data] = [chunks.get('fmt '), chunks.get('data')];
  if (!found || found.start + 16 > bytes.length) throw new EndOfHead('it ends before its format chunk does');
  if (!data) throw new EndOfHead('it has no data chunk');
  const format = formatOf(bytes.subarray(found.start, found.start + found.length), littleEndian);
  const { blockBytes, sampleRate, tag } = format;
  if (data.start >= bytes.length) throw new EndOfHead('its data chunk holds no samples');
  const large = chunks.get('ds64');
  const length =
    large && data.length === 0xffff_ffff && text(bytes, 0) !== 'RIFF'
      ? Number(view(bytes).getBigUint64(large.start + 8, littleEndian))
      : data.length;
  const startByte = data.start;
  if (UNKNOWN_LENGTHS.some((all) => length === all || length === all - startByte || length === all - startByte + 8))
    return { format, sound: { startByte } };
  const seconds = ADPCM.includes(tag) || sampleRate === 0 ? undefined : Math.floor(length / blockBytes) / sampleRate;
  return { format, sound: { startByte, seconds, endByte: startByte + length } };
}

/** Reads the format chunk's body and refuses what contradicts itself. */
function formatOf(body: Uint8Array, littleEndian: boolean): Format {
  const at = (offset: number) => (offset + 2 <= body.length ? view(body).getUint16(offset, littleEndian) : 0);
  const tag = at(0) === 0xfffe && body.length >= 26 ? at(24) : at(0); // of WAVE_FORMAT_EXTENSIBLE
  const [channels, blockBytes, bits] = [at(2), at(12), at(14)];
  const sampleRate = view(body).getUint32(4, littleEndian);
  if (!FORMATS.includes(tag))
    throw new Error(`its samples are coded as WAVE format 0x${tag.toString(16)}, which is not supported`);
  if (channels < 1 || channels > MAX_CHANNELS)
    throw new Error(`its header claims ${channels} channels (expected 1 to ${MAX_CHANNELS})`);
  const adpcm = ADPCM.includes(tag);
  if (!adpcm && blockBytes !== channels * Math.ceil(bits / 8))
    throw new Error(
      `its header contradicts itself: ${channels} channels of ${bits} bits in blocks of ${blockBytes} bytes`,
    );
  if (adpcm && (blockBytes === 0 || at(18) > 2 * blockBytes))
    throw new Error(`its header contradicts itself: ${at(18)} ADPCM samples in blocks of ${blockBytes} bytes`);
  return { tag, channels, sampleRate, blockBytes, bits, body };
}

const ascii = (name: string) => new TextEncoder().encode(name);

/** A RIFF header of the format alone, its data without end. */
function riffOf({ body }: Format): Uint8Array<ArrayBuffer> {
  const padded = body.length + (body.length % 2);
  const out = new Uint8Array(28 + padded);
  for (const [at, name] of [
    [0, 'RIFF'],
    [8, 'WAVE'],
    [12, 'fmt '],
    [20 + padded, 'data'],
  ] as const)
    out.set(ascii(name), at);
  view(out).setUint32(4, 0xffff_ffff, true);
  view(out).setUint32(16, padded, true);
  out.set(body, 20);
  view(out).setUint32(24 + padded, 0xffff_ffff, true);
  return out;
}

/** How AIFF-C calls what the WAVE tags 1, 3, 6 and 7 mean. */
const aifcCoding = ({ tag, bits }: Format) =>
  ({ 1: 'twos', 3: bits === 64 ? 'fl64' : 'fl32', 6: 'alaw', 7: 'ulaw' })[tag];

/** An AIFF-C header of the same format, its sound without end. */
function aifcOf(format: Format): Uint8Array<ArrayBuffer> {
  const { channels, sampleRate, bits } = format;
  const coding = aifcCoding(format);
  if (!coding || (coding === 'twos' && bits <= 8))
    throw new Error(
      `its samples are coded as WAVE format 0x${format.tag.toString(16)} of ${bits} bits, which is not supported in RIFX`,
    );
  const out = new Uint8Array(12 + 8 + 24 + 8 + 8);
  for (const [at, name] of [
    [0, 'FORM'],
    [8, 'AIFC'],
    [12, 'COMM'],
    [38, coding],
    [44, 'SSND'],
  ] as const)
    out.set(ascii(name), at);
  const header = view(out);
  header.setUint32(4, 0x7fff_ffff);
  header.setUint32(16, 24);
  header.setUint16(20, channels);
  header.setUint32(22, 0x7fff_ffff); // frames
  header.setUint16(26, bits);
  const exponent = sampleRate ? Math.floor(Math.log2(sampleRate)) : 0; // of an 80-bit float
  header.setUint16(28, sampleRate ? exponent + 16_383 : 0);
  header.setUint32(30, sampleRate ? sampleRate * 2 ** (31 - exponent) : 0);
  header.setUint32(48, 0x7fff_ffff);
  return out;
}
