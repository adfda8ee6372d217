import { Random } from '../src/random.ts';
import { audio } from './audio.ts';
import { checkpoint } from './checkpoint.ts';
import { runFiles } from './run-files.ts';
import { tables } from './table.ts';
import type { Target } from './target.ts';
import { turns } from './turns.ts';

export const TARGETS: readonly Target[] = [audio, checkpoint, tables, turns, runFiles];

/** One input to be tried: the target's name and a number, which with the seed give its bytes. */
export interface Case {
  readonly target: string;
  readonly index: number;
}

export const nameOf = ({ target, index }: Case): string => `${target}:${index}`;

/** The random numbers of a case. */
export const randomOf = (seed: number, { target, index }: Case): Random => Random.named(seed, `${target} ${index}`);

/** `count` cases, shared between the targets by their weights, in turn. */
export function casesOf(count: number): Case[] {
  const turn = TARGETS.flatMap(({ name, weight }) => Array.from({ length: weight }, () => name));
  return Array.from({ length: count }, (_, index) => ({ target: turn[index % turn.length]!, index }));
}
