import { AttuneError } from '../errors.ts';
import type { Accuracies } from '../statistics/hits.ts';

/**
 * A comparison that may end in `Better`, named before its figures are looked at. All others of a table are descriptive: they have
 * intervals, but no p and no verdict.
 */
export interface Primary {
  /** name of the system that is subtracted, such as `A` */
  readonly first: string;
  /** name of the system that it is subtracted from, such as `B` */
  readonly second: string;
  /** which of its figures: UA where classes differ in size */
  readonly figure: keyof Accuracies;
}

/** The name of a system in a table: `A` of the first, `B` of the second. */
export const systemName = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index);

/**
 * What is primary in a table of systems, each pair with the earlier system first.
 *
 * @param given absent: UA of the two where there are two systems, else nothing
 * @param names of the systems, in their order
 * @throws AttuneError `usage` where a system is unknown or compared with itself, or a comparison is named twice
 */
export function primariesOf(given: readonly Primary[] | undefined, names: readonly string[]): Primary[] {
  if (!given) return names.length === 2 ? [{ first: names[0]!, second: names[1]!, figure: 'ua' }] : [];
  const primaries = given.map(({ first, second, figure }): Primary => {
    const unknown = [first, second].find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new AttuneError(
        'usage',
        `expected a primary comparison of two of the systems ${names.join(', ')}, got ${first}:${second}, where ${unknown} is none`,
      );
    if (first === second)
      throw new AttuneError('usage', `expected a primary comparison of two systems, got ${first} beside itself`);
    const inOrder = names.indexOf(first) < names.indexOf(second);
    return inOrder ? { first, second, figure } : { first: second, second: first, figure };
  });
  const keys = primaries.map(keyOf);
  const twice = primaries.find((primary, i) => keys.indexOf(keyOf(primary)) < i);
  if (twice) throw new AttuneError('usage', `the primary comparison ${nameOf(twice)} is named twice: name it once`);
  return primaries;
}

/**
 * Reads what is primary from texts as the command line takes them: `ua` or `wa` of two systems, `A:B` for UA of these two of several,
 * `A:B:wa` for WA, and `none`, alone, for nothing.
 *
 * @param systems how many there are
 * @returns undefined where there is no text, so that the default holds
 * @throws AttuneError `usage` where a text is none of these
 */
export function parsePrimaries(texts: readonly string[], systems: number): Primary[] | undefined {
  if (!texts.length) return undefined;
  if (texts.length === 1 && texts[0] === 'none') return [];
  return texts.map((text) => {
    const [, first, second, ofPair, ofTwo] = /^(?:([A-Z]):([A-Z])(?::(wa|ua))?|(wa|ua))$/.exec(text) ?? [];
    if (!first && !(ofTwo && systems === 2))
      throw new AttuneError(
        'usage',
        `expected a primary comparison as ${systems === 2 ? 'ua, wa, ' : ''}A:B (UA of two systems by their letters), A:B:wa or A:B:ua, or none alone, got "${text}"`,
      );
    const figure = ofPair ?? ofTwo;
    return { first: first ?? 'A', second: second ?? 'B', figure: figure === 'wa' ? 'wa' : 'ua' };
  });
}

/** Such as `UA of B - A`. */
export const nameOf = ({ first, second, figure }: Primary): string => `${figure.toUpperCase()} of ${second} - ${first}`;

/** The same for the same comparison only. */
export const keyOf = ({ first, second, figure }: Primary): string => `${first}:${second}:${figure}`;
