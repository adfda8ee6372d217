import type { Dirent } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SYNTHETIC_EMOTIONS } from '../corpus/affect.ts';
import { AttuneError } from '../errors.ts';
import { wholeName } from '../files.ts';
import { makeRunFolder, writeJson } from '../run/run-folder.ts';

/** Tells the folder of a demo from others. */
const MARK = 'demo.json';

/** Folders of a demo beside its run, in its own. */
export const VOICES = 'voices';
export const CACHE = 'cache';

/** All that a demo makes, by its path in the demo's folder. */
const MADE = [
  new RegExp(`^voices/[fm]\\d\\d_(${SYNTHETIC_EMOTIONS.join('|')})_\\d\\d\\.wav$`),
  /^cache\/[0-9a-f]{16}\/[0-9a-f]{64}\.f32$/,
  /^cache\/sketches-\d+\/[0-9a-f]{64}\.json$/,
  /^(config|manifest|metrics|hashes)\.json$|^log\.jsonl$|^predictions\.csv$|^report\.html$/,
  /^checkpoints\/[fm]\d\d\.safetensors$|^folds\/[fm]\d\d\.(json|state\.safetensors)$/,
];

/**
 * Takes away what a former demo made, told by a mark and by its names, and leaves a mark. Whatever else lies there stays.
 *
 * @throws AttuneError `usage` where the folder holds files and no mark, or among the voices something that no demo made
 */
export async function makeRoom(out: string): Promise<void> {
  const files = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw new AttuneError('usage', `${out} is no folder that can be read; give the demo one of its own with --out`);
  });
  if (files.length && !files.includes(MARK)) throw foreign(out, files[0]!);
  const { made, folders, others } = await filesIn(out);
  const among = others.find((file) => file === VOICES || file.startsWith(`${VOICES}/`));
  if (among) throw foreign(out, among);
  for (const file of made) await rm(join(out, file), { force: true });
  for (const folder of folders.reverse()) await rmdir(join(out, folder)).catch(() => {}); // something else is in it
  await makeRunFolder(out);
  await writeJson(join(out, MARK), { made: 'by attune demo, which may take this run away again' });
}

const foreign = (out: string, file: string) =>
  new AttuneError('usage', `${out} holds ${file}, which no demo made; give the demo a folder of its own with --out`);

/** Paths in a folder, a folder before what is in it. Links are not followed. */
async function filesIn(out: string) {
  const [made, folders, others]: [string[], string[], string[]] = [[], [], []];
  const walk = async (folder: string): Promise<void> => {
    const entries: Dirent[] = await readdir(join(out, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      const whole = folder ? `${folder}/${wholeName(entry.name)}` : wholeName(entry.name);
      if (entry.isDirectory() && isOwnFolder(path)) {
        folders.push(path);
        await walk(path);
      } else (entry.isFile() && MADE.some((pattern) => pattern.test(whole)) ? made : others).push(path);
    }
  };
  await walk('');
  return { made, folders, others };
}

const isOwnFolder = (path: string): boolean =>
  /^(voices|cache(\/(sketches-\d+|[0-9a-f]{16}))?|checkpoints|folds)$/.test(path);
