import { joinSamples } from '../audio/bytes.ts';
import type { Said, Whole } from './scorer.ts';

/** Scores sound that comes in blocks piece after piece; it keeps no more of it than a piece and a block. */
export function createPieces({ mostSamples, score }: Whole) {
  let held: Float32Array[] = [];
  let count = 0;
  const scored: { readonly said: Said; readonly weight: number }[] = [];
  const cut = async (samples: Float32Array) => void scored.push({ said: await score(samples), weight: samples.length });
  return {
    async push(block: Float32Array): Promise<void> {
      held.push(block.slice());
      count += block.length;
      if (count <= mostSamples) return;
      const all = joinSamples(held);
      let at = 0;
      for (; count - at > mostSamples; at += mostSamples) await cut(all.slice(at, at + mostSamples));
      held = [all.slice(at)];
      count -= at;
    },
    /** What is said of all: the mean of its pieces, each by its length. There must be a sample. */
    async end(): Promise<Said> {
      if (count) await cut(joinSamples(held));
      held = [];
      const total = scored.reduce((sum, { weight }) => sum + weight, 0);
      const mean = (key: keyof Said) =>
        scored[0]!.said[key].map((_, k) =>
          scored.reduce((sum, { said, weight }) => sum + (said[key][k]! * weight) / total, 0),
        );
      return { probabilities: mean('probabilities'), logits: mean('logits') };
    },
  };
}
