import * as v from 'valibot';
import { AttuneError } from '../../errors.ts';
import type { DescriptorFrontEnd } from '../../features/descriptors/front-end.ts';
import { namesOf } from '../../features/descriptors/sets.ts';
import type { Moments } from '../../features/descriptors/standardize.ts';
import type { Values } from '../../graph/session.ts';
import { finite, formOf, type Schema, within } from '../../json.ts';
import { readSystemCheckpoint, type SystemCheckpoint } from '../../model/checkpoint.ts';
import type { Elm } from '../../train/learners/elm.ts';
import { CHOSEN, type Chosen } from '../../train/learners/elm-settings.ts';
import { NUMBERS_A_CLASS } from '../../train/learners/utterance-numbers.ts';

/** What a system with an extreme learning machine has learned: a checkpoint, read. */
export interface Fitted {
  readonly checkpoint: SystemCheckpoint & { readonly frontEnd: DescriptorFrontEnd };
  readonly moments: Moments;
  readonly elm: Elm;
  readonly threshold: number;
  readonly chosen: Chosen;
}

/** What of the machine stands in the notes of a checkpoint. */
const NOTED = v.object({ kind: v.picklist(['rbf', 'random']), gamma: finite, threshold: within(0, 1) });

/** The tensors and notes that stand beside a network's in a checkpoint. */
export function partsOf({ moments, elm, threshold, chosen }: Omit<Fitted, 'checkpoint'>) {
  const { kind, gamma, width, classes, rows, biases, output } = elm;
  const units = rows.length / width;
  const tensors: Record<string, Values> = {
    'descriptors.mean': { data: moments.mean, shape: [moments.mean.length] },
    'descriptors.deviation': { data: moments.deviation, shape: [moments.deviation.length] },
    'elm.rows': { data: rows, shape: [units, width] },
    'elm.output': { data: output, shape: [units, classes] },
    ...(kind === 'random' && { 'elm.biases': { data: biases, shape: [units] } }),
  };
  const notes = { elm: JSON.stringify({ kind, gamma, threshold }), chosen: JSON.stringify(chosen) };
  return { tensors, notes };
}

/**
 * Reads a checkpoint that holds an extreme learning machine behind a network.
 *
 * @throws AttuneError `checkpoint` where it is damaged, or holds none
 */
export function readFitted(bytes: Uint8Array, name: string): Fitted {
  const checkpoint = readSystemCheckpoint(bytes, name);
  const { frontEnd, tensors, notes = {}, classes } = checkpoint;
  if (frontEnd.kind !== 'descriptors') throw refusal(name, `its front end is ${frontEnd.kind ?? 'spectrogram'}`);
  const note = <T>(key: string, schema: Schema<T>): T => {
    const found = formOf(notes[key], v.pipe(v.string(), v.parseJson({}, 'JSON'), schema));
    if ('fault' in found) throw refusal(name, `${key} is no valid note`);
    return found.value;
  };
  const tensor = (key: string, ...shape: readonly (number | undefined)[]): Values & { data: Float32Array } => {
    const own = tensors[key];
    const fits = own?.shape.length === shape.length && shape.every((d, i) => d === undefined || own.shape[i] === d);
    if (!own || !fits || !(own.data instanceof Float32Array))
      throw refusal(name, `${key} is not there, or of another shape`);
    return own as Values & { data: Float32Array };
  };
  const { kind, gamma, threshold } = note('elm', NOTED);
  const numbers = namesOf(frontEnd.set).length;
  const width = NUMBERS_A_CLASS * classes.length;
  const rows = tensor('elm.rows', undefined, width);
  const [units] = rows.shape;
  return {
    checkpoint: { ...checkpoint, frontEnd },
    moments: {
      mean: tensor('descriptors.mean', numbers).data,
      deviation: tensor('descriptors.deviation', numbers).data,
    },
    elm: {
      ...{ kind, gamma, width, classes: classes.length, rows: rows.data },
      biases: kind === 'random' ? tensor('elm.biases', units).data : new Float32Array(),
      output: tensor('elm.output', units, classes.length).data,
    },
    threshold,
    chosen: note('chosen', CHOSEN),
  };
}

const refusal = (name: string, why: string) =>
  new AttuneError(
    'checkpoint',
    `${name} holds no extreme learning machine behind a network: ${why}. Give one that a run of such a system wrote.`,
  );
