import { untilAborted } from '../abort.ts';
import { AttuneError } from '../errors.ts';
import { saidBy } from '../text.ts';
import { type ByteOptions, type ByteReader, joinBytes, openBytes, type SoundBytes, swapped } from './bytes.ts';
import { type Clock, createClock } from './clock.ts';
import { type Codec, codecOf } from './codecs.ts';
import { damageOf, type Findings, type RawBlock } from './decoder.ts';
import { findSound } from './format.ts';
import { EndOfHead, MAX_CHANNELS } from './headers.ts';
import type { SoundWarning } from './quality.ts';
import { sampleFault } from './waveform.ts';

/** A stretch of sound that was checked. */
export interface SoundBlock {
  /** one `[samples]` a channel, all of one length above 0, finite, at most LARGEST_SAMPLE, nominally in [-1, 1] */
  readonly channels: readonly Float32Array[];
  /** Hz, a whole number in [1000, 768000] */
  readonly sampleRate: number;
  /** whether it is silence that stands in for what the file leaves out */
  readonly isSilence: boolean;
}

/** Sound as a file holds it, decoded and checked block by block. */
export interface DecodedSound {
  /** how many channels its first sound has */
  readonly channels: number;
  /** of its first sound, Hz */
  readonly sampleRate: number;
  /** when the first sample is heard, in seconds from the start of the file's own clock, 0 or more */
  readonly startSeconds: number;
  /** what the file says of the length of its sound, in seconds; undefined where it does not, or not yet */
  readonly declaredSeconds: number | undefined;
  /** whether the file has the bytes of which its header tells, so that what it declares may be true; false where their number is not known */
  readonly isHeld: boolean;
  /** bytes read as a share of all, [0, 1]; undefined where their number is not known */
  readonly bytesRead: number | undefined;
  /** To be walked through once. Channels and rate may change, as in Ogg files one behind the other; what no packet covers is silent. */
  readonly blocks: AsyncGenerator<SoundBlock>;
  /** damage and gaps that were met; complete when the last block has come */
  readonly warnings: readonly SoundWarning[];
  /** Lets go of the source and the decoder, however far the blocks were taken. */
  close(): Promise<void>;
}

const LOWEST_RATE = 1_000; // Hz
const HIGHEST_RATE = 768_000; // Hz
/** Bytes handed to a decoder at a time: even of FLAC's silence (4096 samples in 14 bytes) they make 40 MB in stereo at most. */
const BLOCK = 16_384;
/** A header may hold pictures, but not films. */
const LONGEST_HEAD = 64 * 1_048_576;

/**
 * Opens a sound file, told by its content, never by its name: WAV (PCM, float, A-law, mu-law, ADPCM), AIFF, FLAC, MP3,
 * AAC and Apple Lossless in MP4 (with the optional package `@audio/decode-aac`), Vorbis and Opus in Ogg, Opus in WebM.
 *
 * All are decoded as their bytes come, but for MP4 and WebM, of which the bytes (and of some MP4 the sound) are held in memory.
 * What is damaged but yields sound comes with a warning; everything else is an error, here or where the blocks are taken. The
 * same bytes give the same samples however they arrive.
 *
 * @param name what messages call it, such as its path
 * @throws AttuneError `audio` for files that are empty, unknown, damaged beyond use, unreadable or absurd (channels, rate, length,
 *   samples that are not finite or far too large); the message names the file
 */
export async function openDecoded(source: SoundBytes, name: string, options: ByteOptions = {}): Promise<DecodedSound> {
  const { signal } = options;
  const reader = openBytes(source, name, options);
  try {
    const found = await findSound(reader, BLOCK, LONGEST_HEAD);
    if (reader.position === 0) throw unusable(name, 'the file is empty');
    const { type, start } = found;
    if (start.length === 0) throw unusable(name, 'nothing follows its tags');
    return await startDecoding({ reader, start, codec: codecOf(type, name), name, signal });
  } catch (error) {
    await reader.close();
    throw error;
  }
}

interface Opened {
  readonly reader: ByteReader;
  /** the first bytes of its sound or container, already read */
  readonly start: Uint8Array<ArrayBuffer>;
  readonly codec: Codec;
  readonly name: string;
  readonly signal: AbortSignal | undefined;
}

