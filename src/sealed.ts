import { createHash } from 'node:crypto';

/** The content of a JSON file with a digest, so that what was changed, or belongs elsewhere, is told when it is read. */
export interface Sealed<T> {
  /** SHA-256 of the content and of what it is of, hexadecimal */
  readonly sha256: string;
  readonly content: T;
}

const digestOf = (name: string, content: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([name, content]))
    .digest('hex');

/**
 * Puts a digest beside content that will be read back.
 *
 * @param name what it is of, such as `fold 03`: read as something else's, it does not pass
 */
export const seal = <T>(name: string, content: T): Sealed<T> => ({ sha256: digestOf(name, content), content });

/** Whether a value, as JSON gives it, is what was sealed under this name. Its content is still unknown: other versions may have sealed it. */
export const isSealed = (name: string, value: unknown): value is Sealed<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  'sha256' in value &&
  'content' in value &&
  value.sha256 === digestOf(name, value.content);
