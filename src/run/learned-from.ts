import { ownSpeaker } from '../corpus/cross-corpus.ts';
import { type Provenance, provenanceOf } from '../corpus/provenance.ts';
import type { Manifest } from './run-files.ts';

/** What a fold of a run is trained on, in its own words: all recordings that it does not test. */
export function learnedFrom({ corpus, parts, recordings }: Manifest, fold: string): Provenance {
  const named = parts?.map((name) => ({ name }));
  const trained = named?.[0] ?? { name: corpus };
  const own = recordings.filter((recording) => recording.fold !== fold);
  return provenanceOf(
    trained.name,
    own.map(({ speaker, sha256 }) => ({ sha256, speaker: ownSpeaker({ parts: named }, trained, speaker) })),
  );
}
