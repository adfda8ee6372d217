import { join } from 'node:path';
import * as v from 'valibot';
import { callback, made, type Options, signal } from '../arguments.ts';
import { hashFile } from '../audio/file.ts';
import { checkArgument } from '../json.ts';
import { byCodeUnits } from './adapter.ts';
import { alikeSpeakers } from './alike-speakers.ts';
import { classesOf } from './classes.ts';
import { FINDINGS, type Finding, few, letPass } from './findings.ts';
import { heardBefore } from './heard-before.ts';
import { KNOWN_SPEAKERS } from './known-speakers.ts';
import { overlaps } from './overlaps.ts';
import { PROVENANCE, type Provenance } from './provenance.ts';
import { findSameAudio, type SameAudio } from './same-audio.ts';
import { nameKey } from './spelling.ts';
import { CORPUS, type Corpus, FOLDS, type Fold, type Utterance } from './utterance.ts';

/** What an audit looks at, and whom it tells. */
export interface AuditOptions {
  /** of the run that is about to start; without them only the corpus is looked at */
  readonly folds?: readonly Fold[];
  /** a folder that remembers what recordings of the same bytes sounded like, so that they are not decoded again; default: none */
  readonly cache?: string;
  /** SHA-256 that the files of utterances must have, by id, where they were hashed before; default: any */
  readonly hashes?: ReadonlyMap<string, string>;
  /** what the weights were trained on that the folds start from; default: they start from none, or it is not known */
  readonly heard?: Provenance;
  /** called as recordings are read */
  readonly onProgress?: (done: number, inAll: number) => void;
  /** aborted, reading stops between two recordings and its reason is thrown */
  readonly signal?: AbortSignal;
  /** told of recordings without any sound, or that are damaged: a sentence that names the file, or the line of a table */
  readonly onWarning?: (warning: string) => void;
}

const OPTIONS = v.strictObject({
  folds: v.optional(FOLDS),
  cache: v.optional(v.string()),
  hashes: v.optional(made<ReadonlyMap<string, string>>('Map')),
  heard: v.optional(PROVENANCE),
  onProgress: v.optional(callback),
  ...{ onWarning: v.optional(callback), signal: v.optional(signal) },
} satisfies Options<AuditOptions>);

/**
 * Looks for what would spoil the figures of a corpus: speakers, utterances or copies of a recording on both sides of a fold, copies
 * within the corpus, utterances that share sound, classes and speakers that are missing. Folds are taken as they are, whatever made them.
 *
 * @returns findings, in the order of {@link FINDINGS}
 * @throws AttuneError `usage` where the corpus or the options are none, `audio` where a recording cannot be read, `run` where its hash
 *   is another than it must be
 *
 * @example
 * ```ts
 * import { auditCorpus, foldsOf, readCorpus } from 'attune/node';
 *
 * const corpus = await readCorpus('emodb');
 * const folds = foldsOf(corpus, { protocol: 'leave-one-speaker-out', seed: 1 });
 * for (const { code, fatal, message } of await auditCorpus(corpus, { folds }))
 *   console.log(fatal ? 'stops a run' : 'to be known', code, message);
 * ```
 */
export async function auditCorpus(corpus: Corpus, options: AuditOptions = {}): Promise<Finding[]> {
  checkArgument(corpus, CORPUS, 'the corpus');
  checkArgument(options, OPTIONS, 'the options');
  const { folds = [], heard, ...reading } = options;
  const pairs = await findSameAudio(corpus, reading);
  return [
    ...folds.flatMap(speakersOnBothSides),
    ...folds.flatMap(utterancesOnBothSides),
    ...pairs.map((pair) => sameAudio(pair, folds)),
    ...overlaps(corpus, folds),
    ...(heard ? heardBefore(corpus, folds, heard, await hashesOf(corpus, folds, options.hashes)) : []),
    ...missingClasses(corpus, folds),
    ...missingSpeakers(corpus, folds),
    ...alikeSpeakers(corpus),
    ...scripts(corpus),
  ].sort((a, b) => FINDINGS.indexOf(a.code) - FINDINGS.indexOf(b.code));
}

/** SHA-256 of the files of all that is tested, by id. */
async function hashesOf({ directory }: Corpus, folds: readonly Fold[], known?: ReadonlyMap<string, string>) {
  const hashes = new Map(known);
  for (const { id, file } of folds.flatMap(({ test }) => test))
    if (!hashes.has(id)) hashes.set(id, await hashFile(join(directory, file)));
  return hashes;
}

function speakersOnBothSides({ name: fold, train, test }: Fold): Finding[] {
  const trained = new Set([...new Set(train.map(({ speaker }) => speaker))].map(nameKey));
  const both = [...new Set(test.map(({ speaker }) => speaker))].filter((speaker) => trained.has(nameKey(speaker)));
  if (!both.length) return [];
  const name = `speaker-on-both-sides:${fold}`;
  const message = `Fold ${fold} is trained and tested on the same speakers (${few(both.sort(byCodeUnits))}): its figures say nothing about new ones. ${letPass(name)}`;
  return [{ code: 'speaker-on-both-sides', name, fatal: true, message }];
}

