import type { Utterance } from './utterance.ts';

/** What an adapter makes of one recording: its labels, or why it is not used, such as `emotion is fear`. */
export type Reading = Omit<Utterance, 'id' | 'file'> | { readonly leftOut: string };

/** Knows one corpus: which files are its recordings, and what they hold. */
export interface Adapter {
  /** names the corpus in files and on the command line, such as `emodb` */
  readonly name: string;
  /** how its recordings are called, for messages */
  readonly expects: string;
  /** Whether `file` (a path relative to the corpus folder, forward slashes) is named as this corpus names its recordings. */
  recognizes(file: string): boolean;
  /** Readings of `files`, all of them recognised and sorted, in the same order. Label files are read from `directory` (absolute). */
  read(directory: string, files: readonly string[]): Promise<Reading[]>;
}

const EXTENSION = /\.(wav|flac|mp3|ogg|oga|opus|m4a|aac|aiff?|webm)$/i;

/** Whether `file` ends as recordings do. */
export const isRecording = (file: string): boolean => EXTENSION.test(file);

/** The path without its extension: an utterance's id. */
export const withoutExtension = (file: string): string => file.replace(EXTENSION, '');

/** The name without folders and extension. */
const stem = (file: string): string => withoutExtension(file.slice(file.lastIndexOf('/') + 1));

/** The order of UTF-16 code units, the same on every machine whatever its language. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * An adapter for a corpus whose file names carry every label and are unique.
 * RAVDESS, for one, is often passed on with each recording in two folders: the second of a name is left out.
 *
 * @param pattern matches the name of a recording without folders and extension
 * @param parse makes a reading of what `pattern` captured
 */
export function byFileName(
  name: string,
  expects: string,
  pattern: RegExp,
  parse: (captured: readonly string[]) => Reading,
): Adapter {
  return {
    name,
    expects,
    recognizes: (file) => isRecording(file) && pattern.test(stem(file)),
    async read(_directory, files) {
      const seen = new Set<string>();
      return files.map((file) => {
        const own = stem(file);
        if (seen.has(own)) return { leftOut: 'a second file of the same name' };
        seen.add(own);
        return parse(pattern.exec(own)!.slice(1));
      });
    },
  };
}
