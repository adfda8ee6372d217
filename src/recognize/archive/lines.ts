import { createHash } from 'node:crypto';
import type { AttuneError } from '../../errors.ts';
import { errorOf, type Failure } from '../../jobs/failure.ts';

/** What came of a recording, a line of what a shard leaves. */
export type ShardLine<Result> = { readonly result: Result } | { readonly failure: Failure };

/** A line of what a shard leaves, as bytes: all in one string may be more than a string holds. */
export const lineOf = (line: ShardLine<unknown>): Buffer => Buffer.from(`${JSON.stringify(line)}\n`);

/** What a shard leaves: its lines, and behind them one with their SHA-256. */
export function sealedLines(lines: readonly Buffer[]): Buffer {
  const all = Buffer.concat(lines);
  return Buffer.concat([all, Buffer.from(`${sha256Of(all)}\n`)]);
}

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Bytes of the last line. */
const SEAL = 65;

/** @throws Error where these are not the bytes that were left */
export function* unsealedLines<Result>(bytes: Buffer): Generator<Result | AttuneError> {
  const all = bytes.subarray(0, -SEAL);
  if (bytes.length < SEAL || bytes.toString('latin1', all.length) !== `${sha256Of(all)}\n`)
    throw new Error('its end is not the SHA-256 of the rest');
  for (let [from, end] = [0, all.indexOf(10)]; end >= 0; from = end + 1, end = all.indexOf(10, from)) {
    const found = JSON.parse(all.toString('utf8', from, end)) as ShardLine<Result>;
    yield 'result' in found ? found.result : errorOf(found.failure, found.failure.text);
  }
}
