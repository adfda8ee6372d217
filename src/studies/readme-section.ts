import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotWrite, writeWhole } from '../files.ts';
import { readIfThere } from '../run/run-folder.ts';

/**
 * Writes a section of the folder's README.md, in the place of what it wrote before; all else there stays, so that a person can say
 * above it what the figures mean.
 *
 * @param name of the section, in the comments that mark it
 * @param title the page's heading where there is no page yet
 */
export async function writeReadmeSection(folder: string, name: string, title: string, markdown: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause) => Promise.reject(cannotWrite(folder, cause)));
  const path = join(folder, 'README.md');
  const before = (await readIfThere(path))?.toString('utf8') ?? `# ${title}\n`;
  await writeWhole(path, withSection(before, name, markdown));
}

/** The text with the section between its markers, at the end where there are none. */
export function withSection(text: string, name: string, markdown: string): string {
  const [begin, end] = [`<!-- ${name}: generated -->`, `<!-- end of ${name} -->`];
  const section = `${begin}\n${markdown.trim()}\n${end}`;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) return `${text.trimEnd()}\n\n${section}\n`;
  return `${text.slice(0, from)}${section}${text.slice(to + end.length)}`;
}
