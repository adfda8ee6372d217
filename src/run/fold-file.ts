import { createHash } from 'node:crypto';

/** A file's name may have 255 bytes; what stands behind a fold's, such as `.state.safetensors.12345.part`, has room above this. */
const LONGEST = 200;
const BEGINNING = 160;

/**
 * The name of a fold, which may be any speaker's, as that of its files: percent-encoded, so that no two folds share a file and none lies in
 * another folder. Dots at its beginning, which would hide it, are encoded too; one that is too long keeps its beginning, with a hash of the whole.
 */
export function foldFile(fold: string): string {
  const encoded = Array.from(fold, encode)
    .join('')
    .replace(/^\.+/, (dots) => '%2E'.repeat(dots.length));
  if (encoded.length <= LONGEST) return encoded;
  const hash = createHash('sha256').update(encoded).digest('hex').slice(0, 32);
  return `${encoded.slice(0, BEGINNING)}%~${hash}`; // no encoding has a percent sign before a tilde
}

/** Half of a surrogate pair has no encoding. */
const encode = (character: string) =>
  /^\p{Surrogate}$/u.test(character) ? `%u${character.charCodeAt(0).toString(16)}` : encodeURIComponent(character);
