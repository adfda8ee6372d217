import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * What is raced for on all threads: inference at batch 1 and 16, and training. In this order, for glibc's `malloc` learns from the
 * blocks it was asked for: inference after training would be measured with memory that it does not have in a process of its own.
 */
export const DISCIPLINES = ['infer1', 'infer16', 'train'] as const;
export type Discipline = (typeof DISCIPLINES)[number];

/** What is raced for: on all threads, and in several processes at a time. */
export const EVENTS = ['train', 'infer16', 'infer1', 'together'] as const satisfies readonly (
  | Discipline
  | 'together'
)[];
export type Event = (typeof EVENTS)[number];

/** The memory that PyTorch's tensors lie in is given and taken back by the C library's `malloc`, or by one put in its place. */
export interface Allocator {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

/** One way to run PyTorch. */
export interface Variant {
  readonly layout: 'contiguous_format' | 'channels_last';
  /** `folded`: eager with batch norm folded into the convolutions; `frozen`: `torch.compile` with inductor's freezing */
  readonly mode: 'eager' | 'folded' | 'compile' | 'frozen';
}

export const VARIANTS: readonly Variant[] = (['channels_last', 'contiguous_format'] as const).flatMap((layout) =>
  (['eager', 'folded', 'compile', 'frozen'] as const).map((mode) => ({ layout, mode })),
);

/** What a variant can do: constant weights serve inference alone. */
export const disciplinesOf = ({ mode }: Variant): readonly Discipline[] =>
  mode === 'folded' || mode === 'frozen' ? ['infer1', 'infer16'] : DISCIPLINES;

export const AS_INSTALLED: Allocator = { name: 'malloc', env: {} };

/** glibc gives large blocks back at once, so that each tensor's pages are faulted in anew; so set, it keeps them. */
export const KEEPING: Allocator = {
  name: 'malloc that keeps its memory',
  env: { MALLOC_MMAP_THRESHOLD_: `${2 ** 32}`, MALLOC_TRIM_THRESHOLD_: `${2 ** 33}` },
};

/** What PyTorch's tuning guide names besides (https://docs.pytorch.org/tutorials/recipes/recipes/tuning_guide.html). */
const REPLACEMENTS = [
  {
    name: 'tcmalloc',
    debian: 'libtcmalloc-minimal4',
    library: /^libtcmalloc(_minimal)?\.so\.\d+$/,
    env: {},
  },
  {
    name: 'jemalloc',
    debian: 'libjemalloc2',
    library: /^libjemalloc\.so\.\d+$/,
    env: { MALLOC_CONF: 'dirty_decay_ms:-1,muzzy_decay_ms:-1' },
  },
];

export interface Replacements {
  readonly found: readonly Allocator[];
  /** the names of the others, with the Debian package that brings each: without them the tuned PyTorch may be weaker than it can be */
  readonly missing: readonly { readonly name: string; readonly debian: string }[];
}

/** The replacements of `malloc` on this machine, which is one of Linux: in the system's folders and in those of a conda environment. */
export function installedReplacements(python: string): Promise<Replacements> {
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string];
  const folders = [`/usr/lib/${machine}-linux-gnu`, '/usr/lib64', '/usr/lib', '/usr/local/lib'];
  if (python.includes('/')) folders.push(join(dirname(dirname(python)), 'lib'));
  return replacementsIn(folders);
}

export async function replacementsIn(folders: readonly string[]): Promise<Replacements> {
  const paths = await Promise.all(
    folders.map(async (folder) => (await readdir(folder).catch(() => [])).map((file) => ({ folder, file }))),
  );
  const libraryOf = ({ library }: (typeof REPLACEMENTS)[number]) => paths.flat().find(({ file }) => library.test(file));
  return {
    found: REPLACEMENTS.flatMap((replacement) => {
      const at = libraryOf(replacement);
      return at ? [{ name: replacement.name, env: { ...replacement.env, LD_PRELOAD: join(at.folder, at.file) } }] : [];
    }),
    missing: REPLACEMENTS.filter((replacement) => !libraryOf(replacement)).map(({ name, debian }) => ({
      name,
      debian,
    })),
  };
}

/** What is missing, with what brings it, for a reader: `jemalloc (on Debian: apt-get install libjemalloc2)`. */
export const tellMissing = (missing: Replacements['missing']) =>
  missing.map(({ name, debian }) => `${name} (on Debian: apt-get install ${debian})`).join(' and ');
