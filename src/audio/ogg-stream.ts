import { createFeeder, type Findings, joinBlocks, type LoadDecoder, type RawBlock } from './decoder.ts';
import { text } from './headers.ts';
import { createAssembler, type OggPage } from './ogg-pages.ts';
import { openOpus, readOpusHead } from './opus.ts';

/** The sound of a page, with what the page says of its place. */
export interface PageSound extends RawBlock {
  /** where its last sample ends, in samples since its stream began to count; undefined where the page does not tell */
  readonly granule: number | undefined;
  /** whether it is the stream's last: what lies behind `granule` is padding */
  readonly isLast: boolean;
}

/** Decodes the pages of one stream, from its first on. */
export interface PageDecoder {
  /** samples that count, but lie before the sound */
  readonly preSkip: number;
  push(page: OggPage): PageSound[];
  /** what the decoder still held back */
  end(): PageSound[];
  free(): void;
}

/** What streams of sound start with. */
const SOUNDS: Readonly<Record<string, (page: OggPage, findings: Findings) => Promise<PageDecoder>>> = {
  OpusHead: openOpusStream,
  '\x01vorbis': (_, findings) => openPaged(async () => (await import('@audio/decode-vorbis')).decoder(), findings),
  '\x7fFLAC': (_, findings) => openPaged(async () => (await import('@audio/decode-flac')).decoder(), findings),
};
/** Those of pictures: beside them, sound may start late. */
const PICTURES = ['\x80theora', 'BBCD', 'OVP80', '\x01video'];

const starts = (page: OggPage, magic: string) => text(page.body, 0, magic.length) === magic;

/** The decoder of a stream of sound, by its first page; undefined for any other. */
export async function openStream(page: OggPage, findings: Findings): Promise<PageDecoder | undefined> {
  const magic = Object.keys(SOUNDS).find((magic) => starts(page, magic));
  return magic === undefined ? undefined : SOUNDS[magic]!(page, findings);
}

export const isPicture = (page: OggPage) => PICTURES.some((magic) => starts(page, magic));

/** What a stream is called that is no sound, or none that is known. */
export const nameOf = (page: OggPage) =>
  text(page.body, 0, 8)
    .replace(/[^\x20-\x7e]/g, '')
    .trim() || 'unknown';

async function openOpusStream(first: OggPage, findings: Findings): Promise<PageDecoder> {
  const head = readOpusHead(first.body, true);
  const decoder = await openOpus(head, findings);
  const assembler = createAssembler();
  let headers = 2; // packets before the sound: the header and the tags
  return {
    preSkip: head.preSkip,
    push(page) {
      const packets = assembler.push(page);
      const passed = Math.min(headers, packets.length);
      headers -= passed;
      const blocks = packets.slice(passed).flatMap((data) => decoder.decode({ data, seconds: undefined }) ?? []);
      if (blocks.length === 0) return [];
      return [{ ...joinBlocks(blocks), granule: page.granule, isLast: page.isLast }];
    },
    end: () => [],
    free: () => decoder.free(),
  };
}

/** A decoder that takes pages apart itself, and gives the sound of one when the next one comes. */
async function openPaged(load: LoadDecoder, findings: Findings): Promise<PageDecoder> {
  const feeder = createFeeder(await load(), findings);
  let before: OggPage | undefined; // the page whose sound comes next
  const soundOf = (block: RawBlock | undefined): PageSound[] =>
    block && before ? [{ ...block, granule: before.granule, isLast: before.isLast }] : [];
  return {
    preSkip: 0,
    push(page) {
      const sound = soundOf(feeder.feed(page.bytes));
      before = page;
      return sound;
    },
    end: () => soundOf(feeder.end()),
    free: () => feeder.free(),
  };
}
