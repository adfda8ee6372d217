import { labelOf, type PartNames, partsOf } from '../corpus/parts.ts';
import { type Provenance, provenanceOf, together } from '../corpus/provenance.ts';
import type { Manifest } from './run-files.ts';

/** What a fold of a run is trained on, in its own words: all recordings that it does not test. */
export function learnedFrom({ corpus, recordings, ...names }: Manifest, fold: string): Provenance {
  const own = recordings.filter((recording) => recording.fold !== fold);
  if (!names.parts) return provenanceOf(corpus, own);
  const { labels, speakerOf } = partsOf(names);
  const ofPart = labels.flatMap((label, i) => {
    const learned = own.filter(({ utterance }) => labelOf(utterance) === label);
    const heard = learned.map(({ utterance, speaker, sha256 }) => ({ sha256, speaker: speakerOf(utterance, speaker) }));
    return heard.length ? [provenanceOf(names.parts![i]!, heard)] : [];
  });
  return together(ofPart);
}

/** The labels of the corpora of which a run tests recordings, where they are several. */
export function testedCorpora({ recordings, ...names }: Pick<Manifest, 'recordings'> & PartNames): {
  corpora?: readonly string[];
} {
  if (!names.parts) return {};
  const { labels } = partsOf(names);
  const tested = new Set(recordings.flatMap(({ utterance, fold }) => (fold === undefined ? [] : [labelOf(utterance)])));
  return tested.size > 1 ? { corpora: labels.filter((label) => tested.has(label)) } : {};
}
