import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A block of TypeScript in a docstring. */
export interface Example {
  /** its file and how many of that file's it is, such as `corpus-read-1` */
  readonly name: string;
  /** the name that the docstring is about; empty for that of a whole file */
  readonly about: string;
  readonly code: string;
  /** what it says that it prints: the comments after `console.log(...);` */
  readonly prints: readonly string[];
}

const DOCSTRING = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export (?:async )?(?:class|const|function) (\w+))?/g;
const BLOCK = /```ts\n([\s\S]*?)```/g;

/** The examples of all docstrings under `source`. */
export function examplesOf(source: string): Example[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.sort().flatMap((file) => {
    const docstrings = [...readFileSync(join(source, file), 'utf8').matchAll(DOCSTRING)];
    const blocks = docstrings.flatMap(([, text = '', about = '']) =>
      [...text.replace(/^ *\* ?/gm, '').matchAll(BLOCK)].map(([, code = '']) => ({ about, code })),
    );
    return blocks.map(({ about, code }, i) => ({
      name: `${file.replace(/\.ts$/, '').replaceAll(/[\\/]/g, '-')}-${i + 1}`,
      ...{ about, code },
      prints: [...code.matchAll(/^console\.log\(.*\); \/\/ (.+)$/gm)].map(([, shown = '']) => shown),
    }));
  });
}
