import { AttuneError } from '../errors.ts';
import { wholeFile } from './bytes.ts';
import { type Findings, type RawBlock, runDecoder } from './decoder.ts';
import { readMp4Header } from './mp4.ts';

/** What an encoder puts before and after the sound at most, in samples: two frames of HE-AAC. */
const PADDING = 4_096;
/** Bytes given to the decoder at a time. */
const PIECE = 16_384;

/**
 * AAC and Apple Lossless, in an MP4 container or (AAC) bare.
 *
 * A file in a container is held in memory, since its tables may stand at its end; where they do, its sound is decoded in one piece too
 * (an hour of stereo at 44.1 kHz takes 2.5 GB). Bare AAC, and files whose tables come first, are decoded as they come.
 *
 * The decoder is FAAD2, whose licence is GPL 2.0; Attune is not under the GPL and does not install it. Who wants AAC adds
 * the package; see docs/decisions/audio-libraries.md.
 */
export async function* decodeMp4(blocks: AsyncIterable<Uint8Array>, findings: Findings): AsyncGenerator<RawBlock> {
  const bytes = await wholeFile(blocks);
  const { seconds, trimmed, tablesEnd } = readMp4Header(bytes);
  findings.declaredSeconds = seconds;
  const pieces = async function* () {
    yield bytes.subarray(0, tablesEnd);
    for (let at = tablesEnd; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
  };
  let [samples, sampleRate] = [0, 0];
  for await (const block of runDecoder(pieces(), loadAac, findings)) {
    samples += block.channels[0]!.length;
    sampleRate = block.sampleRate;
    yield block;
  }
  if (trimmed || seconds === undefined || samples === 0) return;
  // without an edit list the container counts the padding, which the decoder drops in part
  if (Math.abs(seconds * sampleRate - samples) <= PADDING) findings.declaredSeconds = undefined;
}

export async function loadAac() {
  try {
    return await (await import('@audio/decode-aac')).decoder();
  } catch (cause) {
    throw new AttuneError(
      'audio',
      'it holds AAC, whose decoder is an optional package under the GPL 2.0; install it (npm i @audio/decode-aac) or convert the file to WAV or FLAC.',
      { cause },
    );
  }
}
