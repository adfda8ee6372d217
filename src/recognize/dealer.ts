/** Samples [from, to) of a recording. */
export interface Bounds {
  readonly from: number;
  readonly to: number;
}

/** What of a block belongs to one part of the recording. */
interface Dealt {
  /** of the part */
  readonly index: number;
  /** `[samples]`, perhaps none; a view of the block */
  readonly samples: Float32Array;
  /** whether the part ends with them */
  readonly isLast: boolean;
}

/** Deals sound out as it comes; it keeps none. */
interface Dealer {
  /** samples that came */
  readonly length: number;
  deal(block: Float32Array): Dealt[];
  /** at the end: the parts whose sound has begun and not ended */
  open(): readonly number[];
}

/**
 * Deals the sound of a recording out to parts of it, which may overlap, in any order.
 *
 * @param parts samples of the recording, `from` perhaps before its first, `to` perhaps behind its last
 */
export function createDealer(parts: readonly Bounds[]): Dealer {
  const waiting = [...parts.keys()].sort((a, b) => parts[b]!.from - parts[a]!.from); // the earliest last
  let open: number[] = [];
  let at = 0;
  return {
    get length() {
      return at;
    },
    deal(block) {
      const [first, end] = [at, at + block.length];
      at = end;
      while (waiting.length && parts[waiting.at(-1)!]!.from < end) open.push(waiting.pop()!);
      const dealt = open.map((index) => {
        const { from, to } = parts[index]!;
        const samples = block.subarray(Math.max(0, from - first), Math.max(0, Math.min(block.length, to - first)));
        return { index, samples, isLast: to <= end };
      });
      open = open.filter((index) => parts[index]!.to > end);
      return dealt;
    },
    open: () => open,
  };
}
