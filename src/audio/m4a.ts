import { AttuneError } from '../errors.ts';
import { type RawSound, runDecoder } from './decoder.ts';
import { readMp4Header } from './mp4.ts';

/** What an encoder puts before and after the sound at most, in samples: two frames of HE-AAC. */
const PADDING = 4_096;

/**
 * AAC and Apple Lossless, in an MP4 container or (AAC) bare.
 *
 * The decoder is FAAD2, whose licence is GPL 2.0; Attune is not under the GPL and does not install it. Who wants AAC adds
 * the package; see docs/decisions/audio-libraries.md.
 */
export async function decodeAac(bytes: Uint8Array): Promise<RawSound> {
  const bare = bytes[0] === 0xff;
  const { seconds, trimmed } = bare ? { seconds: undefined, trimmed: false } : readMp4Header(bytes);
  const sound = runDecoder(bytes, seconds, await (await load()).decoder());
  if (trimmed || seconds === undefined || sound.channels.length === 0) return sound;
  // without an edit list the container counts the padding, which the decoder drops in part
  const missing = Math.abs(seconds * sound.sampleRate - sound.channels[0]!.length);
  return missing <= PADDING ? { ...sound, declaredSeconds: undefined } : sound;
}

async function load() {
  try {
    return await import('@audio/decode-aac');
  } catch (cause) {
    throw new AttuneError(
      'audio',
      'it holds AAC, whose decoder is an optional package under the GPL 2.0; install it (npm i @audio/decode-aac) or convert the file to WAV or FLAC.',
      { cause },
    );
  }
}
