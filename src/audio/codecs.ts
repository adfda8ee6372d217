import { type RawSound, runDecoder } from './decoder.ts';
import { readAiffHeader, readFlacHeader, readMp3Header, readWavHeader } from './headers.ts';
import { decodeAac } from './m4a.ts';
import { oggIsComplete, readOggHeader } from './ogg.ts';
import { decodeWebm } from './webm.ts';

export interface Codec {
  /** what the format is called in messages */
  readonly label: string;
  /** Decodes a whole file. May throw anything: the caller names the file and wraps it. */
  decode(bytes: Uint8Array): Promise<RawSound>;
}

/** By the names that `audio-type` gives; each library is loaded when its format is first met. */
export const CODECS: Readonly<Record<string, Codec>> = {
  wav: {
    label: 'WAV',
    decode: async (bytes) => runDecoder(bytes, readWavHeader(bytes), (await import('@audio/decode-wav')).decoder()),
  },
  aiff: {
    label: 'AIFF',
    decode: async (bytes) => runDecoder(bytes, readAiffHeader(bytes), (await import('@audio/decode-aiff')).decoder()),
  },
  flac: {
    label: 'FLAC',
    decode: async (bytes) =>
      runDecoder(bytes, readFlacHeader(bytes), await (await import('@audio/decode-flac')).decoder()),
  },
  mp3: {
    label: 'MP3',
    decode: async (bytes) =>
      runDecoder(bytes, readMp3Header(bytes), await (await import('@audio/decode-mp3')).decoder()),
  },
  oga: {
    label: 'Ogg Vorbis',
    decode: async (bytes) =>
      whole(bytes, runDecoder(bytes, readOggHeader(bytes), await (await import('@audio/decode-vorbis')).decoder())),
  },
  opus: {
    label: 'Ogg Opus',
    decode: async (bytes) =>
      whole(bytes, runDecoder(bytes, readOggHeader(bytes), await (await import('@audio/decode-opus')).decoder())),
  },
  m4a: { label: 'M4A', decode: decodeAac },
  aac: { label: 'AAC', decode: decodeAac },
  webm: { label: 'WebM', decode: decodeWebm },
  mkv: { label: 'Matroska', decode: decodeWebm },
};

/** Adds a complaint where an Ogg stream was cut off between two pages, which its decoder cannot see. */
function whole(bytes: Uint8Array, sound: RawSound): RawSound {
  if (oggIsComplete(bytes)) return sound;
  return { ...sound, complaints: [...sound.complaints, 'the last page of the stream is missing'] };
}
