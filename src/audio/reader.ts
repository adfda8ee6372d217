import { createHash } from 'node:crypto';
import { AttuneError } from '../errors.ts';
import { type Excerpt, isWhole, placeIn, sampleBounds } from './excerpt.ts';
import { readSound } from './file.ts';
import { type Gap, gapsIn, withoutGaps } from './gaps.ts';
import { streamOf, waveformOf } from './stream.ts';
import { SAMPLE_RATE, type Waveform } from './waveform.ts';

/** A recording or an excerpt of one, as a file held it. */
export interface Heard {
  /** of the excerpt alone, without what nobody recorded */
  readonly waveform: Waveform;
  /** SHA-256 of the file's bytes, 64 hexadecimal digits */
  readonly sha256: string;
  /** what spoils it, as of `readAudioFile`; plain sentences that do not name the file */
  readonly warnings: readonly string[];
}

/**
 * @param path of the file; messages name it as it is given
 * @throws AttuneError `audio` as `readAudioFile` does, and where nothing of the excerpt lies in the recording
 */
export type Reader = (path: string, excerpt?: Excerpt) => Promise<Heard>;

/**
 * Reads recordings and excerpts of them (Node only). The last file that an excerpt was asked of stays in memory, decoded, so that
 * the excerpts of one recording, asked for one after another, are cut from one and the same sound.
 */
export function createReader(): Reader {
  let last: { readonly path: string; readonly sound: ReturnType<typeof readSound> } | undefined;
  return async (path, excerpt = {}) => {
    const sound = last?.path === path ? last.sound : readSound(path);
    last = isWhole(excerpt) ? undefined : { path, sound };
    const { waveform, sha256, warnings } = await sound;
    const { samples, gaps = [] } = waveform;
    if (isWhole(excerpt))
      return { waveform: recorded(samples, gaps), sha256, warnings: warnings.map(({ message }) => message) };
    const { from, to, ...place } = placeIn(excerpt, wholeOf(waveform), path);
    const part = recorded(samples.slice(from, to), gapsIn(gaps, from, to));
    const spoilt = [...warnings.filter(({ code }) => code !== 'silence'), ...(await silenceOf(part))];
    return { waveform: part, sha256, warnings: [...place.warnings, ...spoilt.map(({ message }) => message)] };
  };
}

/** What was recorded, or where that is nothing, its silence. */
function recorded(samples: Float32Array, gaps: readonly Gap[]): Waveform {
  const sound = withoutGaps(samples, gaps);
  return { samples: sound.length > 0 ? sound : samples, sampleRate: SAMPLE_RATE };
}

const wholeOf = ({ samples: { length }, startSeconds = 0 }: Waveform) => ({ length, startSeconds });

/**
 * Reads a recording, or an excerpt of one, that is still the one that was hashed: what is decoded and what is hashed are the same bytes.
 *
 * @param sha256 that the file's bytes must have
 * @throws AttuneError `corpus`, naming the file, where they have another; `audio` as the reader does
 */
export async function readSame(read: Reader, path: string, sha256: string, excerpt: Excerpt = {}): Promise<Heard> {
  const heard = await read(path, excerpt);
  refuseChanged(path, sha256, heard.sha256);
  return heard;
}

/** @throws AttuneError `corpus`, naming the file, where it has another hash than it had */
export function refuseChanged(path: string, before: string, now: string): void {
  if (now !== before)
    throw new AttuneError(
      'corpus',
      `${path} has changed since it was hashed: expected SHA-256 ${before}, got ${now}; put that recording back, and start the same command again.`,
    );
}

async function silenceOf(waveform: Waveform) {
  const stream = streamOf(waveform);
  await waveformOf(stream);
  return stream.warnings.filter(({ code }) => code === 'silence');
}

/**
 * What tells one sound from all others, 64 hexadecimal digits: of a whole recording the hash of its bytes, of an excerpt a hash of
 * that and of the samples that it holds.
 *
 * @param sha256 of the file's bytes
 */
export function soundHash(sha256: string, excerpt: Excerpt): string {
  if (isWhole(excerpt)) return sha256;
  const { from, to } = sampleBounds(excerpt);
  const samples = [from, Number.isFinite(to) ? to : 'end'];
  return createHash('sha256').update(JSON.stringify({ sha256, samples })).digest('hex');
}
