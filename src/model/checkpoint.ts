import * as v from 'valibot';
import { made, numeric } from '../arguments.ts';
import { CLASSES } from '../corpus/classes.ts';
import { PROVENANCE, type Provenance } from '../corpus/provenance.ts';
import { AttuneError } from '../errors.ts';
import { ANY_FRONT_END, type AnyFrontEnd } from '../features/descriptors/front-end.ts';
import { FRONT_END, type FrontEnd, hasHeard } from '../features/front-end.ts';
import { readSafetensors, writeSafetensors } from '../graph/safetensors.ts';
import type { Values } from '../graph/session.ts';
import { byName, checkArgument, type Fault, formOf, list, type Schema, whole } from '../json.ts';
import { ARCHITECTURE, type Architecture, stated } from './architecture.ts';
import { checkReference, REFERENCE, type Reference } from './reference.ts';
import { checkWeights } from './weights.ts';

/** A trained network with all that is needed to use it. */
export interface Checkpoint<C extends string = string> {
  /** the network that the tensors belong to */
  readonly architecture: Architecture;
  /** what it was trained with, and must be used with */
  readonly frontEnd: FrontEnd;
  /** names of the classes, in the order of the logits: 2 to 1000, each another, without control characters */
  readonly classes: readonly C[];
  /** divides the logits before the softmax, so that probabilities say how often they are right; from 0.001 to 1000; absent: 1 */
  readonly temperature?: number;
  /**
   * mean logits of each class of what it was trained on, by networks that never heard the speaker: `[classes][classes]`, a row a class;
   * with it `normalizeSource` can tell what a source adds; absent where it is not known
   */
  readonly reference?: Reference;
  /** parameters and running statistics by name; more may stand beside them */
  readonly tensors: Readonly<Record<string, Values>>;
  /** what it was trained on, so that nobody is tested whom it has heard; absent where it is not known */
  readonly provenance?: Provenance;
  /** free text, such as what it was trained on */
  readonly notes?: Readonly<Record<string, string>>;
}

/** What a system of any kind learned: a checkpoint whose front end may be one that cuts no segments. More tensors and notes of the system's own stand in it. */
export interface SystemCheckpoint extends Omit<Checkpoint, 'frontEnd'> {
  readonly frontEnd: AnyFrontEnd;
}

const json = <T>(schema: Schema<T>) => v.pipe(v.string(), v.parseJson({}, 'JSON'), schema);
const METADATA = v.looseObject({
  architecture: json(ARCHITECTURE),
  front_end: json(ANY_FRONT_END),
  classes: json(CLASSES),
  temperature: v.exactOptional(json(v.number())),
  reference: v.exactOptional(json(REFERENCE)),
  provenance: v.exactOptional(json(PROVENANCE)),
});

/** A tensor, whose data and shape are compared where the architecture is known. */
const TENSOR = v.object({ data: v.custom<Values['data']>(ArrayBuffer.isView, 'a typed array'), shape: list(whole(0)) });

const CHECKPOINT = v.object({
  architecture: ARCHITECTURE,
  frontEnd: FRONT_END,
  classes: CLASSES,
  tensors: byName(TENSOR),
  temperature: v.optional(numeric),
  reference: v.optional(REFERENCE),
  provenance: v.optional(PROVENANCE),
  notes: v.optional(byName(v.string())),
});

/**
 * Checks a checkpoint that is to be used.
 *
 * @throws AttuneError `usage` where it is none, `checkpoint` where its network cannot be computed
 */
export function checkCheckpoint(checkpoint: Checkpoint): void {
  checkArgument(checkpoint, CHECKPOINT, 'the checkpoint');
  checkWeights(checkpoint, 'the checkpoint');
  if (checkpoint.reference) checkReference(checkpoint.reference, checkpoint.classes, 'the checkpoint');
}

/**
 * A checkpoint as the bytes of a safetensors file, its settings in the metadata. The same content gives the same bytes.
 *
 * @example
 * ```ts
 * import { loadDefaultCheckpoint } from 'attune';
 * import { writeCheckpoint } from 'attune/train';
 *
 * const bytes = writeCheckpoint(await loadDefaultCheckpoint()); // of a file, or for a page's IndexedDB
 * ```
 */
export const writeCheckpoint = (checkpoint: Checkpoint): Uint8Array<ArrayBuffer> => writeSystemCheckpoint(checkpoint);

/** The same of a system of any kind. */
export function writeSystemCheckpoint({
  architecture,
  frontEnd,
  classes,
  temperature,
  reference,
  tensors,
  provenance,
  notes,
}: SystemCheckpoint): Uint8Array<ArrayBuffer> {
  const metadata = {
    ...notes,
    format: 'attune',
    architecture: JSON.stringify(stated(architecture)),
    front_end: JSON.stringify(ordered(frontEnd)),
    classes: JSON.stringify(classes),
    ...(temperature !== undefined && { temperature: JSON.stringify(temperature) }),
    ...(reference && { reference: JSON.stringify(reference) }),
    ...(provenance && { provenance: JSON.stringify(provenance) }),
  };
  return writeSafetensors({ tensors, metadata });
}

