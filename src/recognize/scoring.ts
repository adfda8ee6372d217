import { stack } from '../features/extractor.ts';
import type { Session, Values } from '../graph/session.ts';
import { checkOutput } from '../model/weights.ts';

/** What a network says of the segments of one sound, a row each. */
export interface Scores {
  /** `[segments][classes]` */
  readonly probabilities: number[][];
  /** `[segments][classes]`, before calibration and softmax */
  readonly logits: number[][];
}

/** Segments scored at a time. */
const BATCH = 16;

/** Scores segments as they come, several at a time, whichever sounds they are of. */
export interface Scoring {
  /**
   * @param segment `[32000]`
   * @param scores gets its row once it is scored
   * @returns whether a batch was full, and scored
   */
  add(segment: Float32Array, scores: Scores): Promise<boolean>;
  /** scores what waits */
  flush(): Promise<void>;
}

/**
 * @param session of a graph from `samples` `[batch, 32000]` to `probabilities` and `logits` `[batch, classes]`
 * @param size of a batch
 */
export function createScoring({ run }: Pick<Session, 'run'>, size = BATCH): Scoring {
  let waiting: { readonly segment: Float32Array; readonly scores: Scores }[] = [];
  let scored = 0;
  const flush = async () => {
    const batch = waiting;
    waiting = [];
    if (!batch.length) return;
    const out = await run({ samples: stack(batch.map(({ segment }) => segment)) });
    for (const values of Object.values(out)) checkOutput(values, `segments from number ${scored + 1} on`);
    scored += batch.length;
    const [probabilities, logits] = [rowsOf(out.probabilities!), rowsOf(out.logits!)];
    for (const [i, { scores }] of batch.entries()) {
      scores.probabilities.push(probabilities[i]!);
      scores.logits.push(logits[i]!);
    }
  };
  return {
    async add(segment, scores) {
      if (waiting.push({ segment, scores }) < size) return false;
      await flush();
      return true;
    },
    flush,
  };
}

/** `[n, classes]` as n rows. */
function rowsOf({ data, shape }: Values): number[][] {
  const [rows, classes] = shape as [number, number];
  return Array.from({ length: rows }, (_, i) =>
    Array.from(data.subarray(i * classes, (i + 1) * classes) as Float32Array),
  );
}
