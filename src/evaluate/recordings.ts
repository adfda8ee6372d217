import { join } from 'node:path';
import { timesOf } from '../audio/excerpt.ts';
import type { Reader } from '../audio/reader.ts';
import { partNames } from '../corpus/parts.ts';
import { openSketches } from '../corpus/sketches.ts';
import type { Corpus, Fold, Utterance } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import type { Listening } from '../run/events.ts';
import type { Manifest, Recording } from '../run/run-files.ts';

export interface ReadingOptions extends Listening {
  /** a folder that remembers what recordings sound like */
  readonly cache: string;
  /** decodes what is not known */
  readonly reader: Reader;
  /** what else is done with each, given the hash of its file */
  readonly each?: (utterance: Utterance, path: string, sha256: string) => Promise<void>;
}

/**
 * Reads every recording of a corpus for a manifest: its hash, and what it sounds like, which is not decoded where it is known.
 *
 * @throws AttuneError `corpus` where recordings cannot be read; each is named; and whatever `each` throws
 */
export async function readRecordings(
  corpus: Corpus,
  folds: readonly Fold[],
  { cache, reader, each, onEvent, signal }: ReadingOptions,
): Promise<Manifest> {
  const sketches = await openSketches(cache, reader);
  const foldOf = new Map(folds.flatMap(({ name, test }) => test.map(({ id }) => [id, name] as const)));
  const recordings: Recording[] = [];
  const failures: AttuneError[] = [];
  const read = async (utterance: Utterance) => {
    const { id, file, start, end, source, ...labels } = utterance;
    const path = join(corpus.directory, file);
    const { durationSeconds, warnings, sha256 } = await sketches.of(path, utterance);
    for (const warning of warnings) onEvent?.({ event: 'warning', text: `${source ?? path}: ${warning}` });
    await each?.(utterance, path, sha256);
    const fold = foldOf.get(id);
    recordings.push({
      ...{ utterance: id, file, ...timesOf(utterance), sha256, durationSeconds, ...labels },
      ...(fold !== undefined && { fold }),
    });
  };
  for (const [i, utterance] of corpus.utterances.entries()) {
    signal?.throwIfAborted();
    await read(utterance).catch((error) => {
      if (!(error instanceof AttuneError) || error.code !== 'audio') throw error;
      failures.push(error);
    });
    onEvent?.({ event: 'read', done: i + 1, inAll: corpus.utterances.length });
  }
  if (failures.length)
    throw new AttuneError(
      'corpus',
      `${failures.length} of ${corpus.utterances.length} recordings cannot be used; mend them or take them out: ${failures.map(({ message }) => message).join(' ')}`,
    );
  const { name, leftOut, parts } = corpus;
  return { corpus: name, leftOut, ...(parts && partNames(parts)), recordings };
}
