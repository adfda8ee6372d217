import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { timesOf } from '../audio/excerpt.ts';
import { few } from '../corpus/findings.ts';
import type { Corpus } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import type { Manifest } from '../run/run-files.ts';

/** By what name other machines find a corpus among their own: the last part of its path. */
export const corpusName = (directory: string): string => basename(resolve(directory));

/**
 * The folder of a corpus on this machine: that of some folders, or the one by its name in them, which holds its first recording.
 *
 * @param name as {@link corpusName} gives it
 * @throws AttuneError `corpus` where none does
 */
export async function corpusFolder(
  folders: readonly string[],
  name: string,
  { recordings }: Pick<Manifest, 'recordings'>,
): Promise<string> {
  const [first] = recordings;
  const candidates = folders.flatMap((folder) => [folder, ...(name === basename(name) ? [join(folder, name)] : [])]);
  for (const candidate of candidates)
    if (!first || (await stat(join(candidate, first.file)).catch(() => undefined))) return candidate;
  throw new AttuneError(
    'corpus',
    `expected the corpus ${name}, with ${first!.file} in it, ${
      candidates.length ? `but it lies in none of ${candidates.join(', ')}` : 'but no folder of recordings is known'
    }: name its folder with --corpus-dir, or the one that holds it in ATTUNE_CORPORA`,
  );
}

/** The recordings of a run as a corpus that lies in a folder. */
export const recordedCorpus = ({ corpus, recordings }: Manifest, directory: string): Corpus => ({
  ...{ name: corpus, directory, leftOut: {} },
  utterances: recordings.map(({ utterance: id, file, speaker, emotion, ...times }) => ({
    ...{ id, file, ...timesOf(times), speaker, emotion },
  })),
});

/** @throws AttuneError `corpus` where recordings differ from those that a run was started with, naming them */
export function refuseOtherRecordings(expected: Manifest, found: Manifest, directory: string): void {
  const known = new Map(found.recordings.map(({ file, sha256 }) => [file, sha256]));
  const other = expected.recordings.filter(({ file, sha256 }) => known.get(file) !== sha256).map(({ file }) => file);
  if (other.length)
    throw new AttuneError(
      'corpus',
      `${directory} is not the corpus that the run was started with: ${few([...new Set(other)])} ${
        other.length === 1 ? 'has' : 'have'
      } another SHA-256. Put the same recordings there.`,
    );
}
