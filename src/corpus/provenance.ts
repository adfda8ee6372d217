import * as v from 'valibot';
import { list, type Properties, type Schema } from '../json.ts';
import { byCodeUnits } from './adapter.ts';
import { nameKey } from './spelling.ts';

/** What weights were trained on, those that they were started from too. JSON, in the metadata of a checkpoint. */
export interface Provenance {
  /** sorted by name */
  readonly corpora: readonly HeardCorpus[];
  /** of each file of recordings the first 8 bytes of the SHA-256 of its bytes, sorted, one after the other, in base64 */
  readonly recordings: string;
  /** weights that they were started from do not say what they were trained on; absent: this is all */
  readonly incomplete?: true;
}

/** Who of a corpus was heard. */
export interface HeardCorpus {
  /** the adapter's, such as `emodb` */
  readonly name: string;
  /** under which the corpus is published; absent where that is not known */
  readonly licence?: string;
  /** in the spelling that names are compared by: capitals and blanks folded; sorted */
  readonly speakers: readonly string[];
}

/** What is kept of a SHA-256: 10,000 recordings and as many others agree in one by chance once in 10^11 times. */
const DIGEST_BYTES = 8;

/** Licences of corpora as their authors publish them. */
const LICENCES: Readonly<Record<string, string>> = {
  emodb: 'CC0 1.0',
  ravdess: 'CC BY-NC-SA 4.0',
  'crema-d': 'ODbL 1.0',
  emozionalmente: 'CC BY 4.0',
  subesco: 'CC BY 4.0',
  mesd: 'CC BY 4.0',
  jl: 'CC0 1.0',
  resd: 'MIT',
};

/** The licence under which a corpus is published, by the adapter's name; undefined where that is not known. */
export const licenceOf = (corpus: string): string | undefined =>
  Object.hasOwn(LICENCES, corpus) ? LICENCES[corpus] : undefined;

const DIGESTS = v.custom<string>(
  (text) =>
    typeof text === 'string' &&
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text) &&
    bytesIn(text) % DIGEST_BYTES === 0,
  `digests of ${DIGEST_BYTES} bytes each in base64`,
);

/** In the metadata of a checkpoint. */
export const PROVENANCE: Schema<Provenance> = v.strictObject({
  corpora: list(
    v.strictObject({
      ...{ name: v.string(), licence: v.exactOptional(v.string()), speakers: list(v.string()) },
    } satisfies Properties<HeardCorpus>),
  ),
  recordings: DIGESTS,
  incomplete: v.exactOptional(v.literal(true)),
} satisfies Properties<Provenance>);

/** What is told of recordings that were trained on. */
interface Heard {
  readonly speaker: string;
  /** of its file's bytes, hexadecimal */
  readonly sha256: string;
}

/** The provenance of weights that were trained on recordings of one corpus, from nothing. */
export function provenanceOf(corpus: string, recordings: readonly Heard[]): Provenance {
  const speakers = sorted(recordings.map(({ speaker }) => nameKey(speaker)));
  const licence = licenceOf(corpus);
  return {
    corpora: [{ name: corpus, ...(licence !== undefined && { licence }), speakers }],
    recordings: base64(sorted(recordings.map(({ sha256 }) => digestOf(sha256)))),
  };
}

/**
 * The provenance of weights that were started from others.
 *
 * @param before of those; absent: they do not say
 */
export function startedFrom(before: Provenance | undefined, own: Provenance): Provenance {
  return { ...together(before ? [before, own] : [own]), ...((!before || before.incomplete) && { incomplete: true }) };
}

/** What weights were trained on that were trained on all of these, each of which is told in full. */
export function together(all: readonly Provenance[]): Provenance {
  const corpora = new Map<string, HeardCorpus>();
  for (const corpus of all.flatMap((one) => one.corpora)) {
    const known = corpora.get(corpus.name);
    corpora.set(corpus.name, { ...corpus, speakers: sorted([...(known?.speakers ?? []), ...corpus.speakers]) });
  }
  return {
    corpora: [...corpora.values()].sort((a, b) => byCodeUnits(a.name, b.name)),
    recordings: base64(sorted(all.flatMap(digestsIn))),
  };
}

/** A function that tells by a recording's SHA-256 whether it was trained on. */
export function wasHeard(provenance: Provenance): (sha256: string) => boolean {
  const digests = new Set(digestsIn(provenance));
  return (sha256) => digests.has(digestOf(sha256));
}

/** The number of recordings, each file once. */
export const countOf = ({ recordings }: Provenance): number => bytesIn(recordings) / DIGEST_BYTES;

const digestOf = (sha256: string): string => sha256.slice(0, 2 * DIGEST_BYTES);
const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort(byCodeUnits);

function bytesIn(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (3 * base64.length) / 4 - padding;
}

/** Hexadecimal to base64, in pages too. */
const base64 = (digests: readonly string[]): string =>
  btoa(digests.join('').replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))));

/** The digests of recordings, hexadecimal. */
function digestsIn({ recordings }: Provenance): string[] {
  const hex = Array.from(atob(recordings), (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return hex.match(new RegExp(`.{${2 * DIGEST_BYTES}}`, 'g')) ?? [];
}
