import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAssembler, type OggPage, oggPages } from '../../src/audio/ogg-pages.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { concat } from './files.ts';
import { oggPage } from './muxers.ts';
import { rms } from './signals.ts';
import { hear } from './whole.ts';

/** The pages of a file that comes in pieces of so many bytes, and what is wrong with them. */
async function pagesOf(file: Uint8Array, piece = 16_384) {
  const blocks = async function* () {
    for (let at = 0; at < file.length; at += piece) yield file.subarray(at, at + piece);
  };
  const [pages, damage]: [OggPage[], string[]] = [[], []];
  for await (const page of oggPages(blocks(), (what) => damage.push(what))) pages.push(page);
  return { pages, damage };
}

describe('the pages of an Ogg file', () => {
  const long = new Uint8Array(700).fill(7);
  const a = oggPage({ serial: 9, granule: 5, first: true, packets: [concat('one'), concat('two')] });
  const b = oggPage({ serial: 9, granule: undefined, packets: [long.subarray(0, 510)], unfinished: true });
  const c = oggPage({
    serial: 9,
    granule: 2 ** 40,
    last: true,
    packets: [long.subarray(510), new Uint8Array(255)],
    continued: true,
  });

  it.each([1, 100, 1e6])('are read in pieces of %d bytes, and packets across pages', async (piece) => {
    const { pages, damage } = await pagesOf(concat(a, b, c), piece);
    expect(damage).toEqual([]);
    expect(pages.map(({ serial, granule, isFirst, isLast }) => [serial, granule, isFirst, isLast])).toEqual([
      [9, 5, true, false],
      [9, undefined, false, false],
      [9, 2 ** 40, false, true],
    ]);
    const assembler = createAssembler();
    expect(pages.flatMap(assembler.push).map((packet) => packet.length)).toEqual([3, 3, 700, 255]);
  });

  it('tell damage: a checksum, bytes between pages, an end within a page; not what lies behind the last', async () => {
    const wrong = a.map((byte, i) => (i === 30 ? byte ^ 1 : byte));
    expect(await pagesOf(concat(wrong, b, c))).toMatchObject({
      damage: ['the checksum of a page does not agree'],
      pages: [{ granule: undefined }, {}, { granule: 2 ** 40 }],
    });
    const between = await pagesOf(concat(a, 'OOgg stray', b, c), 5);
    expect(between).toMatchObject({ damage: ['bytes between its pages belong to none'], pages: [{}, {}, {}] });
    expect((await pagesOf(concat(a, b, c.subarray(0, -1)))).damage).toEqual(['it ends within a page']);
    expect((await pagesOf(concat(a, b, c, new Uint8Array(3_000)))).damage).toEqual([]);
  });

  it('that are lost take the packets with them that they hold in part', async () => {
    const { pages } = await pagesOf(concat(a, c));
    const assembler = createAssembler();
    expect(pages.flatMap(assembler.push).map((packet) => packet.length)).toEqual([3, 3, 255]);
  });
});

