import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { skipN } from 'pure-rand/utils/skipN';

/** Draws passed over: the generator's first ones follow its seed too closely. */
const WARM_UP = 20;

/** The finaliser of MurmurHash3: seeds that lie close together become states that lie far apart. */
function mix(seed: number): number {
  let h = seed | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A seeded stream of random numbers (xoroshiro128+). The same seed gives the same stream on every machine. */
export class Random {
  readonly #generator;

  /** @param seed an integer; only its low 32 bits count */
  constructor(seed: number) {
    this.#generator = xoroshiro128plus(mix(seed));
    skipN(this.#generator, WARM_UP);
  }

  /** A stream of its own for a named part of the work, so that adding draws to one part leaves the others as they were. */
  static named(seed: number, name: string): Random {
    let hash = 0x811c9dc5 ^ (seed | 0); // FNV-1a over the name, started from the seed
    for (const character of name) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
    return new Random(hash);
  }

  /** A number in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * uniformFloat64(this.#generator);
  }

  /** An integer in [0, bound). */
  integer(bound: number): number {
    return uniformInt(this.#generator, 0, bound - 1);
  }

  /** A draw from the normal distribution of mean 0 and deviation 1 (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A shuffled copy (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  }
}