async function startDecoding(opened: Opened): Promise<DecodedSound> {
  const { reader, name, codec } = opened;
  const findings: Findings = { declaredSeconds: undefined, complaints: new Set() };
  const clock = createClock();
  const warnings: SoundWarning[] = [];
  const blocks = checkedBlocks(opened, clock, findings, warnings);
  const first = await blocks.next();
  if (first.done) throw unusable(name, `the ${codec.label} file holds no sound that can be decoded`);
  return {
    channels: first.value.channels.length,
    sampleRate: first.value.sampleRate,
    startSeconds: clock.startSeconds,
    get declaredSeconds() {
      const { declaredSeconds } = findings;
      return declaredSeconds === undefined ? undefined : Math.max(0, declaredSeconds - clock.startSeconds);
    },
    isHeld: reader.size !== undefined && reader.size >= (findings.endByte ?? 0),
    get bytesRead() {
      return reader.size === undefined ? undefined : reader.position / Math.max(1, reader.size);
    },
    blocks: (async function* () {
      try {
        yield first.value;
        yield* blocks;
      } finally {
        await blocks.return(undefined); // also where the listener leaves at the first block
      }
    })(),
    warnings,
    async close() {
      await blocks.return(undefined);
    },
  };
}

/** Decoders return empty, absurd or non-finite sound without an error, and files hold it. */
async function* checkedBlocks(
  opened: Opened,
  clock: Clock,
  findings: Findings,
  warnings: SoundWarning[],
): AsyncGenerator<SoundBlock> {
  const { reader, name, codec, signal } = opened;
  let samples = 0;
  try {
    for await (const block of untilAborted(clock.place(decodedBlocks(opened, findings)), signal)) {
      checkForm(block, name);
      checkSamples(block.channels, samples, name);
      samples += block.channels[0]!.length;
      const sampleRate = Math.round(block.sampleRate); // AIFF allows fractions
      yield { channels: block.channels, sampleRate, isSilence: block.isSilence ?? false };
    }
    if (samples > 0) warnings.push(...damageOf(findings, clock.endSeconds, codec.label), ...clock.warnings());
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (cause instanceof AttuneError && cause.message.startsWith(`${name}: `)) throw cause;
    if (cause instanceof AttuneError) throw new AttuneError('audio', `${name}: ${cause.message}`, { cause });
    const reason = saidBy(cause);
    throw unusable(name, `the ${codec.label} file cannot be decoded: ${reason}`, { cause });
  } finally {
    await reader.close();
  }
}

/** What the codec makes of the file, blocks without samples left out. */
async function* decodedBlocks({ reader, start, codec }: Opened, findings: Findings): AsyncGenerator<RawBlock> {
  const { head, header } = await readHead(reader, start, codec);
  findings.declaredSeconds = header.seconds;
  findings.endByte = header.endByte;
  const { startByte = 0, endByte = Number.POSITIVE_INFINITY, lead, swappedBytes } = header;
  const data = async function* () {
    for (let [block, at] = [head, 0]; block.length > 0; at += block.length, block = await reader.read(BLOCK))
      if (at < endByte && at + block.length > startByte)
        // what follows the sound is read, as by a hash, and left
        yield block.slice(Math.max(0, startByte - at), Math.max(0, endByte - at));
  };
  const bytes = async function* () {
    if (lead) yield lead;
    yield* swappedBytes ? swapped(data(), swappedBytes) : data();
  };
  for await (const block of codec.decode(bytes(), findings))
    if (block.channels[0]?.length) yield { ...block, channels: block.channels.slice(0, header.channels) };
}

/** Reads on until the header is whole. */
async function readHead(reader: ByteReader, start: Uint8Array<ArrayBuffer>, { readHeader }: Codec) {
  for (let head = start; ; ) {
    try {
      return { head, header: readHeader(head) };
    } catch (error) {
      if (!(error instanceof EndOfHead)) throw error;
      const more = await reader.read(head.length);
      if (more.length === 0) throw error;
      if (head.length >= LONGEST_HEAD)
        throw new Error(`its sound does not start within the first ${LONGEST_HEAD / 1_048_576} MiB`);
      head = joinBytes([head, more]);
    }
  }
}

function checkForm({ channels, sampleRate }: RawBlock, name: string): void {
  if (channels.length > MAX_CHANNELS)
    throw unusable(name, `it has ${channels.length} channels, expected at most ${MAX_CHANNELS}`);
  if (!(sampleRate >= LOWEST_RATE && sampleRate <= HIGHEST_RATE))
    throw unusable(name, `its sampling rate is ${sampleRate} Hz, expected ${LOWEST_RATE} to ${HIGHEST_RATE} Hz`);
}

function checkSamples(channels: readonly Float32Array[], before: number, name: string): void {
  if (channels.some((channel) => channel.length !== channels[0]!.length))
    throw unusable(name, 'its channels differ in length');
  for (const channel of channels) {
    const fault = sampleFault(channel, before);
    if (fault) throw unusable(name, fault);
  }
}

const unusable = (name: string, what: string, options?: ErrorOptions) =>
  new AttuneError('audio', `${name}: ${what}. Record or export it again.`, options);
