import type { Findings, RawBlock } from './decoder.ts';
import { createLink, type Link } from './ogg-link.ts';
import { oggPages } from './ogg-pages.ts';
import { isPicture, nameOf, openStream } from './ogg-stream.ts';

/**
 * Vorbis, Opus and FLAC in Ogg. Of streams side by side the first with sound is heard; those one behind the other (a chain, as radio
 * stations send them) are all heard, each in its own form.
 *
 * The pages' clock (granule positions) tells gaps. It may start anywhere, as in a piece of a live stream
 * (https://www.rfc-editor.org/rfc/rfc7845#section-4.3): only beside a picture does it tell when the sound starts.
 */
export async function* decodeOgg(blocks: AsyncIterable<Uint8Array>, findings: Findings): AsyncGenerator<RawBlock> {
  const others: string[] = []; // streams that are no sound, or none that is known
  let link: Link | undefined;
  let [opening, beside, seconds]: [boolean, boolean, number | undefined] = [true, false, undefined];
  try {
    for await (const page of oggPages(blocks, (what) => findings.complaints.add(what))) {
      if (page.isFirst && !opening) {
        if (link) yield* link.end();
        link?.free();
        [link, beside, seconds] = [undefined, false, link?.endSeconds ?? seconds];
      }
      opening = page.isFirst;
      const decoder = page.isFirst && !link ? await openStream(page, findings) : undefined;
      if (decoder) link = createLink(page.serial, decoder, seconds ?? 0);
      else if (page.isFirst) others.push(nameOf(page));
      beside ||= page.isFirst && isPicture(page);
      if (link?.serial === page.serial) yield* link.push(page, beside);
    }
    if (link) yield* link.end();
    findings.declaredSeconds = link?.endSeconds ?? seconds;
    // a stream that was cut off between two pages looks sound to its decoder
    if (link && !link.isComplete) findings.complaints.add('the last page of the stream is missing');
    if (!link && seconds === undefined && others[0] !== undefined)
      throw new Error(`it holds ${others[0]}, and only Vorbis, Opus and FLAC are supported in Ogg`);
  } finally {
    link?.free();
  }
}
