import * as v from 'valibot';
import { AttuneError } from '../errors.ts';
import { type FrontEnd, OFFSETS } from '../features/front-end.ts';
import { SHORT_UTTERANCES } from '../features/segments.ts';
import { SCALINGS } from '../features/spectrogram.ts';
import type { Values } from '../graph/session.ts';
import { type Architecture, POOLINGS } from './architecture.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import { checkWeights } from './weights.ts';

/** A trained network with all that is needed to use it. */
export interface Checkpoint {
  /** the network that the tensors belong to */
  readonly architecture: Architecture;
  /** what it was trained with, and must be used with */
  readonly frontEnd: FrontEnd;
  /** names of the classes, in the order of the logits */
  readonly classes: readonly string[];
  /** divides the logits before the softmax, so that probabilities say how often they are right; from 0.001 to 1000; absent: 1 */
  readonly temperature?: number;
  /** parameters and running statistics by name; more may stand beside them */
  readonly tensors: Readonly<Record<string, Values>>;
  /** free text, such as what it was trained on */
  readonly notes?: Readonly<Record<string, string>>;
}

const ARCHITECTURE = v.object({
  pooling: v.picklist(POOLINGS),
  classes: v.number(),
  poolAfter: v.array(v.number()),
  attentionSoftmax: v.boolean(),
  attentionScore: v.picklist(['sum', 'mean'] as const),
  bilinearNorm: v.picklist(['sqrt-first', 'l2-first'] as const),
  width: v.number(),
  conv1Only: v.exactOptional(v.object({ height: v.number(), width: v.number() })),
});
const FRONT_END = v.object({
  scaling: v.picklist(SCALINGS),
  shortUtterances: v.picklist(SHORT_UTTERANCES),
  trainHopSeconds: v.number(),
  testHopSeconds: v.number(),
  offset: v.exactOptional(v.picklist(OFFSETS)), // older versions had none
});
const json = <T extends v.GenericSchema>(schema: T) => v.pipe(v.string(), v.parseJson(), schema);
const METADATA = v.looseObject({
  architecture: json(ARCHITECTURE),
  front_end: json(FRONT_END),
  classes: json(v.array(v.string())),
  temperature: v.exactOptional(json(v.number())),
});

/** A checkpoint as the bytes of a safetensors file, its settings in the metadata. */
export function writeCheckpoint({
  architecture,
  frontEnd,
  classes,
  temperature,
  tensors,
  notes,
}: Checkpoint): Uint8Array<ArrayBuffer> {
  const metadata = {
    ...notes,
    format: 'attune',
    architecture: JSON.stringify(architecture),
    front_end: JSON.stringify(ordered(frontEnd)),
    classes: JSON.stringify(classes),
    ...(temperature !== undefined && { temperature: JSON.stringify(temperature) }),
  };
  return writeSafetensors({ tensors, metadata });
}

/** Always in the same order, so that the same settings give the same bytes. */
const ordered = ({ scaling, shortUtterances, trainHopSeconds, testHopSeconds, offset }: FrontEnd): FrontEnd => ({
  ...{ scaling, shortUtterances, trainHopSeconds, testHopSeconds, ...(offset && { offset }) },
});

/**
 * Reads a checkpoint and checks that it holds the network that it says it holds, in finite numbers.
 *
 * @param bytes the whole file, safetensors
 * @param name what to call the file in errors
 * @throws AttuneError `checkpoint` where the file is damaged, not one of Attune's, or of another shape, or holds a number that is not finite
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { readCheckpoint } from 'attune';
 *
 * const checkpoint = readCheckpoint(await readFile('03.safetensors'), '03.safetensors');
 * console.log(checkpoint.architecture.pooling); // attention
 * console.log(checkpoint.classes.join(', ')); // neutral, happy, angry, sad
 * ```
 */
export function readCheckpoint(bytes: Uint8Array, name: string): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, name);
  const settings = v.safeParse(METADATA, metadata);
  if (!settings.success)
    throw new AttuneError(
      'checkpoint',
      `${name} is no checkpoint of Attune: its metadata has no valid ${v.getDotPath(settings.issues[0])}. Give one that a run of Attune wrote.`,
    );
  const { architecture, front_end: frontEnd, classes, temperature, format: _, ...notes } = settings.output;
  if (classes.length !== architecture.classes)
    throw new AttuneError(
      'checkpoint',
      `${name}: expected names for ${architecture.classes} classes, got ${classes.length}. Give one that a run of Attune wrote.`,
    );
  const checkpoint = {
    ...{ architecture, frontEnd, classes, tensors, notes: notes as Record<string, string> },
    ...(temperature !== undefined && { temperature }),
  };
  checkWeights(checkpoint, name);
  return checkpoint;
}
