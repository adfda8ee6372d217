import * as v from 'valibot';
import type { AttuneError } from '../errors.ts';
import type { Properties, Schema } from '../json.ts';
import { CLASS_CHOICE, type ClassChoice } from './classes.ts';
import { LABEL_OPTIONS, type LabelNames, type LabelOptions } from './labels.ts';
import type { Utterance } from './utterance.ts';
import type { PassedOver } from './walk.ts';

/** What of a corpus is used, where it is not what the corpus itself suggests. JSON, kept in a run's `config.json`. */
export interface ReadOptions {
  /** the adapter's name; default: found by the folder's layout */
  readonly corpus?: string;
  /**
   * The classes: `four`, the paper's; `all`, every label of the corpus that two speakers or more bear, the paper's four first and the others by
   * name; or a list, in its order, of classes or of the corpus's own labels. Default: `four`, or the names that `labels` maps on where one of them
   * is none of the four.
   */
  readonly classes?: ClassChoice;
  /**
   * The corpus's own labels by class, such as `{ happy: ['hap', 'exc'] }`; a class not named keeps the adapter's labels. Labels under
   * `ignored` are left out. Case does not matter.
   */
  readonly labels?: LabelOptions;
  /** IEMOCAP: improvised turns alone (default), or scripted ones as well */
  readonly turns?: 'improvised' | 'all';
  /** folder per class: a regular expression whose first group, found in the path, is the speaker */
  readonly speaker?: string;
}

/** In the config of a run. */
export const READ_OPTIONS: Schema<ReadOptions> = v.strictObject({
  corpus: v.exactOptional(v.string()),
  classes: v.exactOptional(CLASS_CHOICE),
  labels: v.exactOptional(LABEL_OPTIONS),
  turns: v.exactOptional(v.picklist(['improvised', 'all'])),
  speaker: v.exactOptional(v.string()),
} satisfies Properties<ReadOptions>);

/** A folder as it lies on disk, subfolders included. Paths are relative to it, with forward slashes, sorted by code units. */
export interface Tree {
  /** absolute path */
  readonly root: string;
  readonly files: readonly string[];
  /** those of `files` that end as recordings do and are not hidden */
  readonly recordings: readonly string[];
  /** what is neither a file nor a folder, by its path: pipes, sockets and devices, which are not opened */
  readonly others: ReadonlyMap<string, PassedOver>;
  /** the CSV that the user named in place of the folder */
  readonly table?: string;
}

/** What an adapter makes of one recording, or a part of one: its labels, or why it is not used, such as `sung, not spoken`. */
export type Reading = Labelled | { readonly file: string; readonly leftOut: string };

export interface Labelled extends Omit<Utterance, 'id' | 'emotion' | 'speaker' | 'source'> {
  /** the corpus's own, or a code for it */
  readonly label: string;
  /** where the label stands, for messages, such as `/corpus/labels.csv, line 3` */
  readonly source: string;
  /** or what to say where the recording is used and nothing tells who speaks */
  readonly speaker: string | AttuneError;
}

/** Knows one corpus, or one way to lay out a corpus: which files are its recordings, and what they hold. */
export interface Adapter {
  /** names the corpus in files and on the command line, such as `emodb` */
  readonly name: string;
  /** how its recordings are called, for messages */
  readonly expects: string;
  readonly labels: LabelNames;
  /** why the folder's other recordings are left out */
  readonly others: string;
  /** options that mean something for this corpus only */
  readonly takes?: readonly ('turns' | 'speaker')[];
  /** What shows that `tree` holds this corpus, such as `12 recordings such as 03a01Wa.wav`; undefined where nothing does. */
  sign(tree: Tree, options: ReadOptions): Promise<string | undefined>;
  /** Readings of the corpus's recordings, one each, or of parts of them. */
  read(tree: Tree, options: ReadOptions): Promise<Reading[]>;
  /** What of the corpus's labels is passed over, plain sentences that name the file; absent: nothing that should be told. */
  warnings?(tree: Tree): Promise<string[]>;
}

const EXTENSION = /\.(wav|flac|mp3|ogg|oga|opus|m4a|aac|aiff?|webm)$/i;

/** Whether `file` ends as recordings do that lose nothing of the sound. */
const isLossless = (file: string): boolean => /\.(wav|flac|aiff?)$/i.test(file);

/** Whether `file` ends as recordings do. */
export const isRecording = (file: string): boolean => EXTENSION.test(file);

/** The path without its extension. */
export const withoutExtension = (file: string): string => file.replace(EXTENSION, '');

/** An utterance's id: its file's path without the extension, and of a part of the file its times in seconds, `a/call@1.25-3.5`. */
export function idOf({ file, start = 0, end }: Pick<Utterance, 'file' | 'start' | 'end'>): string {
  const whole = start === 0 && end === undefined;
  return whole ? withoutExtension(file) : `${withoutExtension(file)}@${start}-${end ?? 'end'}`;
}

/** The name without folders and extension. */
const stem = (file: string): string => withoutExtension(file.slice(file.lastIndexOf('/') + 1));

/** The order of UTF-16 code units, the same on every machine whatever its language. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Files as an adapter's sign. */
export const signOf = (files: readonly string[]): string | undefined =>
  files.length ? `${files.length === 1 ? 'a recording' : `${files.length} recordings`} such as ${files[0]}` : undefined;

/** What a file's name tells: all labels, or why the recording is not used. */
type Named = Omit<Labelled, 'file' | 'source'> | { readonly leftOut: string };

/**
 * An adapter for a corpus whose file names carry every label and are unique.
 * RAVDESS, for one, is often passed on with each recording in two folders, CREMA-D as WAV and MP3: one of a name is read, one without
 * losses where there is one.
 *
 * @param pattern matches the name of a recording without folders and extension
 * @param parse tells what `pattern` captured
 */
export function byFileName({
  pattern,
  parse,
  ...names
}: Pick<Adapter, 'name' | 'expects' | 'labels'> & {
  readonly pattern: RegExp;
  readonly parse: (captured: readonly string[]) => Named;
}): Adapter {
  const own = ({ recordings }: Tree) => recordings.filter((file) => pattern.test(stem(file)));
  return {
    ...names,
    others: `not named as ${names.name} names its recordings`,
    sign: async (tree) => signOf(own(tree)),
    async read(tree) {
      const files = own(tree);
      const read = new Map<string, string>();
      for (const file of [...files.filter(isLossless), ...files]) if (!read.has(stem(file))) read.set(stem(file), file);
      return files.map((file) => {
        const name = stem(file);
        if (read.get(name) !== file) return { file, leftOut: 'a second file of the same name' };
        return { file, source: file, ...parse(pattern.exec(name)!.slice(1)) };
      });
    },
  };
}
