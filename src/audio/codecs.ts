import { type Findings, type RawBlock, runDecoder } from './decoder.ts';
import { decodeFlac } from './flac.ts';
import { type HeaderReader, readAiffHeader, readFlacHeader, readMp3Header } from './headers.ts';
import { decodeMp4, loadAac } from './m4a.ts';
import { readOggHeader, runOggDecoder } from './ogg.ts';
import { readRifxHeader, readWavHeader } from './wav.ts';
import { decodeWebm } from './webm.ts';

export interface Codec {
  /** what the format is called in messages */
  readonly label: string;
  readonly readHeader: HeaderReader;
  /** A file's bytes to its sound. May throw anything: the caller names the file and wraps it. */
  decode(blocks: AsyncIterable<Uint8Array>, findings: Findings): AsyncGenerator<RawBlock>;
}

const noHeader: HeaderReader = () => ({});

const decodeAiff: Codec['decode'] = (blocks, findings) =>
  runDecoder(blocks, async () => (await import('@audio/decode-aiff')).decoder(), findings);

/** By the names that `audio-type` gives; each library is loaded when its format is first met. */
export const CODECS: Readonly<Record<string, Codec>> = {
  wav: {
    label: 'WAV',
    readHeader: readWavHeader,
    decode: (blocks, findings) =>
      runDecoder(blocks, async () => (await import('@audio/decode-wav')).decoder(), findings),
  },
  rifx: {
    label: 'WAV',
    readHeader: readRifxHeader,
    decode: decodeAiff,
  },
  aiff: {
    label: 'AIFF',
    readHeader: readAiffHeader,
    decode: decodeAiff,
  },
  flac: {
    label: 'FLAC',
    readHeader: readFlacHeader,
    decode: decodeFlac,
  },
  mp3: {
    label: 'MP3',
    readHeader: readMp3Header,
    decode: (blocks, findings) =>
      runDecoder(blocks, async () => (await import('@audio/decode-mp3')).decoder(), findings),
  },
  oga: {
    label: 'Ogg Vorbis',
    readHeader: readOggHeader,
    decode: (blocks, findings) =>
      runOggDecoder(blocks, async () => (await import('@audio/decode-vorbis')).decoder(), findings),
  },
  opus: {
    label: 'Ogg Opus',
    readHeader: readOggHeader,
    decode: (blocks, findings) =>
      runOggDecoder(blocks, async () => (await import('@audio/decode-opus')).decoder(), findings),
  },
  m4a: { label: 'M4A', readHeader: noHeader, decode: decodeMp4 },
  aac: {
    label: 'AAC',
    readHeader: noHeader,
    decode: (blocks, findings) => runDecoder(blocks, async () => (await loadAac()).decoder(), findings),
  },
  webm: { label: 'WebM', readHeader: noHeader, decode: decodeWebm },
  mkv: { label: 'Matroska', readHeader: noHeader, decode: decodeWebm },
};