describeWith(ATTUNE_AUDIO, 'Ogg files made of recordings', async () => {
  const read = (folder: string, file: string) => new Uint8Array(readFileSync(join(ATTUNE_AUDIO, folder, file)));
  const opus = read('good', 'opus.opus'); // 30,045 samples at 16 kHz each, by the README
  const vorbis = read('good', 'vorbis.ogg');
  const opusPages = (await pagesOf(opus)).pages;
  const [head, tags, ...sound] = opusPages;
  const assembler = createAssembler();
  const packets = opusPages.flatMap(assembler.push).slice(2);
  const end = sound.at(-1)!.granule!;
  /** The Opus packets, ten a page, each of 20 ms, counted from a moment on. */
  const paged = (from: number, keep = (_: number) => true, serial = head!.serial, atEnd = end) => {
    const pages = Array.from({ length: Math.ceil(packets.length / 10) }, (_, i) => {
      const last = 10 * (i + 1) >= packets.length;
      const granule = from + (last ? atEnd : 960 * 10 * (i + 1));
      return oggPage({ serial, granule, last, packets: packets.slice(10 * i, 10 * (i + 1)) });
    });
    return pages.filter((_, i) => keep(i));
  };
  const headers = (serial = head!.serial) => [
    oggPage({ serial, granule: 0, first: true, packets: [head!.body] }),
    oggPage({ serial, granule: 0, packets: [tags!.body] }),
  ];
  const original = await hear(opus);

  it('sound the same in other pages, from wherever they count', async () => {
    expect(original).toMatchObject({ warnings: [], startSeconds: 0 });
    expect(original.samples).toHaveLength(30_045);
    for (const from of [0, 48_000 * 3_600, 2 ** 40])
      expect(await hear(concat(...headers(), ...paged(from)))).toEqual(original);
  });

  it('are heard one behind the other, each at its own rate and coding', async () => {
    const alone = (await hear(vorbis)).samples; // at 16 kHz
    const chain = await hear(concat(vorbis, opus, vorbis));
    expect(chain.warnings).toEqual([]);
    expect(chain.samples).toHaveLength(3 * 30_045);
    expect(chain.samples.subarray(0, 30_045)).toEqual(alone);
    expect(chain.samples.subarray(30_045, 2 * 30_045)).toEqual(original.samples);
    expect(chain.samples.subarray(2 * 30_045)).toEqual(alone);
    const live = await hear(concat(opus, ...headers(), ...paged(48_000 * 77)));
    expect([live.samples.length, live.startSeconds, live.warnings]).toEqual([2 * 30_045, 0, []]);
  });

  it('have silence where pages are missing, and the rest at its time', async () => {
    const { samples, warnings } = await hear(concat(...headers(), ...paged(0, (i) => i !== 4 && i !== 5)));
    const preSkip = head!.body[10]! + 256 * head!.body[11]!;
    const [from, to] = [4, 6].map((i) => Math.round((i * 9_600 - preSkip) / 3));
    expect(samples).toHaveLength(30_045);
    expect(samples.subarray(0, from! - 200)).toEqual(original.samples.subarray(0, from! - 200));
    expect(samples.subarray(from! + 1, to! - 1).every((sample) => sample === 0)).toBe(true);
    const later = to! + 1_600; // once Opus has caught up
    const difference = samples.subarray(later).map((sample, i) => sample - original.samples[later + i]!);
    expect(rms(difference)).toBeLessThan(0.1 * rms(original.samples, later));
    expect(warnings).toEqual(['no sound was recorded for 0.40 s from 0.79 s on; silence stands in for it.']);
  });

  it('start late beside a picture, whose pages are no damage, and not beside other sound', async () => {
    const beside = (magic: string) => {
      const first = oggPage({ serial: 1, granule: 0, first: true, packets: [concat(magic, new Uint8Array(40))] });
      const page = (last: boolean) => oggPage({ serial: 1, granule: 2 ** 45, last, packets: [new Uint8Array(900)] });
      const audio = paged(48_000 * 2.5);
      return hear(
        concat(first, ...headers(), ...audio.flatMap((data, i) => [page(false), data, page(i === audio.length - 1)])),
      );
    };
    expect(await beside('\x80theora')).toEqual({ ...original, startSeconds: 2.5 });
    expect(await beside('Speex   ')).toEqual(original);
  });

  it('warn where the end is missing, and name what they hold instead of sound', async () => {
    const cut = await hear(concat(...headers(), ...paged(0, (i) => i < 5)));
    expect(cut.warnings).toEqual(['the Ogg decoder met damage: the last page of the stream is missing.']);
    const speex = oggPage({ serial: 1, granule: 0, first: true, packets: [concat('Speex   ', new Uint8Array(72))] });
    await expect(hear(concat(speex, speex))).rejects.toThrow(
      'it holds Speex, and only Vorbis, Opus and FLAC are supported',
    );
  });

  it('place Vorbis by its pages: one of a second is missing', async () => {
    const chain = (await pagesOf(read('odd', 'ogg_chained_same.ogg'))).pages;
    const pages = chain.slice(0, chain.findIndex(({ isLast }) => isLast) + 1).map(({ bytes }) => bytes);
    const whole = (await hear(concat(...pages))).samples;
    const missing = pages.findIndex((_, i) => chain[i]!.granule! > 30_000 && chain[i]!.granule! < 40_000);
    const { granule: from } = chain[missing - 1]!;
    const { granule: to } = chain[missing]!;
    const { samples, warnings } = await hear(concat(...pages.filter((_, i) => i !== missing)));
    expect(samples).toHaveLength(whole.length);
    expect(samples.subarray(0, from! - 2_048)).toEqual(whole.subarray(0, from! - 2_048));
    expect(samples.subarray(from! + 2_048, to! - 2_048).every((sample) => sample === 0)).toBe(true);
    expect(samples.subarray(to! + 2_048)).toEqual(whole.subarray(to! + 2_048));
    expect(warnings).toEqual([
      expect.stringMatching(/^no sound was recorded for 1\.0\d s from 0\.9\d s on; silence stands in for it\.$/),
    ]);
  });
});
