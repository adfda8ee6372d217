import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** A digest of what is measured and of what measures it, src/ and bench/: it tells changes that are not committed. */
export const sourceDigest = () => digestOf(ROOT, ['bench', 'src']);

/** Of all files in some folders, names and contents. */
export function digestOf(root: string, folders: readonly string[]): string {
  const hash = createHash('sha256');
  const entries = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true }),
  );
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