/** As files have it, always in the same order, so that the same settings give the same bytes. */
function ordered(frontEnd: AnyFrontEnd): AnyFrontEnd {
  if (frontEnd.kind === 'descriptors') {
    const { kind, set, segmentFrames, loudest } = frontEnd;
    return {
      kind,
      set,
      ...(segmentFrames !== undefined && { segmentFrames }),
      ...(loudest !== undefined && { loudest }),
    };
  }
  const { shortUtterances, trainHopSeconds, testHopSeconds, offset, shortInUse } = frontEnd;
  const cut = {
    ...{ shortUtterances, trainHopSeconds, testHopSeconds },
    ...(offset && { offset }),
    ...(shortInUse && { shortInUse }),
  };
  if (frontEnd.kind === 'mfcc') {
    const { kind, segmentSeconds, lastSegment } = frontEnd;
    return { kind, segmentSeconds, ...(lastSegment && { lastSegment }), ...cut };
  }
  if (frontEnd.kind === 'log-spectrogram') {
    const { kind, binHertz, floorDecibels, scaling, segmentSeconds, lastSegment } = frontEnd;
    return { kind, binHertz, floorDecibels, scaling, segmentSeconds, ...(lastSegment && { lastSegment }), ...cut };
  }
  if (!hasHeard(frontEnd)) return { scaling: frontEnd.scaling, ...cut };
  const { kind, encoder, heardDecibels } = frontEnd;
  if (kind === 'onnx') {
    const { input, normalize, output, width } = frontEnd;
    return { kind, encoder, input, normalize, output, width, heardDecibels, ...cut };
  }
  const { blocks, joined } = frontEnd;
  return { kind, encoder, blocks, ...(joined && { joined }), heardDecibels, ...cut };
}

/**
 * Reads a checkpoint and checks that it holds the network that it says it holds, in finite numbers.
 *
 * @param bytes the whole file, safetensors
 * @param name what to call the file in errors
 * @throws AttuneError `usage` where the bytes are none; `checkpoint` where the file is damaged, not one of Attune's, or of another shape, or holds a number that is not finite
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { readCheckpoint } from 'attune';
 *
 * const checkpoint = readCheckpoint(await readFile('03.safetensors'), '03.safetensors');
 * console.log(checkpoint.frontEnd.testHopSeconds); // 0.4
 * console.log(checkpoint.classes.join(', ')); // neutral, happy, angry, sad
 * ```
 */
export function readCheckpoint(bytes: Uint8Array, name: string): Checkpoint {
  const { frontEnd, ...checkpoint } = readSystemCheckpoint(bytes, name);
  if (frontEnd.kind !== 'descriptors') return { ...checkpoint, frontEnd };
  throw new AttuneError(
    'checkpoint',
    `${name} is of a system that hears descriptors of frames, which attune crossval and attune verify use alone: give the checkpoint of a network on segments of sound`,
  );
}

/**
 * The same of a system of any kind.
 *
 * @throws AttuneError as {@link readCheckpoint}, but for systems that hear no segments of sound
 */
export function readSystemCheckpoint(bytes: Uint8Array, name: string): SystemCheckpoint {
  checkArgument(bytes, made('Uint8Array'), 'the bytes of a checkpoint');
  checkArgument(name, v.string(), 'the name of a checkpoint');
  const { tensors, metadata } = readSafetensors(bytes, name);
  const settings = formOf(metadata, METADATA);
  if ('fault' in settings)
    throw new AttuneError(
      'checkpoint',
      `${name} is no checkpoint of Attune: its metadata has no valid ${faultOf(settings.fault)}. Give one that a run of Attune wrote.`,
    );
  const { architecture, front_end: frontEnd, classes, format: _, ...more } = settings.value;
  const { temperature, reference, provenance, ...notes } = more;
  if (classes.length !== architecture.classes)
    throw new AttuneError(
      'checkpoint',
      `${name}: expected names for ${architecture.classes} classes, got ${classes.length}. Give one that a run of Attune wrote.`,
    );
  const checkpoint = {
    ...{ architecture, frontEnd, classes, tensors, notes: notes as Record<string, string> },
    ...(temperature !== undefined && { temperature }),
    ...(reference && { reference }),
    ...(provenance && { provenance }),
  };
  checkWeights(checkpoint, name);
  if (reference) checkReference(reference, classes, name);
  return checkpoint;
}

const faultOf = ({ path, expected, received }: Fault): string => `${path}: expected ${expected}, got ${received}`;
