import * as v from 'valibot';
import type { Options } from '../arguments.ts';
import { AttuneError } from '../errors.ts';
import { byName, checkArgument, finite, list } from '../json.ts';
import { checkReference, REFERENCE } from '../model/reference.ts';
import { checkTemperature } from '../model/weights.ts';
import type { Recognition, RecognitionWarning, Recognizer } from './recognizer.ts';
import { isNothing, type SourceKnowledge, type SourceShift, sourceShift } from './source-shift.ts';

/** Recordings of one source, answered against what that source adds. */
export interface NormalizedSource<R extends Recognition = Recognition> {
  /** in the order in which they were given; where nothing is taken out, as they were given but for warnings */
  readonly recognitions: readonly R[];
  /** how many the shift was estimated from */
  readonly recordings: number;
  /** what was taken from every segment's logits, by class; it sums to 0 */
  readonly shift: Readonly<Record<R['emotion'], number>>;
}

/** What of a recognizer is needed. */
type Scale<C extends string> = Pick<Recognizer<C>, 'classes' | 'temperature' | 'reference'>;

const SCALE = v.looseObject({
  ...{ classes: list(v.string()), temperature: finite },
  reference: v.optional(REFERENCE),
});
const KNOWLEDGE = v.strictObject({ mixed: v.optional(v.boolean()) } satisfies Options<SourceKnowledge>);
const RECOGNITIONS = list(
  v.looseObject({
    emotion: v.string(),
    segments: list(v.looseObject({ logits: byName(finite) })),
    warnings: v.array(v.any()),
  }),
);

/**
 * Answers recordings of one source (one speaker, one microphone, one line) against what they have in common: that is estimated from the
 * recordings themselves, without labels, and taken from the logits of all their segments. It is transductive: each answer depends on
 * the other recordings, so give all of the source at once, each recording once. The source must show several emotions, 20 recordings or
 * more; where the answers lean to few classes, nothing is taken out, for a mean cannot be told from a mood. It is measured in docs/decisions/normalize.md.
 *
 * Where it is known that the source holds every class about equally often, `mixed` takes out its plain mean. That gains more, and of a
 * source that is mostly one emotion it makes others, so each answer is warned.
 *
 * @param recognitions of `recognize`, or turns of one speaker, all by the same recognizer; those without speech are best left out
 * @param recognizer which gave them; only its `classes`, `temperature` and `reference` are read
 * @param knowledge of the source
 * @returns recognitions of which `emotion`, `probabilities`, `segments` and `warnings` are others
 * @throws AttuneError `usage` where there is no recognition, or not of the recognizer's classes; `checkpoint` where the recognizer has no
 *   reference, as those of most checkpoints and classifiers from elsewhere have not
 *
 * @example
 * ```ts
 * import { loadRecognizer, normalizeSource, type Recognition } from 'attune';
 * import { readAudioFile } from 'attune/node';
 *
 * const recognizer = await loadRecognizer();
 * const said: Recognition<'neutral' | 'happy' | 'angry' | 'sad'>[] = [];
 * for (const file of ['call.wav', 'call.wav'])
 *   said.push(await recognizer.recognize((await readAudioFile(file)).waveform));
 * const { recognitions, recordings } = normalizeSource(said, recognizer);
 * console.log(recordings); // 2
 * for (const { emotion, warnings } of recognitions) console.log(emotion, warnings.at(-1)?.message);
 * await recognizer.close();
 * ```
 */
export function normalizeSource<C extends string, R extends Recognition<C>>(
  recognitions: readonly R[],
  recognizer: Pick<Recognizer<C>, 'classes' | 'temperature' | 'reference'>,
  knowledge: SourceKnowledge = {},
): NormalizedSource<R> {
  checkArgument(recognitions, RECOGNITIONS, 'the recognitions');
  checkArgument(recognizer, SCALE, 'the recognizer');
  checkArgument(knowledge, KNOWLEDGE, 'what is known of the source');
  checkTemperature(recognizer.temperature);
  if (recognizer.reference) checkReference(recognizer.reference, recognizer.classes, 'the recognizer');
  if (!recognitions.length) throw new AttuneError('usage', 'expected one recognition or more of the source, got none');
  const found = shiftOf(recognitions, recognizer, knowledge);
  return {
    recognitions: recognitions.map((recognition) => without(recognition, found, recognizer)),
    recordings: recognitions.length,
    shift: namedShift(found, recognizer.classes) as Readonly<Record<R['emotion'], number>>,
  };
}

