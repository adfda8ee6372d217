import audioType from 'audio-type';
import { AttuneError } from '../errors.ts';
import { CODECS } from './codecs.ts';
import type { RawSound } from './decoder.ts';
import { MAX_CHANNELS } from './headers.ts';

/** Decoded and checked sound. */
export interface DecodedAudio {
  /** one `[samples]` a channel, all of one length above 0, finite, nominally in [-1, 1] */
  readonly channels: readonly Float32Array[];
  /** Hz, a whole number in [1000, 768000] */
  readonly sampleRate: number;
  /** plain sentences that name the file */
  readonly warnings: readonly string[];
}

const LOWEST_RATE = 1_000; // Hz
const HIGHEST_RATE = 768_000; // Hz
/** Seconds by which the decoded length may miss the declared one: more than any codec's padding, less than a frame lost. */
const LENGTH_TOLERANCE = 0.03;
const READABLE = 'WAV, AIFF, FLAC, MP3, M4A (AAC), Ogg (Vorbis, Opus) or WebM (Opus)';

/**
 * Decodes a sound file, told by its content, never by its name: WAV (PCM, float, A-law, mu-law, ADPCM), AIFF, FLAC, MP3,
 * AAC and Apple Lossless in MP4 (with the optional package `@audio/decode-aac`), Vorbis and Opus in Ogg, Opus in WebM.
 *
 * What is damaged but yields sound comes back with a warning; everything else is an error.
 *
 * @param bytes the whole file; not changed
 * @param name what messages call it, such as its path
 * @throws AttuneError `audio` for files that are empty, unknown, damaged beyond use or absurd (channels, rate, length,
 *   samples that are not finite); the message names the file
 */
export async function decode(bytes: Uint8Array, name: string): Promise<DecodedAudio> {
  if (bytes.length === 0) throw unusable(name, 'the file is empty');
  // audio-type looks at the whole buffer under a view, and @audio/decode-wav takes `slice` for a copy, which a Buffer's is not
  const own = bytes.byteLength === bytes.buffer.byteLength ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes);
  const type = audioType(own);
  if (type === undefined)
    throw new AttuneError('audio', `${name}: this is no sound file that Attune knows; expected ${READABLE}.`);
  const codec = CODECS[type];
  if (!codec)
    throw new AttuneError('audio', `${name}: Attune does not decode ${type.toUpperCase()}; convert it to ${READABLE}.`);

  let sound: RawSound;
  try {
    sound = await codec.decode(own);
  } catch (cause) {
    if (cause instanceof AttuneError) throw new AttuneError('audio', `${name}: ${cause.message}`, { cause });
    const reason = cause instanceof Error ? cause.message : String(cause); // WebAssembly code throws strings too
    throw unusable(name, `the ${codec.label} file cannot be decoded: ${reason}`, { cause });
  }
  check(sound, name, codec.label);
  return {
    channels: sound.channels,
    sampleRate: Math.round(sound.sampleRate), // AIFF allows fractions
    warnings: warningsOf(sound, name, codec.label),
  };
}

/** Decoders return empty, absurd or non-finite sound without an error. */
function check({ channels, sampleRate }: RawSound, name: string, label: string): void {
  const length = channels[0]?.length ?? 0;
  if (length === 0) throw unusable(name, `the ${label} file holds no sound that can be decoded`);
  if (channels.length > MAX_CHANNELS)
    throw unusable(name, `it has ${channels.length} channels, expected at most ${MAX_CHANNELS}`);
  if (channels.some((channel) => channel.length !== length)) throw unusable(name, 'its channels differ in length');
  if (!(sampleRate >= LOWEST_RATE && sampleRate <= HIGHEST_RATE))
    throw unusable(name, `its sampling rate is ${sampleRate} Hz, expected ${LOWEST_RATE} to ${HIGHEST_RATE} Hz`);
  for (const channel of channels) {
    const at = channel.findIndex((sample) => !Number.isFinite(sample));
    if (at >= 0) throw unusable(name, `sample ${at} is ${channel[at]}, expected finite numbers`);
  }
}

function warningsOf(
  { channels, sampleRate, complaints, declaredSeconds }: RawSound,
  name: string,
  label: string,
): string[] {
  const warnings: string[] = [];
  const seconds = channels[0]!.length / sampleRate;
  if (declaredSeconds !== undefined && Math.abs(declaredSeconds - seconds) > LENGTH_TOLERANCE)
    warnings.push(
      `${name}: the file declares ${declaredSeconds.toFixed(3)} s, but ${seconds.toFixed(3)} s could be decoded; it is damaged or incomplete.`,
    );
  if (complaints.length > 0) {
    const more = complaints.length > 1 ? ` (and ${complaints.length - 1} more)` : '';
    warnings.push(`${name}: the ${label} decoder met damage: ${complaints[0]}${more}.`);
  }
  return warnings;
}

const unusable = (name: string, what: string, options?: ErrorOptions) =>
  new AttuneError('audio', `${name}: ${what}. Record or export it again.`, options);
