import { createHash } from 'node:crypto';
import { type Alteration, RANGES } from './augment.ts';

/** What a copy's features are called in the cache: a hash of the recording's, the copy's number and all that the copy depends on. */
export const copyName = (sha256: string, alterations: readonly Alteration[], copy: number): string =>
  createHash('sha256')
    .update(JSON.stringify({ sha256, alterations, copy, RANGES, version: 1 }))
    .digest('hex');