/** What a source adds, and what makes that less trustworthy. */
export interface FoundShift extends SourceShift {
  readonly warnings: readonly RecognitionWarning[];
}

/** What the source of these adds. */
export function shiftOf<C extends string>(
  recognitions: readonly Recognition<C>[],
  scale: Scale<C>,
  knowledge: SourceKnowledge,
): FoundShift {
  const { classes } = scale;
  const members = recognitions.map(({ emotion, segments }) => ({
    answer: classes.indexOf(emotion),
    logits: segments.map(({ logits }) => classes.map((name) => logits[name])),
  }));
  const strange = members.findIndex(
    ({ answer, logits }) => answer < 0 || !logits.length || logits.some((row) => !row.every(Number.isFinite)),
  );
  if (strange >= 0)
    throw new AttuneError(
      'usage',
      `expected segments with logits of ${classes.join(', ')}, which the recognition number ${strange + 1} has not; give those of the same recognizer`,
    );
  const found = sourceShift(members, referenceIn(scale), knowledge);
  return { ...found, warnings: doubts({ n: members.length, found, classes, ...knowledge }) };
}

/** @throws AttuneError `checkpoint` where there is none */
export function referenceIn({ reference }: Pick<Recognizer, 'reference'>) {
  if (reference) return reference;
  throw new AttuneError(
    'checkpoint',
    'the weights have no reference, which a source is compared with: use those that come with Attune, or leave `normalize` out',
  );
}

/** The same recognition less a shift of its logits. */
export function without<C extends string, R extends Recognition<C>>(
  recognition: R,
  { shift, warnings }: FoundShift,
  { classes, temperature }: Pick<Recognizer<C>, 'classes' | 'temperature'>,
): R {
  const warned = { ...recognition, warnings: [...recognition.warnings, ...warnings] };
  if (isNothing(shift)) return warned;
  const named = (values: readonly number[]) => Object.fromEntries(classes.map((name, k) => [name, values[k]!]));
  const rows = recognition.segments.map(({ logits }) => classes.map((name, k) => logits[name] - shift[k]!));
  const shares = rows.map((row) => softmax(row.map((logit) => logit / temperature)));
  const whole = classes.map((_, k) => shares.reduce((sum, row) => sum + row[k]!, 0) / shares.length);
  return {
    ...warned,
    emotion: classes[whole.indexOf(Math.max(...whole))]!,
    probabilities: named(whole),
    segments: recognition.segments.map((segment, i) => ({
      ...segment,
      ...{ probabilities: named(shares[i]!), logits: named(rows[i]!) },
    })),
  };
}

export const namedShift = ({ shift }: SourceShift, classes: readonly string[]): Record<string, number> =>
  Object.fromEntries(classes.map((name, k) => [name, shift[k]!]));

function softmax(row: readonly number[]): number[] {
  const most = Math.max(...row);
  const powers = row.map((value) => Math.exp(value - most));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / total);
}

/** A source of fewer recordings is warned of. */
const FEW = 5;
/** The same where its plain mean is taken, which nothing shrinks. */
const FEW_MIXED = 20;
/** A source of which one class is answered more often is warned of. */
const MOSTLY = 0.5;

interface Doubted extends SourceKnowledge {
  readonly n: number;
  readonly found: SourceShift;
  readonly classes: readonly string[];
}

function doubts({ n, found: { most, shift }, classes, mixed }: Doubted): RecognitionWarning[] {
  const warning = (message: string) => ({ code: 'normalized', message }) as const;
  if (n < 2)
    return [
      warning(
        `${n || 'no'} recording of its source can be heard, so nothing was taken out: give 20 or more that differ in emotion`,
      ),
    ];
  const { answer, share } = most!;
  const mostly = `${Math.round(100 * share)} % of its source is answered ${classes[answer]}`;
  const few = `the own mean of its source is of ${n} recordings alone, and hardly tells what they share`;
  const leaning = isNothing(shift)
    ? `${mostly}, so nothing was taken out: the answers lean to few classes, whatever the recordings show, and a mean cannot be told from a mood`
    : `${mostly}, and a mean cannot be told from a mood, so less was taken out: a source's own mean is for recordings of several emotions`;
  return [
    ...(n < (mixed ? FEW_MIXED : FEW) ? [warning(few)] : []),
    ...(mixed ? [warning(ASSERTED)] : isNothing(shift) || share > MOSTLY ? [warning(leaning)] : []),
  ];
}

const ASSERTED =
  'its source was said to hold every emotion about equally often, and its plain mean was taken out: if it is mostly of one emotion, this answer is likely wrong (leave `mixed` out)';
