import { AttuneError } from '../errors.ts';
import { readAiffHeader } from './aiff.ts';
import { type Findings, type RawBlock, runDecoder } from './decoder.ts';
import { decodeFlac, readFlacHeader } from './flac.ts';
import type { HeaderReader } from './headers.ts';
import { decodeMp4, loadAac } from './m4a.ts';
import { decodeMp3, readMp3Header } from './mp3.ts';
import { decodeOgg } from './ogg.ts';
import { readWavHeader } from './wav.ts';
import { decodeWebm } from './webm.ts';

export interface Codec {
  /** what the format is called in messages */
  readonly label: string;
  readonly readHeader: HeaderReader;
  /** A file's bytes to its sound. May throw anything: the caller names the file and wraps it. */
  decode(blocks: AsyncIterable<Uint8Array>, findings: Findings): AsyncGenerator<RawBlock>;
}

const noHeader: HeaderReader = () => ({});

/** By the names that `findSound` gives; each library is loaded when its format is first met. */
const CODECS: Readonly<Record<string, Codec>> = {
  wav: {
    label: 'WAV',
    readHeader: readWavHeader,
    decode: (blocks, findings) =>
      runDecoder(blocks, async () => (await import('@audio/decode-wav')).decoder(), findings),
  },
  aiff: {
    label: 'AIFF',
    readHeader: readAiffHeader,
    decode: (blocks, findings) =>
      runDecoder(blocks, async () => (await import('@audio/decode-aiff')).decoder(), findings),
  },
  flac: {
    label: 'FLAC',
    readHeader: readFlacHeader,
    decode: decodeFlac,
  },
  mp3: {
    label: 'MP3',
    readHeader: readMp3Header,
    decode: decodeMp3,
  },
  oga: { label: 'Ogg', readHeader: noHeader, decode: decodeOgg },
  m4a: { label: 'M4A', readHeader: noHeader, decode: decodeMp4 },
  aac: {
    label: 'AAC',
    readHeader: noHeader,
    decode: (blocks, findings) => runDecoder(blocks, async () => (await loadAac()).decoder(), findings),
  },
  webm: { label: 'WebM', readHeader: noHeader, decode: decodeWebm },
  mkv: { label: 'Matroska', readHeader: noHeader, decode: decodeWebm },
};

const READABLE = 'WAV, AIFF, FLAC, MP3, M4A (AAC), Ogg (Vorbis, Opus) or WebM (Opus)';

/**
 * @param type as `audio-type` names it; undefined: unknown
 * @param name what messages call the file
 * @throws AttuneError `audio` where there is no codec for it
 */
export function codecOf(type: string | undefined, name: string): Codec {
  if (type === undefined)
    throw new AttuneError('audio', `${name}: this is no sound file that Attune knows; expected ${READABLE}.`);
  const codec = CODECS[type];
  if (!codec)
    throw new AttuneError('audio', `${name}: Attune does not decode ${type.toUpperCase()}; convert it to ${READABLE}.`);
  return codec;
}
