import { copyFile, link, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AttuneError } from '../../src/errors.ts';

/**
 * The recordings of EmoDB.
 *
 * @throws AttuneError `usage` where ATTUNE_CORPORA does not say where they are
 */
export async function emodbFiles(): Promise<string[]> {
  const folder = join(process.env.ATTUNE_CORPORA ?? '', 'emodb');
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.wav')).sort();
  if (process.env.ATTUNE_CORPORA && files.length) return files.map((name) => join(folder, name));
  throw new AttuneError('usage', 'this part takes EmoDB: name the folder that holds emodb/ in ATTUNE_CORPORA');
}

/** Gives a file another name, which takes no room; a copy where that cannot be. */
export async function nameAlso(file: string, name: string): Promise<void> {
  await mkdir(dirname(name), { recursive: true });
  await link(file, name).catch(() => copyFile(file, name));
}