function utterancesOnBothSides({ name: fold, train, test }: Fold): Finding[] {
  const trained = new Set(train.map(({ id }) => id));
  const both = test.map(({ id }) => id).filter((id) => trained.has(id));
  if (!both.length) return [];
  const name = `utterance-on-both-sides:${fold}`;
  const message = `Fold ${fold} is trained and tested on segments of the same utterances (${few(both)}): take each out on one side. ${letPass(name)}`;
  return [{ code: 'utterance-on-both-sides', name, fatal: true, message, utterances: both }];
}

function sameAudio({ utterances, correlation, lagSeconds }: SameAudio, folds: readonly Fold[]): Finding {
  const [a, b] = utterances;
  const has = (side: readonly Utterance[], id: string) => side.some((utterance) => utterance.id === id);
  const divided = folds.find(({ train, test }) => (has(train, a) && has(test, b)) || (has(train, b) && has(test, a)));
  const code = divided ? 'same-audio-on-both-sides' : 'same-audio';
  const name = `${code}:${a}=${b}`;
  const lag = lagSeconds ? `, ${Math.round(1000 * Math.abs(lagSeconds))} ms apart` : '';
  const where = divided ? `, and fold ${divided.name} is trained on one and tested on the other` : '';
  const message = `${a} and ${b} are one recording (correlation ${correlation.toFixed(6)}${lag})${where}: take one out. ${letPass(name)}`;
  return { code, name, fatal: true, message, utterances };
}

function missingClasses(corpus: Corpus, folds: readonly Fold[]): Finding[] {
  const lacking = (some: readonly Utterance[]) =>
    classesOf(corpus).filter((emotion) => !some.some((utterance) => utterance.emotion === emotion));
  const finding = (where: string, absent: readonly string[], name: string): Finding => {
    const message = `${where} no ${absent.join(', no ')}: no figure speaks of a class that is not there. ${letPass(name)}`;
    return { code: 'class-missing', name, fatal: true, message };
  };
  const inAll = lacking(corpus.utterances);
  if (inAll.length) return [finding('The corpus holds', inAll, 'class-missing')];
  const trained = new Set(folds.flatMap(({ train }) => train.map(({ id }) => id)));
  const learned = (corpus.parts ?? []).filter(
    ({ label, utterances }) => !folds.length || utterances.some(({ id }) => trained.has(`${label}/${id}`)),
  );
  return [
    ...learned.flatMap(({ label, utterances }) => {
      const absent = lacking(utterances);
      return absent.length ? [lackedByOne(label, absent)] : [];
    }),
    ...folds.flatMap(({ name, train }) => {
      const absent = lacking(train);
      return absent.length ? [finding(`Fold ${name} is trained on`, absent, `class-missing:${name}`)] : [];
    }),
  ];
}

/** Of corpora that are trained on together one lacks classes: a network may learn corpora in their place. */
function lackedByOne(corpus: string, absent: readonly string[]): Finding {
  const name = `class-missing:corpus ${corpus}`;
  const message = `Of the corpora that are trained on, ${corpus} holds no ${absent.join(', no ')}: whatever sounds like ${corpus} will not be taken for it. Map other labels to it, or leave the corpus out. ${letPass(name)}`;
  return { code: 'class-missing', name, fatal: true, message };
}

/** Speakers whom a known corpus lacks, and such as are in no fold. */
function missingSpeakers(corpus: Corpus, folds: readonly Fold[]): Finding[] {
  const here = new Set(corpus.utterances.map(({ speaker }) => speaker));
  const used = new Set(folds.flatMap(({ train, test }) => [...train, ...test]).map(({ speaker }) => speaker));
  const idle = folds.length ? [...here].filter((speaker) => !used.has(speaker)).sort(byCodeUnits) : [];
  return [
    ...(corpus.parts ?? [corpus]).flatMap(lackingSpeakers),
    ...(idle.length ? [speakerMissing(idle, `No fold trains or tests on ${few(idle)}.`)] : []),
  ];
}

function lackingSpeakers({ name, utterances }: Corpus): Finding[] {
  const here = new Set(utterances.map(({ speaker }) => speaker));
  const known = KNOWN_SPEAKERS[name] ?? [];
  const absent = known.filter((speaker) => !here.has(speaker));
  const message = `The corpus ${name} lacks ${absent.length} of its ${known.length} speakers (${few(absent)}): figures of a part do not compare with those of the whole.`;
  return absent.length ? [speakerMissing(absent, message)] : [];
}

function speakerMissing(speakers: readonly string[], what: string): Finding {
  const name = `speaker-missing:${speakers.join(',')}`;
  return { code: 'speaker-missing', name, fatal: true, message: `${what} ${letPass(name)}` };
}

/** Scripts that every speaker says: a network may learn words, and new speakers say other ones. */
function scripts({ utterances }: Corpus): Finding[] {
  const speakers = new Set(utterances.map(({ speaker }) => speaker)).size;
  const speakersOf = new Map<string, Set<string>>();
  for (const { script, speaker } of utterances)
    if (script !== undefined) speakersOf.set(script, (speakersOf.get(script) ?? new Set()).add(speaker));
  const shared = [...speakersOf].filter(([, own]) => own.size === speakers).map(([script]) => script);
  if (!shared.length || speakers < 2) return [];
  const message = `${shared.length} of ${speakersOf.size} scripts (${few(shared.sort(byCodeUnits))}) are spoken by all ${speakers} speakers: the same words stand on both sides of every fold, so the figures say little about other words.`;
  return [{ code: 'one-script', name: 'one-script', fatal: false, message }];
}
