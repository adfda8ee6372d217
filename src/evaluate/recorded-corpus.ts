import { timesOf } from '../audio/excerpt.ts';
import { few } from '../corpus/findings.ts';
import type { Corpus } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import type { Manifest } from '../run/run-files.ts';

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
