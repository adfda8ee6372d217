import { AttuneError } from '../errors.ts';
import { wholeFile } from './bytes.ts';
import type { Findings, RawBlock } from './decoder.ts';
import { type Mp4Track, readMp4 } from './mp4.ts';
import { type Edit, edited, heardAt, repeats } from './mp4-edits.ts';
import { OPUS_RATE, openOpus, readOpusHead } from './opus.ts';
import { decodePackets, type PacketDecoder } from './packets.ts';

/** Samples by which AAC's spectral band replication delays what FAAD2 gives, at the rate of its output. */
const SBR_DELAY = 962;
/** Samples that an AAC packet adds at most without spectral band replication. */
const PLAIN_AAC = 1_024;

/**
 * AAC, Apple Lossless and Opus in an MP4 container, whole or in fragments. The file is held in memory, since its tables may stand
 * at its end; its sound is decoded packet by packet.
 *
 * The decoder of AAC is FAAD2, whose licence is GPL 2.0; Attune is not under the GPL and does not install it. Who wants AAC adds
 * the package; see docs/decisions/audio-libraries.md.
 */
export async function* decodeMp4(blocks: AsyncIterable<Uint8Array>, findings: Findings): AsyncGenerator<RawBlock> {
  const track = readMp4(await wholeFile(blocks));
  const edits = await editsOf(track, findings);
  findings.declaredSeconds = heardAt(track.mediaSeconds, edits);
  if (track.broken) findings.complaints.add('the file ends within a box');
  const decoder = track.codec.kind === 'opus' ? await openOpusOf(track, findings) : await openAac(track, findings);
  let delay = 0;
  for (const block of decodePackets(track.packets(), decoder)) {
    if (track.codec.kind === 'aac' && block.channels[0]!.length > PLAIN_AAC) delay = SBR_DELAY / block.sampleRate;
    yield* edited({ ...block, seconds: block.seconds! - delay }, edits, track.mediaSeconds);
  }
  findings.declaredSeconds = heardAt(track.mediaSeconds - delay, edits);
}

/** What is heard of the media: by the edit list, else by iTunes' tag or Opus's pre-skip, else all of it. */
async function editsOf({ edits, codec, tags }: Mp4Track, findings: Findings): Promise<readonly Edit[]> {
  if (edits && !repeats(edits)) return edits;
  if (edits) findings.complaints.add('its edit list repeats sound, which is not heeded');
  const all = { from: 0, to: Number.POSITIVE_INFINITY, at: 0 };
  if (codec.kind === 'opus') return [{ ...all, from: readOpusHead(codec.config, false).preSkip / OPUS_RATE }];
  if (edits || !tags) return [all];
  const { gapless } = await loadAac();
  const window = gapless({ ilst: tags, [codec.kind === 'aac' ? 'asc' : 'alac']: codec.config });
  if (!window) return [all];
  const { start, duration = Number.POSITIVE_INFINITY } = window;
  return [{ from: start, to: start + duration, at: 0 }];
}

const openOpusOf = ({ codec }: Mp4Track, findings: Findings) => openOpus(readOpusHead(codec.config, false), findings);

/** FAAD2 gives nothing for the first packet, which only prepares the second. */
async function openAac({ codec }: Mp4Track, findings: Findings): Promise<PacketDecoder> {
  const { decoder: open } = await loadAac();
  const decoder = await open(codec.kind === 'aac' ? { asc: codec.config } : { alac: codec.config });
  let [packets, failed] = [0, 0];
  return {
    decode({ data, seconds }) {
      const { channelData, sampleRate } = decoder.decode(data);
      if (packets++ > 0 && !channelData[0]?.length) failed++;
      return channelData[0]?.length ? { channels: channelData, sampleRate, seconds } : undefined;
    },
    free() {
      decoder.free();
      if (failed > 0) findings.complaints.add(`${failed} of ${packets} packets cannot be decoded`);
    },
  };
}

/** @throws AttuneError where the optional package is not installed */
export async function loadAac() {
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
