import * as v from 'valibot';
import { AttuneError } from '../errors.ts';
import { checkArgument, list, type Properties, type Schema } from '../json.ts';

/**
 * Kinds of findings, in the order in which they are told.
 *
 * - `speaker-on-both-sides`: a fold is trained and tested on one person.
 * - `utterance-on-both-sides`: a fold is trained and tested on one utterance.
 * - `same-audio-on-both-sides`: a fold is trained on a copy of what it tests, perhaps converted or cut.
 * - `overlap-on-both-sides`: a fold is trained on a part of the sound that it tests, since utterances of one file overlap.
 * - `speaker-heard`: a fold tests a person whom the weights that it starts from have heard.
 * - `recording-heard`: a fold tests a recording that they have heard.
 * - `same-audio`: two recordings are one, wherever they stand.
 * - `speaker-alike`: the names of two speakers differ in punctuation or leading zeros alone.
 * - `class-missing`: the corpus, or a fold's training set, lacks a class.
 * - `speaker-missing`: a known corpus lacks some of its speakers, or no fold uses them.
 * - `speaker-near`: names of speakers may mean one person. It is asked and does not stop a run.
 * - `speaker-heard-near`: the name of a tested speaker may mean one whom the starting weights have heard. It is asked and does not stop a run.
 * - `speaker-spelling`: a speaker is written in several ways and taken for one. It is reported and does not stop a run.
 * - `speakers-overlap`: utterances of different speakers share sound of one file. It is reported and does not stop a run.
 * - `one-script`: all speakers say the same words. It is reported and does not stop a run.
 */
export const FINDINGS = [
  'speaker-on-both-sides',
  'utterance-on-both-sides',
  'same-audio-on-both-sides',
  'overlap-on-both-sides',
  'speaker-heard',
  'recording-heard',
  'same-audio',
  'speaker-alike',
  'class-missing',
  'speaker-missing',
  'speaker-near',
  'speaker-heard-near',
  'speaker-spelling',
  'speakers-overlap',
  'one-script',
] as const;
/** One of {@link FINDINGS}. */
export type FindingCode = (typeof FINDINGS)[number];

/** Something about a corpus, or its folds, that a reader of figures must know. */
export interface Finding {
  /** what kind of thing was found */
  readonly code: FindingCode;
  /** what lets this finding alone pass: its code, and what it is about where there may be several */
  readonly name: string;
  /** whether it stops a run; else it is only reported */
  readonly fatal: boolean;
  /** what was found, what it does to the figures, and what to do: whole sentences */
  readonly message: string;
  /** ids of the utterances it is about, where they are few */
  readonly utterances?: readonly string[];
}

/** In the manifest of a run. */
export const FINDING: Schema<Finding> = v.object({
  code: v.picklist(FINDINGS),
  name: v.string(),
  fatal: v.boolean(),
  message: v.string(),
  utterances: v.exactOptional(list(v.string())),
} satisfies Properties<Finding>);

/**
 * Parts the findings that stop a run from those that may pass.
 *
 * @param accept names or codes of findings: a code accepts all of its kind
 * @throws AttuneError `usage` where one is no code, nor begins with one
 *
 * @example
 * ```ts
 * import { accepted, auditCorpus, readCorpus } from 'attune/node';
 *
 * const findings = await auditCorpus(await readCorpus('emodb'));
 * const { stopping } = accepted(findings, ['speaker-missing']);
 * if (stopping.length) throw new Error(stopping.map(({ message }) => message).join(' '));
 * ```
 */
export function accepted(
  findings: readonly Finding[],
  accept: readonly string[],
): {
  /** fatal findings that nobody accepted */
  stopping: readonly Finding[];
  /** all others */
  passed: readonly Finding[];
} {
  checkArgument(findings, list(FINDING), 'the findings');
  checkArgument(accept, list(v.string()), 'the accepted names');
  const unknown = accept.find((name) => !FINDINGS.some((code) => name === code || name.startsWith(`${code}:`)));
  if (unknown !== undefined) {
    const several = unknown.includes(',') ? '; of several, give each by itself' : '';
    throw new AttuneError('usage', `no finding is called ${unknown}: expected one of ${FINDINGS.join(', ')}${several}`);
  }
  const passes = ({ code, name, fatal }: Finding) => !fatal || accept.includes(code) || accept.includes(name);
  return { stopping: findings.filter((finding) => !passes(finding)), passed: findings.filter(passes) };
}

/** How to let a finding pass, as a shell takes it. */
export const letPass = (name: string): string => `\`accept\` ${inShell(name)} lets this pass.`;

const inShell = (word: string) => (/^[\w:=.,/@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** So many are told at once; of more than one more the rest is counted. */
const FEW = 5;

/** The first few of some names. */
export const few = (names: readonly string[]): string =>
  names.length > FEW + 1 ? `${names.slice(0, FEW).join(', ')} and ${names.length - FEW} more` : names.join(', ');

/** The error of findings that stop a run: the first few, and of which kinds the others are. */
export function spoilt(stopping: readonly Finding[]): AttuneError {
  const [first, ...others] = stopping.map(({ message }) => message);
  if (!others.length)
    return new AttuneError('corpus', `the audit found something that would spoil the figures: ${first}`);
  const told = stopping.length > FEW + 1 ? stopping.slice(0, FEW) : stopping;
  const rest = stopping.slice(told.length).map(({ code }) => code);
  const kinds = [...new Set(rest)].map((kind) => `${kind} (${rest.filter((code) => code === kind).length})`);
  return new AttuneError('corpus', `the audit found ${stopping.length} things that would spoil the figures:`, {
    points: [
      ...told.map(({ message }) => message),
      ...(rest.length ? [`and ${rest.length} more: ${kinds.join(', ')}; \`accept\` takes the name of a kind`] : []),
    ],
  });
}
