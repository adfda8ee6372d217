import {
  type Chunk,
  checkChannels,
  chunksOf,
  EndOfHead,
  type HeaderReader,
  isPlaceholder,
  text,
  view,
} from './headers.ts';

/** WAVE format tags that `@audio/decode-wav` knows: PCM, MS ADPCM, float, A-law, mu-law, IMA ADPCM. */
const FORMATS = [1, 2, 3, 6, 7, 0x11];
const ADPCM = [2, 0x11];
/** A file whose numbers stand the other way round, and two whose sizes may take 64 bits. */
const BIG_ENDIAN = 'RIFX';
const WIDE = ['RF64', 'BW64'];
/** A size that stands elsewhere, or nowhere. */
const UNKNOWN = 2 ** 32 - 1;

/** Whether a WAVE file of any form starts so. */
export const isWav = (bytes: Uint8Array) =>
  ['RIFF', BIG_ENDIAN, ...WIDE].includes(text(bytes, 0)) && text(bytes, 8) === 'WAVE';

/**
 * RIFF WAVE, RIFX (big-endian), RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088). The decoder gets a header of nothing but a format and a
 * data chunk: it forgets the padding of other chunks, and knows one form.
 */
export const readWavHeader: HeaderReader = (bytes) => {
  const little = text(bytes, 0) !== BIG_ENDIAN;
  const chunks = chunksOf(bytes, little, 'data');
  const [chunk, data] = [chunks.get('fmt '), chunks.get('data')];
  if (!chunk || chunk.start + 16 > bytes.length) throw new EndOfHead('it ends before its format chunk does');
  if (!data) throw new EndOfHead('it has no data chunk');
  const format = readFormat(bytes, chunk, little);
  checkFormat(format);
  if (data.start >= bytes.length) throw new EndOfHead('its data chunk holds no samples');
  const { tag, sampleRate, blockBytes, bits } = format;
  const length = lengthOf(bytes, data, chunks.get('ds64'));
  const known = !isPlaceholder(length, data.start, blockBytes);
  const sampleBytes = Math.ceil(bits / 8);
  return {
    seconds: known && !ADPCM.includes(tag) && sampleRate > 0 ? Math.floor(length / blockBytes) / sampleRate : undefined,
    startByte: data.start,
    endByte: known ? data.start + length : undefined,
    lead: leadOf(format),
    swappedBytes: little || sampleBytes === 1 ? undefined : sampleBytes,
  };
};

/** A format chunk, without its wrapper where it is extensible. */
interface Format {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly blockBytes: number;
  readonly bits: number;
  readonly little: boolean;
  /** what stands behind these, for ADPCM */
  readonly rest: Uint8Array;
}

function readFormat(bytes: Uint8Array, { start, length }: Chunk, little: boolean): Format {
  const data = view(bytes);
  const extensible = data.getUint16(start, little) === 0xfffe && start + 26 <= bytes.length;
  return {
    tag: data.getUint16(start + (extensible ? 24 : 0), little),
    channels: data.getUint16(start + 2, little),
    sampleRate: data.getUint32(start + 4, little),
    blockBytes: data.getUint16(start + 12, little),
    bits: data.getUint16(start + 14, little),
    little,
    rest: bytes.slice(start + 16, Math.min(start + length, bytes.length)),
  };
}

function checkFormat({ tag, channels, blockBytes, bits, little, rest }: Format): void {
  const adpcm = ADPCM.includes(tag);
  if (!FORMATS.includes(tag) || (adpcm && !little))
    throw new Error(
      `its samples are coded as WAVE format 0x${tag.toString(16)}${little ? '' : ' in big-endian order'}, which is not supported`,
    );
  checkChannels(channels);
  if (!adpcm && blockBytes !== channels * Math.ceil(bits / 8))
    throw new Error(
      `its header contradicts itself: ${channels} channels of ${bits} bits in blocks of ${blockBytes} bytes`,
    );
  const samples = rest.length >= 4 ? view(rest).getUint16(2, true) : 0; // in a block of ADPCM
  if (adpcm && (blockBytes === 0 || samples > 2 * blockBytes))
    throw new Error(`its header contradicts itself: ${samples} ADPCM samples in blocks of ${blockBytes} bytes`);
}

/** Bytes of sound: those that the data chunk claims, or in a file of 64 bits the chunk before it. */
function lengthOf(bytes: Uint8Array, data: Chunk, wide: Chunk | undefined): number {
  if (data.length !== UNKNOWN || !wide || wide.start + 16 > bytes.length) return data.length;
  return Number(view(bytes).getBigUint64(wide.start + 8, true)) || UNKNOWN;
}

/** A RIFF header with this format, whose data go on to the end. */
function leadOf({ tag, channels, sampleRate, blockBytes, bits, rest }: Format): Uint8Array<ArrayBuffer> {
  const extra = ADPCM.includes(tag) ? rest : new Uint8Array();
  const lead = new Uint8Array(44 + extra.length);
  const data = view(lead);
  const name = (at: number, word: string) => lead.set(new TextEncoder().encode(word), at);
  name(0, 'RIFF');
  data.setUint32(4, UNKNOWN, true);
  name(8, 'WAVEfmt ');
  data.setUint32(16, 16 + extra.length, true);
  data.setUint16(20, tag, true);
  data.setUint16(22, channels, true);
  data.setUint32(24, sampleRate, true);
  data.setUint32(28, sampleRate * blockBytes, true);
  data.setUint16(32, blockBytes, true);
  data.setUint16(34, bits, true);
  lead.set(extra, 36);
  name(36 + extra.length, 'data');
  data.setUint32(40 + extra.length, UNKNOWN, true);
  return lead;
}
