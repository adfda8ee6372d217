import type { Values } from '../graph/session.ts';
import type { Network } from '../model/network.ts';
import type { TrainingData } from './loop.ts';

/** The numbers of a batch's features, and what the graph is fed of it; sequences have zeros behind their ends, to the longest. */
export function readBatch(data: TrainingData, batch: readonly number[], epoch: number, { sequence }: Network) {
  const { shape, labels, sequences } = data;
  const lengths = batch.map((segment) => sequences?.length(segment) ?? 1);
  const [size, time] = [sizeOf(shape), Math.max(...lengths)];
  const features = new Float32Array(batch.length * time * size);
  const part = (all: Float32Array, i: number, width: number) =>
    all.subarray(i * time * width, (i * time + lengths[i]!) * width);
  for (const [i, segment] of batch.entries()) data.read(segment, part(features, i, size), epoch);
  if (!sequence || !sequences) {
    const target = BigInt64Array.from(batch, (segment) => BigInt(labels[segment]!));
    const fed = { data: features, shape: [batch.length, ...shape] };
    return { numbers: features, features: fed, target: { data: target, shape: [batch.length] } };
  }
  const { outputs } = sequence;
  const target = new Float32Array(batch.length * time * outputs);
  for (const [i, segment] of batch.entries()) sequences.target(segment, part(target, i, outputs));
  return {
    ...{ numbers: features, features: { data: features, shape: [batch.length, time, ...shape] } },
    target: { data: target, shape: [batch.length, time, outputs] },
    lengths: { data: BigInt64Array.from(lengths, BigInt), shape: [batch.length] },
  };
}

/** Of logits `[n, classes]` the right ones, or of `[n, time, outputs]` those whose class has the greatest sum over the sequence's frames. */
export function countRight(
  { data, shape }: Values,
  target: readonly number[],
  lengths: readonly (number | undefined)[],
  classes: number,
): number {
  const width = shape.at(-1)!;
  const said = shape.length === 3 ? classes : width;
  const time = shape.length === 3 ? shape[1]! : 1;
  return target.filter((label, i) => {
    const row = new Array<number>(said).fill(0);
    for (let t = 0; t < (lengths[i] ?? 1); t++)
      for (let k = 0; k < said; k++) row[k]! += (data as Float32Array)[(i * time + t) * width + k]!;
    return row.indexOf(Math.max(...row)) === label;
  }).length;
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, d) => product * d, 1);
